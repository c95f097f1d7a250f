"""Identifiers and salts: time-ordered UUIDs (version 7), so that keys and ids sort by when they were made.

All chance of the product comes from here, so that a deterministic run can put its own in place.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from uuid import UUID

import uuid_utils.compat


class Ids(Protocol):
    """Gives a new identifier each time."""

    def __call__(self) -> UUID: ...


class Chance(Protocol):
    """Where ids and salts come from."""

    def new_id(self) -> UUID: ...

    def new_salt(self) -> str: ...


class _Real:
    def new_id(self) -> UUID:
        return uuid_utils.compat.uuid7()

    def new_salt(self) -> str:
        return secrets.token_hex(16)


_chance: Chance = _Real()


def new_id() -> UUID:
    """A UUID of version 7."""
    return _chance.new_id()


def new_salt() -> str:
    """128 random bits as hexadecimal text."""
    return _chance.new_salt()


@contextmanager
def chance_from(source: Chance) -> Iterator[None]:
    """Inside the block, in the whole process, ids and salts come from `source`. For deterministic runs only."""
    global _chance
    before, _chance = _chance, source
    try:
        yield
    finally:
        _chance = before
