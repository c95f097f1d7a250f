"""What reads JSON into structs, made one at a time.

msgspec (0.22) lets a second thread see what it knows of a struct while the first is still finding it out, and the process ends with a
segmentation fault. Once it is found out, any number of threads may read.
"""

from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_MAKING = Lock()
_MADE: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(wanted: type[T]) -> msgspec.json.Decoder[T]:
    """What reads JSON as this type; made at the first call."""
    made = _MADE.get(wanted)
    if made is None:
        with _MAKING:
            made = _MADE.setdefault(wanted, msgspec.json.Decoder(wanted))
    return made


def converted(value: Any, wanted: type[T]) -> T:
    """Plain objects as this type. Raises `msgspec.ValidationError`."""
    decoder(wanted)
    return msgspec.convert(value, wanted)
