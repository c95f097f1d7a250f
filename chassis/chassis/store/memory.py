"""The in-memory twin of the store: the same port, the library's own plain-Python recorder, dictionaries for rows."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from eventsourcing.popo import POPOApplicationRecorder

from chassis.errors import Duplicate, Fenced, VersionConflict
from chassis.store.recorded import FactLog, Recorded
from chassis.store.session import Backlog, Changes, Condition, OutgoingFact, Session, Span
from chassis.store.tables import Key, R, Table

_OPERATORS: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "<": lambda a, b: a is not None and a < b,
    "<=": lambda a, b: a is not None and a <= b,
    ">": lambda a, b: a is not None and a > b,
    ">=": lambda a, b: a is not None and a >= b,
    "in": lambda a, b: a in b,
    "is null": lambda a, _: a is None,
    "is not null": lambda a, _: a is not None,
    "like": lambda a, b: a is not None and str(a).startswith(str(b).rstrip("%")),
}


class MemoryDatabase:
    """A service's database in memory. One session at a time writes; reads see what was committed."""

    def __init__(self, service: str) -> None:
        self._service = service
        self.log = FactLog(POPOApplicationRecorder())
        self.stored: list[Recorded] = []
        self.streams: dict[UUID, list[Recorded]] = {}
        self.tables: dict[str, dict[Key, Any]] = {}
        self.groups: dict[str, dict[Any, dict[Key, None]]] = {}
        self.ordinals: dict[str, int] = {}
        self.inbox: dict[tuple[str, int], tuple[int, str | None]] = {}
        self.claimed: set[tuple[str, Key]] = set()
        self._relay_position = 0
        self._relay_bus: str | None = None
        self.lock = threading.RLock()

    @property
    def service(self) -> str:
        return self._service

    @contextmanager
    def session(self) -> Iterator[Session]:
        session = MemorySession(self)
        try:
            yield session
        finally:
            session.rollback()

    def page(self, after: int, limit: int) -> list[OutgoingFact]:
        with self.lock:
            notifications = self.log.recorder.select_notifications(after, limit, inclusive_of_start=False)
            return [OutgoingFact(int(n.id), self.stored[int(n.id) - 1].envelope(self.service), n.state) for n in notifications]

    def positions(self) -> Iterator[tuple[str, int, int, str | None]]:
        for (topic, partition), (offset, proof) in sorted(self.inbox.items()):
            yield topic, partition, offset, proof

    def relay_position(self) -> int:
        return self._relay_position

    def backlog(self) -> Backlog:
        waiting = range(self._relay_position + 1, len(self.stored) + 1)
        return Backlog(self._relay_position, len(waiting), waiting[0] if waiting else None)

    def set_relay_position(self, position: int) -> None:
        self._relay_position = position

    def relay_bus(self, found: str) -> str:
        self._relay_bus = self._relay_bus or found
        return self._relay_bus


