"""Identifiers: time-ordered UUIDs (version 7), so that keys and ids sort by when they were made."""

from typing import Protocol
from uuid import UUID

import uuid_utils.compat


class Ids(Protocol):
    """Gives a new identifier each time."""

    def __call__(self) -> UUID: ...


def new_id() -> UUID:
    """A UUID of version 7."""
    return uuid_utils.compat.uuid7()
