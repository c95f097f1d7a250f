"""A session for folding a whole topic: rows stay in memory over many batches, and new ones go to the database by COPY."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from chassis.bus.reading import Place
from chassis.errors import Fenced, Stop
from chassis.store import Table
from chassis.store.recorded import Recorded
from chassis.store.session import Changes, Condition, Span
from chassis.store.statements import delete_rows, find_rows, insert_rows, query, quoted, select_rows
from chassis.store.tables import Key, R

Positions = dict[Place, tuple[int, str | None]]
ROWS_HELD = 200_000
NEW_ROWS_HELD = 20_000
UPSERT_PAGE = 5_000


@dataclass
class Held:
    """What is held of one table: `rows` by key, of which `stored` are in the database too; `new` can be in no other place.

    `types`: the type of each column, by PostgreSQL's number.
    """

    types: Sequence[int]
    rows: dict[Key, Any] = field(default_factory=dict)
    absent: set[Key] = field(default_factory=set)
    stored: set[Key] = field(default_factory=set)
    new: dict[Key, Any] = field(default_factory=dict)
    spilled: bool = False


class BulkSession:
    """Implements `Session` for handlers that write rows only. What is held is written when there is much of it, and by `close`.

    One at a time may write a partition: positions say from where, and move in the transaction of the rows.
    """

    def __init__(self, conn: psycopg.Connection[Any], positions: Mapping[Place, tuple[int, str | None]]) -> None:
        self._conn = conn
        self._positions: Positions = dict(positions)
        self._moved: set[Place] = set()
        self._tables: dict[Table[Any], Held] = {}

    def stands(self, place: Place) -> int:
        """The offset behind the last record that was applied."""
        return self._positions.get(place, (0, None))[0]

    # reads
    def history(self, subjects: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        raise Stop("a rebuild reads no stream of the service's own")

    def versions(self, subjects: Sequence[UUID]) -> dict[UUID, int]:
        raise Stop("a rebuild reads no stream of the service's own")

    def rows(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        held = self._held(table)
        found = [held.rows[key] if key in held.rows else held.new[key] for key in keys if key in held.rows or key in held.new]
        if held.spilled:
            found += self._load(table, held, [key for key in keys if key not in held.rows and key not in held.new])
        return found

    def _load(self, table: Table[R], held: Held, keys: Sequence[Key]) -> list[R]:
        wanted = [key for key in keys if key not in held.absent]
        if not wanted:
            return []
        statement = select_rows(table, wanted)
        rows = [table.from_values(values) for values in self._conn.execute(query(statement.text), statement.params).fetchall()]
        known = {table.key_of(row): row for row in rows}
        held.rows |= known
        held.stored |= known.keys()
        held.absent |= set(wanted) - known.keys()
        return rows

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
        claim: bool = False,
    ) -> list[R]:
        held = self._held(table)
        if not held.spilled and not held.rows and not held.new:
            return []
        self._spill(table, held)
        statement = find_rows(table, where, order, after, limit, claim)
        return [table.from_values(values) for values in self._conn.execute(query(statement.text), statement.params).fetchall()]

    def hold(self, table: Table[R], keys: Sequence[Key]) -> list[R]:
        """Nobody else has to do with the copy."""
        return self.rows(table, keys)

    def count(self, table: Table[R], where: Sequence[Condition] = ()) -> int:
        return len(self.find(table, where))

    def tally(self, table: Table[R], by: Sequence[str], where: Sequence[Condition] = ()) -> dict[Key, int]:
        raise Stop("no handler counts while it folds")

    def ordinal(self, series: str) -> int:
        raise Stop("a rebuild gives out no numbers")

    def last_ordinal(self, series: str) -> int:
        raise Stop("a rebuild gives out no numbers")

    # writes
    def advance(self, spans: Iterable[Span]) -> None:
        for span in spans:
            place = (span.topic, span.partition)
            if span.first != self.stands(place):
                raise Fenced(f"{span.topic}/{span.partition} does not stand at {span.first}")
            self._positions[place] = (span.next, span.proof)
            self._moved.add(place)

    def flush(self, changes: Changes) -> None:
        if changes.facts:
            raise Stop("a rebuild records no facts")
        for table, rows in changes.inserts.items():
            self._held(table).new.update(rows)
        for table, rows in changes.puts.items():
            self._held(table).rows.update(rows)
        for table, keys in changes.deletes.items():
            self._delete(table, keys)

    def _delete(self, table: Table[Any], keys: set[Key]) -> None:
        held = self._held(table)
        for key in keys:
            held.rows.pop(key, None)
            held.new.pop(key, None)
            held.stored.discard(key)
        if held.spilled and keys:
            statement = delete_rows(table, sorted(keys, key=str))
            self._conn.execute(query(statement.text), statement.params)

    def commit(self, changes: Changes | None = None) -> None:
        if changes:
            self.flush(changes)
        for table, held in self._tables.items():
            if len(held.new) > NEW_ROWS_HELD:
                self._copy_new(table, held)
        if sum(len(held.rows) for held in self._tables.values()) > ROWS_HELD:
            self.close()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Handlers write at their end, in one `flush` that cannot fail half-way: there is nothing to take back."""
        yield

    def rollback(self) -> None:
        """What was flushed stays: see `savepoint`."""

    def close(self) -> None:
        """Write all that is held and the positions, and commit."""
        for table, held in self._tables.items():
            self._spill(table, held)
        for place in sorted(self._moved):
            self._conn.execute(
                "INSERT INTO inbox_position (topic, partition, next_offset, proof) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (topic, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset, proof = EXCLUDED.proof",
                (*place, *self._positions[place]),
            )
        self._moved.clear()
        self._conn.commit()

    # spilling
    def _held(self, table: Table[Any]) -> Held:
        if table not in self._tables:
            row = self._conn.execute(query(f'SELECT EXISTS (SELECT 1 FROM "{table.name}")')).fetchone()
            self._tables[table] = Held(self._types(table), spilled=bool(row and row[0]))
        return self._tables[table]

    def _types(self, table: Table[Any]) -> list[int]:
        columns = "SELECT attname, atttypid FROM pg_attribute WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0"
        known = dict(self._conn.execute(columns, (table.name,)).fetchall())
        return [known[name] for name in table.names]

    def _spill(self, table: Table[Any], held: Held) -> None:
        self._copy_new(table, held)
        fresh = {key: row for key, row in held.rows.items() if not held.spilled or key in held.absent}
        self._copy(table, list(fresh.values()))
        known = [row for key, row in held.rows.items() if key not in fresh]
        for first in range(0, len(known), UPSERT_PAGE):
            statement = insert_rows(table, known[first : first + UPSERT_PAGE], new=False)
            self._conn.execute(query(statement.text), statement.params)
        held.spilled = held.spilled or bool(held.rows)
        held.rows.clear()
        held.absent.clear()
        held.stored.clear()

    def _copy_new(self, table: Table[Any], held: Held) -> None:
        self._copy(table, list(held.new.values()))
        held.spilled = held.spilled or bool(held.new)
        held.new.clear()

    def _copy(self, table: Table[Any], rows: Sequence[Any]) -> None:
        """In binary, for an eighth of what their text costs."""
        if not rows:
            return
        statement = query(f'COPY "{table.name}" ({quoted(table.names)}) FROM STDIN (FORMAT BINARY)')
        documents = [place for place, column in enumerate(table.columns) if column.sql_type == "jsonb"]
        with self._conn.cursor() as cursor, cursor.copy(statement) as copy:
            copy.set_types(self._tables[table].types)
            for row in rows:
                copy.write_row(_documented(table.to_values(row), documents))


def _documented(values: tuple[Any, ...], documents: Sequence[int]) -> Sequence[Any]:
    """Text that is JSON already is written as such."""
    if not documents:
        return values
    found = list(values)
    for place in documents:
        if found[place] is not None:
            found[place] = Jsonb(found[place], dumps=str)
    return found


__all__ = ["BulkSession", "Positions"]