class MemorySession:
    """An overlay over the database, merged into it at commit."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._reset()

    def _reset(self) -> None:
        self._rows: dict[str, dict[Key, Any]] = {}
        self._facts: list[Recorded] = []
        self._appended: dict[UUID, int] = {}
        self._ordinals: dict[str, int] = {}
        self._spans: list[Span] = []
        self._claims: set[tuple[str, Key]] = set()
        self._holding = False

    def _hold(self) -> None:
        """Writers come one after another, as a row lock would make them."""
        if not self._holding:
            self._database.lock.acquire()
            self._holding = True

    # reads
    def history(self, subjects: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        found = {subject: list(self._database.streams.get(subject, ())) for subject in subjects}
        for recorded in self._facts:
            if recorded.originator_id in found:
                found[recorded.originator_id].append(recorded)
        return found

    def versions(self, subjects: Sequence[UUID]) -> dict[UUID, int]:
        return {subject: len(self._database.streams.get(subject, ())) + self._appended.get(subject, 0) for subject in subjects}

    def _matching(self, table: Table[R], where: Sequence[Condition]) -> list[R]:
        overlay, committed = self._rows.get(table.name, {}), self._database.tables.get(table.name, {})
        if (wanted := _named(table, where)) is not None:
            groups = self._database.groups.get(table.name, {})
            keys = [key for name in wanted for key in list(groups.get(name, ()))]
            committed = {key: committed.get(key) for key in keys}
        rows = {**committed, **overlay} if overlay else committed
        return [row for row in list(rows.values()) if row is not None and _meets(row, where)]

    def rows(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        overlay, committed = self._rows.get(table.name), self._database.tables.get(table.name, {})
        if not overlay:
            return [row for key in keys if (row := committed.get(key)) is not None]
        found = (overlay[key] if key in overlay else committed.get(key) for key in keys)
        return [row for row in found if row is not None]

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
        claim: bool = False,
    ) -> list[R]:
        if not claim:
            return self._found(table, where, order, after)[:limit]
        with self._database.lock:  # a row that another session has just removed is not there to be claimed
            return self._claim(table, self._found(table, where, order, after), limit)

    def hold(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        self._hold()
        return self.rows(table, keys)

    def _found(self, table: Table[R], where: Sequence[Condition], order: Sequence[str], after: Key | None) -> list[R]:
        rows = self._matching(table, where)
        for column in reversed(order):
            rows.sort(key=_by(column.lstrip("-")), reverse=column.startswith("-"))
        return rows if after is None else [row for row in rows if _is_behind(row, order, after)]

    def _claim(self, table: Table[R], rows: list[R], limit: int | None) -> list[R]:
        with self._database.lock:
            free = [row for row in rows if (table.name, table.key_of(row)) not in self._database.claimed][:limit]
            taken = {(table.name, table.key_of(row)) for row in free}
            self._claims |= taken
            self._database.claimed |= taken
        return free

    def count(self, table: Table[R], where: Sequence[Condition] = ()) -> int:
        return len(self._matching(table, where))

    def tally(self, table: Table[R], by: Sequence[str], where: Sequence[Condition] = ()) -> dict[Key, int]:
        return Counter(tuple(getattr(row, name) for name in by) for row in self._matching(table, where))

    # writes
    def ordinal(self, series: str) -> int:
        self._hold()
        value = self._ordinals.get(series, self._database.ordinals.get(series, 0)) + 1
        self._ordinals[series] = value
        return value

    def last_ordinal(self, series: str) -> int:
        self._hold()
        return self._ordinals.get(series, self._database.ordinals.get(series, 0))

    def advance(self, spans: Iterable[Span]) -> None:
        self._hold()
        for span in spans:
            at = self._database.inbox.get((span.topic, span.partition), (0, None))[0]
            if at != span.first and not (span.compacted and at < span.first):
                raise Fenced(f"{span.topic}/{span.partition} stands at {at}, not {span.first}")
            self._spans.append(span)

    def flush(self, changes: Changes) -> None:
        self._hold()
        for recorded in changes.facts:
            subject = recorded.originator_id
            known = len(self._database.streams.get(subject, ())) + self._appended.get(subject, 0)
            if recorded.originator_version != known + 1:
                raise VersionConflict(str(subject))
            self._facts.append(recorded)
            self._appended[subject] = self._appended.get(subject, 0) + 1
        for table, rows in changes.inserts.items():
            self._insert(table, rows)
        for table, rows in changes.puts.items():
            self._rows.setdefault(table.name, {}).update(rows)
        for table, keys in changes.deletes.items():
            self._rows.setdefault(table.name, {}).update(dict.fromkeys(keys))

    def _insert(self, table: Table[Any], rows: dict[Key, Any]) -> None:
        if self.rows(table, list(rows)):
            raise Duplicate(table.name)
        self._rows.setdefault(table.name, {}).update(rows)

    def commit(self, changes: Changes | None = None) -> None:
        self._hold()
        if changes:
            self.flush(changes)
        database = self._database
        if self._facts:
            self._append()
        for name, rows in self._rows.items():
            _merge(database.tables.setdefault(name, {}), database.groups.setdefault(name, {}), rows)
        database.ordinals.update(self._ordinals)
        for span in self._spans:
            database.inbox[(span.topic, span.partition)] = (span.next, span.proof)
        self.rollback()

    def _append(self) -> None:
        try:
            self._database.log.events.put(self._facts)
        except IntegrityError as conflict:
            raise VersionConflict(str(conflict)) from conflict
        for recorded in self._facts:
            self._database.stored.append(recorded)
            self._database.streams.setdefault(recorded.originator_id, []).append(recorded)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        self._hold()
        rows, facts = {name: dict(rows) for name, rows in self._rows.items()}, list(self._facts)
        appended, ordinals, spans = dict(self._appended), dict(self._ordinals), list(self._spans)
        try:
            yield
        except BaseException:
            self._rows, self._facts, self._appended, self._ordinals, self._spans = rows, facts, appended, ordinals, spans
            raise

    def rollback(self) -> None:
        if self._claims:
            self._database.claimed -= self._claims
            self._claims = set()
        if self._holding:
            self._reset()
            self._database.lock.release()


def _merge(table: dict[Key, Any], groups: dict[Any, dict[Key, None]], rows: dict[Key, Any]) -> None:
    """Rows into their table; `groups` is its index by the key's first column, in the order of insertion, so that runs repeat."""
    for key, row in rows.items():
        if row is None:
            if table.pop(key, None) is not None:
                group = groups[key[0]]
                del group[key]
                if not group:
                    del groups[key[0]]
            continue
        if key not in table:
            groups.setdefault(key[0], {})[key] = None
        table[key] = row


def _named(table: Table[Any], where: Sequence[Condition]) -> Sequence[Any] | None:
    """The values of the key's first column that the conditions name, as an index would use them."""
    for column, operator, value in where:
        if column == table.key[0] and operator in ("=", "in"):
            return list(dict.fromkeys(value)) if operator == "in" else [value]
    return None


def _meets(row: Any, where: Sequence[Condition]) -> bool:
    return all(_OPERATORS[operator](getattr(row, column), value) for column, operator, value in where)


def _by(name: str) -> Callable[[Any], Any]:
    return lambda row: _sortable(getattr(row, name))


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is None, value)


def _is_behind(row: Any, order: Sequence[str], after: Key) -> bool:
    for name, value in zip(order, after, strict=True):
        here, there = _sortable(getattr(row, name.lstrip("-"))), _sortable(value)
        if here != there:
            return bool(here < there) if name.startswith("-") else bool(here > there)
    return False
