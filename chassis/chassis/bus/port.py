"""The port of the bus, and what a record is."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from contracts import Envelope, Fact


class Record(msgspec.Struct, frozen=True):
    """A record as the bus has it. `partition` and `offset` are -1 before it is sent."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    partition: int = -1
    offset: int = -1


class Message(msgspec.Struct, frozen=True):
    """A decoded record: the envelope and the fact it carries."""

    envelope: Envelope
    fact: Fact


class Bus(Protocol):
    """Sends pages. Order within a key is kept; a page may be sent twice, never in part and then out of order."""

    async def send(self, records: Sequence[Record]) -> None:
        """All records are stored on the bus when this returns. Raises `Retry`."""
        ...

    async def name(self) -> str:
        """Which bus this is, whatever its address: another one has another name. Raises `Retry`."""
        ...

    async def close(self) -> None: ...
