"""A unit of work: reads are remembered, writes are gathered and written in one go."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from chassis.ids import Ids, new_id
from chassis.store.recorded import Because, Recorded
from chassis.store.session import Changes, Condition, Session
from chassis.store.tables import Key, R, Table
from contracts import Fact
from contracts.fact import BackEntry
from contracts.outage import CAUSE as OUTAGE

State = TypeVar("State")


class Unit:
    """What application and inbound functions work with. `because` says who acts and why; change it for each message."""

    def __init__(self, session: Session, because: Because, *, ids: Ids = new_id) -> None:
        self.session = session
        self.because = because
        self._ids = ids
        self._changes = Changes()
        self.recorded: list[Recorded] = []
        self._histories: dict[UUID, list[Recorded]] = {}
        self._rows: dict[str, dict[Key, Any]] = {}
        self._backdated: tuple[BackEntry, datetime] | None = None
        self._paper_time: datetime | None = None

    # facts
    def prefetch(self, subjects: Sequence[UUID]) -> None:
        """Load the histories of many dossiers in one round trip."""
        wanted = [subject for subject in dict.fromkeys(subjects) if subject not in self._histories]
        if wanted:
            self._histories.update(self.session.history(wanted))

    def begin(self, subject: UUID) -> None:
        """Say that a dossier's id was made just now: its history is not asked for, and the append fails if it has one."""
        self._histories.setdefault(subject, [])

    def history(self, subject: UUID) -> list[Fact]:
        """Own facts of a dossier, recorded or about to be."""
        self.prefetch([subject])
        return [recorded.fact for recorded in self._histories[subject]]

    def own(self, subject: UUID, sequence: int, id_: UUID) -> Fact | None:
        """The fact of that id, if it is one of our own whose history is loaded: it need not be read from the bus again."""
        stream = self._histories.get(subject, ())
        recorded = stream[sequence - 1] if 0 < sequence <= len(stream) else None
        return recorded.fact if recorded is not None and recorded.id == id_ else None

    def version(self, subject: UUID) -> int:
        """The stream version; 0 for a dossier this service has not recorded anything about."""
        self.prefetch([subject])
        return len(self._histories[subject])

    def state(self, subject: UUID, fold: Callable[[Sequence[Fact]], State]) -> State:
        """The dossier's state as this service's own facts give it."""
        return fold(self.history(subject))

    def backdate(self, entry: BackEntry, recorded_at: datetime) -> None:
        """From here on every fact of this unit is a back-entry: recorded now, in effect when it says."""
        self._backdated = (entry, recorded_at)

    def follow(self, fact: Fact, now: datetime) -> None:
        """What is recorded from here on follows from that fact; of one entered from the paper book it has both times, as that has."""
        entry = fact.back_entry
        on_paper = entry is not None and entry.cause == OUTAGE
        self._backdated = (entry, now) if entry is not None and on_paper else None
        self._paper_time = fact.effective_at if on_paper else None

    def moment(self, now: datetime) -> datetime:
        """When it happened, by the clock of the law, that a rule reacted: now, or the paper's time of the fact that is followed."""
        return self._paper_time or now

    def record(self, subject: UUID, *facts: Fact) -> list[Recorded]:
        """Add facts to a dossier's stream; they are stored at commit."""
        self.prefetch([subject])
        stream = self._histories[subject]
        added = []
        for fact in self._with_both_times(facts):
            recorded = Recorded(originator_id=subject, originator_version=len(stream) + 1, id=self._ids(), fact=fact, because=self.because)
            stream.append(recorded)
            added.append(recorded)
        self._changes.facts += added
        self.recorded += added
        return added

    def _with_both_times(self, facts: Sequence[Fact]) -> Sequence[Fact]:
        if self._backdated is None:
            return facts
        entry, recorded_at = self._backdated
        return [msgspec.structs.replace(fact, back_entry=entry, recorded_at=recorded_at) for fact in facts]

    # rows
    def get(self, table: Table[R], *key: Any) -> R | None:
        """The row of that key, this unit's own writes included."""
        known = self._rows.get(table.name)
        if known is None or key not in known:
            self.prefetch_rows(table, [key])
            known = self._rows[table.name]
        row: R | None = known[key]
        return row

    def prefetch_rows(self, table: Table[R], keys: Sequence[Key]) -> None:
        """Load many rows in one round trip."""
        known = self._rows.setdefault(table.name, {})
        wanted = []
        for key in keys:
            if key not in known:
                known[key] = None
                wanted.append(key)
        if wanted:
            for row in self.session.rows(table, wanted):
                known[table.key_of(row)] = row

    def put(self, table: Table[R], row: R) -> None:
        """Write a row, whether it is there or not."""
        key = table.key_of(row)
        self._know(table, key, row)
        if deletes := self._changes.deletes.get(table):
            deletes.discard(key)
        inserts = self._changes.inserts.get(table)
        if inserts is not None and key in inserts:
            inserts[key] = row
        else:
            self._changes.puts.setdefault(table, {})[key] = row

    def insert(self, table: Table[R], row: R) -> None:
        """Write a row that must be new; `Duplicate` at commit if it is not."""
        key = table.key_of(row)
        if key in self._changes.deletes.get(table, ()):
            self.put(table, row)
            return
        self._know(table, key, row)
        self._changes.inserts.setdefault(table, {})[key] = row

    def delete(self, table: Table[R], *key: Any) -> None:
        self._know(table, key, None)
        inserted = self._changes.inserts.get(table, {}).pop(key, None)
        self._changes.puts.get(table, {}).pop(key, None)
        if inserted is None:
            self._changes.deletes.setdefault(table, set()).add(key)

    def _know(self, table: Table[R], key: Key, row: R | None) -> None:
        self._rows.setdefault(table.name, {})[key] = row

    def find(
        self,
        table: Table[R],
        where: Sequence[Condition] = (),
        order: Sequence[str] = (),
        after: Key | None = None,
        limit: int | None = None,
    ) -> list[R]:
        """Rows by condition; what this unit has gathered is written first, so that it is found."""
        self.flush()
        return self.session.find(table, where, order, after, limit)

    def ordinal(self, series: str) -> int:
        """The next gap-free number of a series, from 1."""
        return self.session.ordinal(series)

    def last_ordinal(self, series: str) -> int:
        """The last number given of a series, 0 for none; it stays the last one while this unit lasts."""
        return self.session.last_ordinal(series)

    # end
    def flush(self) -> None:
        """Write what is gathered, within the transaction."""
        changes, self._changes = self._changes, Changes()
        if changes:
            self.session.flush(changes)

    def commit(self, *, together: bool = False) -> None:
        """Write what is gathered as the last statement, and commit; `together` as `Changes` has it."""
        changes, self._changes = self._changes, Changes()
        changes.together = together
        self.session.commit(changes)
