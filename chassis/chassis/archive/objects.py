"""Files of the object store as files of the archive, under their keys."""

from pathlib import Path
from typing import Any

import obstore
from obstore.store import LocalStore, from_url

from chassis.archive.folder import Tell


def store_at(place: str) -> Any:
    """The object store at a folder or an address."""
    if "://" in place:
        return from_url(place)
    Path(place).mkdir(parents=True, exist_ok=True)
    return LocalStore(prefix=place)


def copy(source: Any, target: Any, tell: Tell) -> int:
    """Copy every object; how many."""
    keys = [item["path"] for page in obstore.list(source) for item in page]
    for done, key in enumerate(keys, 1):
        obstore.put(target, key, bytes(obstore.get(source, key).bytes()))
        tell("files", done, len(keys))
    return len(keys)


__all__ = ["copy", "store_at"]
