"""The port of the store: a database of one service, and a session (one transaction) on it.

Two implementations, `chassis.store.postgres` and `chassis.store.memory`, pass one conformance suite.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol
from uuid import UUID

from chassis.store.recorded import Recorded
from chassis.store.tables import Key, R, Table
from contracts import Envelope

Operator = Literal["=", "<", "<=", ">", ">=", "in", "is null", "is not null", "like"]
Condition = tuple[str, Operator, Any]
"""Column, operator, value; conditions are joined by AND."""


@dataclass
class Changes:
    """What one transaction writes: facts in order, and per table the rows to put, to insert and to delete.

    `together`: it may travel in one statement with what other threads write, since it waits for no row that others hold.
    """

    facts: list[Recorded] = field(default_factory=list)
    puts: dict[Table[Any], dict[Key, Any]] = field(default_factory=dict)
    inserts: dict[Table[Any], dict[Key, Any]] = field(default_factory=dict)
    deletes: dict[Table[Any], set[Key]] = field(default_factory=dict)
    together: bool = False

    def __bool__(self) -> bool:
        return bool(self.facts or self.puts or self.inserts or self.deletes)


@dataclass(frozen=True)
class OutgoingFact:
    """A stored fact on its way to the bus: its position in the service's log, its envelope, its stored bytes."""

    position: int
    envelope: Envelope
    value: bytes


@dataclass(frozen=True)
class Backlog:
    """The relay's position, how many stored facts lie behind it (at most `MOST_COUNTED` are counted), and the oldest one's position."""

    position: int
    facts: int
    oldest: int | None


MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Span:
    """What was read of a partition: from `first` up to, not including, `next`; `proof` is the `ce_id` of the last record."""

    topic: str
    partition: int
    first: int
    next: int
    proof: str | None = None
    compacted: bool = False


class Session(Protocol):
    """One transaction. Reads see what this session has flushed; nothing is seen by others before `commit`."""

    def history(self, subjects: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        """Own facts of each dossier, in order; a dossier without facts is an empty list."""
        ...

    def versions(self, subjects: Sequence[UUID]) -> dict[UUID, int]:
        """The stream version of each dossier, for an append to many; 0 for one without facts."""
        ...

    def rows(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        """The rows of these keys that exist."""
        ...

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
        claim: bool = False,
    ) -> list[R]:
        """Rows that meet all conditions. `order` columns may start with `-`; `after` continues behind that order key.
        With `claim` the rows are locked until the session ends, and rows that others hold are passed over."""
        ...

    def hold(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        """The rows of these keys that there are, locked until the session ends; whoever holds one is waited for."""
        ...

    def count(self, table: Table[R], where: Sequence[Condition] = ()) -> int: ...

    def tally(self, table: Table[R], by: Sequence[str], where: Sequence[Condition] = ()) -> dict[Key, int]:
        """How many rows have each combination of values of the columns `by`."""
        ...

    def ordinal(self, series: str) -> int:
        """The next number of a series, from 1, without gaps: it is given back if the session does not commit."""
        ...

    def last_ordinal(self, series: str) -> int:
        """The last number given of a series, 0 for none; nobody is given another one of it before this session ends."""
        ...

    def advance(self, spans: Iterable[Span]) -> None:
        """Move inbox positions. Raises `Fenced` where a position is not where we took it up."""
        ...

    def flush(self, changes: Changes) -> None:
        """Write within the transaction. Raises `VersionConflict` or `Duplicate`."""
        ...

    def commit(self, changes: Changes | None = None) -> None:
        """Write `changes` as the last statement, and commit."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What is flushed inside is taken back when an exception leaves the block."""
        ...

    def rollback(self) -> None: ...


class Database(Protocol):
    """A service's own database: schema and role (or dictionary) of its own."""

    @property
    def service(self) -> str: ...

    def session(self) -> AbstractContextManager[Session]:
        """A session; whatever was not committed is rolled back at the end."""
        ...

    def page(self, after: int, limit: int) -> list[OutgoingFact]:
        """The facts behind a position, in commit-safe order: a fact that could still appear before them is waited for."""
        ...

    def positions(self) -> Iterator[tuple[str, int, int, str | None]]:
        """Inbox positions: topic, partition, next offset, proof."""
        ...

    def relay_position(self) -> int: ...

    def backlog(self) -> Backlog:
        """Where the relay stands, and what it has not sent yet."""
        ...

    def set_relay_position(self, position: int) -> None: ...

    def relay_bus(self, found: str) -> str:
        """The name of the bus to which the relay's position belongs: the first that was `found`, for good."""
        ...
