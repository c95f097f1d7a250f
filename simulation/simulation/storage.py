"""The in-memory store with a process that can die at each commit, due rows by time, and dossiers that can be forgotten."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from chassis.store.memory import MemoryDatabase, MemorySession
from chassis.store.session import Changes, Condition, Session
from chassis.store.tables import Key, R, Table
from simulation.faults import Faults

DUE = {"timer": "due_at", "outgoing": "next_try_at"}
"""Tables that are asked for what is due, and by which column."""


class Storage(MemoryDatabase):
    """One service's database. `wake` is told the earliest time at which a row becomes due."""

    def __init__(self, service: str, faults: Faults, wake: Callable[[str, datetime], None]) -> None:
        self.faults = faults
        self.wake = wake
        self.empty(service)

    def empty(self, service: str) -> None:
        """As a new database."""
        super().__init__(service)
        self.due: dict[str, list[tuple[datetime, int, Key]]] = {name: [] for name in DUE}
        self._order = itertools.count()
        self.about: defaultdict[UUID, list[tuple[str, Key]]] = defaultdict(list)

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = StorageSession(self)
        try:
            yield session
        finally:
            session.rollback()

    def new_about(self, rows: Mapping[str, Mapping[Key, msgspec.Struct | None]]) -> list[tuple[UUID, tuple[str, Key]]]:
        """Of which dossiers rows speak that their tables do not hold yet, or not under a dossier."""
        found = []
        for table, changed in rows.items():
            held = self.tables.get(table, {})
            for key, row in changed.items():
                name = None if row is None else _naming(type(row))
                if name is not None and ((before := held.get(key)) is None or getattr(before, name) is None):
                    found.append((getattr(row, name), (table, key)))
        return [(subject, place) for subject, place in found if subject is not None]

    def noticed(self, rows: Mapping[str, Mapping[Key, msgspec.Struct | None]], new: Iterable[tuple[UUID, tuple[str, Key]]]) -> None:
        """Remember of which dossier rows speak, and when they become due."""
        for subject, place in new:
            self.about[subject].append(place)
        for table in DUE:
            if table in rows:
                self._remember(table, rows[table])

    def _remember(self, table: str, rows: Mapping[Key, msgspec.Struct | None]) -> None:
        for key, row in rows.items():
            if row is not None:
                at = getattr(row, DUE[table])
                heapq.heappush(self.due[table], (at, next(self._order), key))
                self.wake(table, at)

    def has_due(self, table: str, until: datetime) -> bool:
        """Whether a row's time has come; what a row said of its time before it was written anew is forgotten."""
        heap, rows = self.due[table], self.tables.get(table, {})
        while heap and heap[0][0] <= until:
            at, _, key = heap[0]
            if key in rows and getattr(rows[key], DUE[table]) == at:
                return True
            heapq.heappop(heap)
        return False

    def taken(self, table: str, until: datetime) -> list[tuple[Key, Any]]:
        """Rows whose time has come; the caller puts back what it does not use up."""
        heap, rows = self.due[table], self.tables.get(table, {})
        keys: dict[Key, None] = {}
        while heap and heap[0][0] <= until:
            keys[heapq.heappop(heap)[2]] = None
        return [(key, rows[key]) for key in keys if key in rows]

    def put_back(self, table: str, due: Sequence[tuple[Key, Any]]) -> None:
        """Due again as before; nobody is woken."""
        for key, row in due:
            heapq.heappush(self.due[table], (getattr(row, DUE[table]), next(self._order), key))

    def rows_about(self, subject: UUID) -> dict[tuple[str, Key], Any]:
        """Every row that speaks of a dossier, by table and key."""
        held = ((name, key, self.tables.get(name, {}).get(key)) for name, key in self.about.get(subject, ()))
        return {(name, key): row for name, key, row in held if row is not None}

    def forget(self, subject: UUID) -> None:
        """Drop all that speaks of an ended dossier; positions and numbers stay."""
        recorder: Any = self.log.recorder
        for place in recorder._stored_events_index.pop(str(subject), {}).values():
            recorder._stored_events[place] = self.stored[place] = None  # type: ignore[call-overload]
        self.streams.pop(subject, None)
        for name, key in self.about.pop(subject, ()):
            self.drop(name, key)

    def drop(self, table: str, key: Key) -> None:
        """Drop one row, and its group when that was the last of it."""
        if self.tables.get(table, {}).pop(key, None) is not None:
            group = self.groups[table][key[0]]
            del group[key]
            if not group:
                del self.groups[table][key[0]]


class StorageSession(MemorySession):
    """A transaction whose process may die before or after its commit."""

    def __init__(self, storage: Storage) -> None:
        super().__init__(storage)
        self._storage = storage

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
        claim: bool = False,
    ) -> list[R]:
        column = DUE.get(table.name)
        until = next((value for name, operator, value in where if name == column and operator == "<="), None)
        if not claim or until is None:
            return super().find(table, where, order, after, limit, claim)
        due = [(key, row) for key, row in self._storage.taken(table.name, until) if all(_meets(row, condition) for condition in where)]
        self._storage.put_back(table.name, due)
        wanted: list[R] = [row for _, row in due]
        place = attrgetter(*order)
        wanted.sort(key=place)
        behind = wanted if after is None else [row for row in wanted if place(row) > after]
        return self._claim(table, behind, limit)

    def commit(self, changes: Changes | None = None) -> None:
        self._storage.faults.crash("crash-before")
        if changes:
            self.flush(changes)
        rows, new = self._rows, self._storage.new_about(self._rows)
        super().commit()
        self._storage.noticed(rows, new)
        self._storage.faults.crash("crash-after")


@cache
def _naming(kind: type[msgspec.Struct]) -> str | None:
    """The field by which rows of a kind name their dossier."""
    fields = {field.name for field in msgspec.structs.fields(kind) if field.type in (UUID, UUID | None)}
    return next((name for name in ("dossier", "subject", "id") if name in fields), None)


def _meets(row: Any, condition: Condition) -> bool:
    column, operator, value = condition
    held = getattr(row, column)
    return bool(held <= value if operator == "<=" else held == value)
