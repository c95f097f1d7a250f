"""That a rule says no: with which article, about which part of the command, and as which kind of answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contracts.refusal import Refused


@contextmanager
def refuses(article: str, *, field: str = "", status: int = 409) -> Iterator[None]:
    """What is done inside is refused so; `article` may be a part of the whole citation."""
    with pytest.raises(Refused) as no:
        yield
    assert no.value.why
    assert article in no.value.article, no.value.article
    assert (no.value.field, no.value.status) == (field, status)
