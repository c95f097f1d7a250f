"""What the inbox does with batches of records on any store; `test_inbox.py` runs it against memory and PostgreSQL."""

from uuid import UUID

import msgspec
import pytest

from chassis.bus import Message, Record
from chassis.clock import VirtualClock
from chassis.errors import Fenced, Retry, VersionConflict
from chassis.ids import new_id
from chassis.inbox import HEARD, Gap, Inbox
from chassis.parking import PARKED
from chassis.store import Database, Unit
from contracts.dossier.intake import Closed, CodeVoided
from tests.chassis.sample import BECAUSE, CASES, NOW, case, ended, in_order, sent

POISON = 13


def handle(unit: Unit, message: Message) -> None:
    """Counts facts a dossier; a fact with the poisonous number cannot be handled; an end leads to a fact of our own."""
    fact, subject = message.fact, message.envelope.subject
    known = unit.get(CASES, subject) or case(dossier=subject)
    unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))
    if isinstance(fact, CodeVoided) and fact.code.endswith(f"{POISON:04d}"):
        raise ZeroDivisionError(fact.code)
    if isinstance(fact, Closed):
        unit.record(subject, ended(fact.effective_at))


def inbox(**options: object) -> Inbox:
    return Inbox(handle, VirtualClock(NOW), tables=(CASES,), **options)  # type: ignore[arg-type]


def apply(store: Database, records: list[Record], by: Inbox | None = None) -> int:
    with store.session() as session:
        return (by or inbox()).apply(records, session)


def counted(store: Database) -> dict[UUID, int]:
    with store.session() as session:
        return {row.dossier: row.facts for row in session.find(CASES)}


def parked(store: Database) -> list[tuple[UUID, int]]:
    with store.session() as session:
        return [(UUID(row.subject), row.offset) for row in session.find(PARKED, order=("offset",))]


def position(store: Database) -> int:
    return {(t, p): o for t, p, o, _ in store.positions()}.get(("dossiers.v1", 0), 0)


class InboxConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_rows_facts_positions_and_sequences_are_written_together(self, store: Database) -> None:
        a, b = new_id(), new_id()
        assert apply(store, in_order(sent(a, 1), sent(b, 1), sent(a, 2, ended()))) == 3
        assert counted(store) == {a: 2, b: 1}
        assert position(store) == 3
        assert [f.envelope.subject for f in store.page(0, 10)] == [a]
        with store.session() as session:
            assert {(h.subject, h.sequence) for h in session.find(HEARD)} == {(a, 2), (b, 1)}

    def test_a_new_fact_tells_what_caused_it_and_keeps_the_correlation_and_trace(self, store: Database) -> None:
        subject = new_id()
        cause = sent(subject, 1, ended())
        apply(store, in_order(cause))
        told = store.page(0, 1)[0].envelope
        assert str(told.causation).encode() == dict(cause.headers)["ce_id"]
        assert str(told.correlation).encode() == dict(cause.headers)["ce_correlationid"]
        assert told.traceparent is not None
        assert told.traceparent.split("-")[1] == "0af7651916cd43dd8448eb211c80319c"

    def test_a_page_that_the_relay_sends_twice_has_one_effect(self, store: Database) -> None:
        subject = new_id()
        page = [sent(subject, n, ended() if n == 3 else None) for n in (1, 2, 3)]
        apply(store, in_order(*page))
        assert apply(store, in_order(*page, start=3)) == 0
        assert counted(store) == {subject: 3}
        assert len(store.page(0, 10)) == 1
        assert position(store) == 6

    def test_a_duplicate_inside_a_batch_has_no_effect(self, store: Database) -> None:
        subject = new_id()
        first, second = sent(subject, 1), sent(subject, 2)
        assert apply(store, in_order(first, first, second, first, second)) == 2
        assert counted(store) == {subject: 2}

    def test_sources_count_their_sequences_apart(self, store: Database) -> None:
        subject = new_id()
        assert apply(store, in_order(sent(subject, 1), sent(subject, 1, source="routing"), sent(subject, 2, source="routing"))) == 3

    def test_a_gap_stops_and_nothing_of_the_batch_is_kept(self, store: Database) -> None:
        a, b = new_id(), new_id()
        with pytest.raises(Gap):
            apply(store, in_order(sent(a, 1), sent(b, 1), sent(b, 3)))
        assert counted(store) == {}
        assert position(store) == 0

    def test_an_operator_may_have_what_comes_behind_a_gap_parked_and_nobody_else_waits(self, store: Database) -> None:
        a, b = new_id(), new_id()
        asked = Inbox(handle, VirtualClock(NOW), park_gaps=True)
        assert apply(store, in_order(sent(a, 1), sent(b, 1), sent(b, 99), sent(b, 2), sent(a, 2)), asked) == 3
        assert counted(store) == {a: 2, b: 1}
        assert parked(store) == [(b, 2), (b, 3)]
        assert position(store) == 5

    @pytest.mark.parametrize("park_gaps", [False, True])
    @pytest.mark.parametrize("passing", [Retry("vault"), VersionConflict("somebody was first")], ids=["away", "first"])
    def test_what_passes_is_tried_again_with_nothing_kept(self, store: Database, passing: Exception, park_gaps: bool) -> None:
        def handle(unit: Unit, message: Message) -> None:
            unit.put(CASES, case(1))
            raise passing

        with pytest.raises(type(passing)):
            apply(store, in_order(sent(new_id(), 1)), Inbox(handle, VirtualClock(NOW), park_gaps=park_gaps))
        assert (counted(store), position(store), parked(store)) == ({}, 0, [])

    def test_a_crash_before_the_commit_leaves_no_effect(self, store: Database) -> None:
        subject = new_id()
        batch = in_order(sent(subject, 1), sent(subject, 2, ended()))

        class Crash(BaseException):
            pass

        with pytest.raises(Crash), store.session() as session:
            commit = session.commit

            def crash(*_: object) -> None:
                raise Crash

            session.commit = crash  # type: ignore[assignment, method-assign]
            try:
                inbox().apply(batch, session)
            finally:
                session.commit = commit  # type: ignore[method-assign]
        assert (counted(store), position(store), store.page(0, 10)) == ({}, 0, [])
        assert apply(store, batch) == 2
        assert counted(store) == {subject: 2}

    def test_a_batch_that_another_owner_has_applied_is_fenced_without_effect(self, store: Database) -> None:
        subject = new_id()
        batch = in_order(sent(subject, 1))
        apply(store, batch)
        with pytest.raises(Fenced):
            apply(store, batch)
        assert counted(store) == {subject: 1}

    def test_an_entry_of_a_compacted_topic_is_kept_without_a_sequence(self, store: Database) -> None:
        def keep(unit: Unit, record: Record) -> None:
            if record.value == b"broken":
                raise ValueError
            unit.put(CASES, case(int(record.value or b"0")))

        entries = {"catalogue.v1": keep}
        at = [Record("catalogue.v1", str(n).encode(), str(n).encode(), (), 0, offset) for offset, n in ((3, 1), (7, 2))]
        apply(store, at, inbox(entries=entries))
        broken = Record("catalogue.v1", b"9", b"broken", (), 0, 9)
        after = Record("catalogue.v1", b"3", b"3", (), 0, 12)
        apply(store, [broken, after], inbox(entries=entries))
        with store.session() as session:
            assert session.count(CASES) == 3
            assert [row.subject for row in session.find(PARKED)] == ["9"]
            assert Unit(session, BECAUSE).get(CASES, case(3).dossier) is not None
