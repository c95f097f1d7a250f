"""A moment in a contract."""

import re
from datetime import UTC, datetime
from typing import Annotated

import msgspec

from contracts.damage import YEARS, leaves

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""With its offset: a time that does not say of which place it is, is a damaged body and no fact."""
FIRST_YEAR, LAST_YEAR = 2, 9998
"""By UTC. In the year before and the year after, a moment can be written that other zones have no date for: no view could hold it."""
_SUSPECT = re.compile(rb'"(?:000[12]|999[89])-|\\u')
"""What every body without such a moment lacks; one that spells characters as escapes may hold anything."""


def countable(moment: datetime) -> bool:
    """Whether every zone has a date for it."""
    try:
        return FIRST_YEAR <= moment.astimezone(UTC).year <= LAST_YEAR
    except (OverflowError, ValueError):
        return False


def must_be_countable(body: bytes, fact: msgspec.Struct) -> None:
    """Raises `msgspec.ValidationError` for a fact with a moment that some zone has no date for, as the empty dates of older systems are."""
    if not _SUSPECT.search(body):
        return
    for field, value in leaves(msgspec.to_builtins(fact, builtin_types=(datetime,))):
        if isinstance(value, datetime) and not countable(value):
            raise msgspec.ValidationError(f"{YEARS} {FIRST_YEAR} to {LAST_YEAR} - at `$.{field}`")
