"""What is parked, when, and how it is tried again."""

from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from chassis.bus import Message
from chassis.clock import VirtualClock
from chassis.errors import NotHeardOf, Retry
from chassis.ids import new_id
from chassis.inbox import Inbox, TooManyParked
from chassis.parking import PARKED
from chassis.redrive import preview, redrive
from chassis.store import Database, Unit
from contracts.dossier.intake import Closed
from tests.chassis.conformance.given import given_up, redriven
from tests.chassis.inbox_conformance import POISON, apply, counted, inbox, parked, position
from tests.chassis.sample import CASES, NOW, case, ended, in_order, sent, voided


class Stopwatch:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class Town:
    """Handles a dossier's facts once it is known here, and says that it has not heard of it before."""

    def __init__(self) -> None:
        self.known: set[UUID] = set()
        self.watch = Stopwatch()
        self.inbox = Inbox(self.handle, VirtualClock(NOW), tables=(CASES,), seconds=self.watch)

    def handle(self, unit: Unit, message: Message) -> None:
        subject = message.envelope.subject
        if subject not in self.known:
            raise NotHeardOf(f"dossier {subject}")
        known = unit.get(CASES, subject) or case(dossier=subject)
        unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))


def mended(unit: Unit, message: Message) -> None:
    """What `handle` of the inbox' suite is after the repair: nothing is poisonous, and what it wrote can be told apart."""
    known = unit.get(CASES, message.envelope.subject) or case(dossier=message.envelope.subject)
    unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + message.envelope.sequence * 10))
    if isinstance(message.fact, Closed):
        unit.record(message.envelope.subject, ended())


class ParkingConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_a_poisonous_fact_parks_its_dossier_from_there_on_and_never_its_neighbours(self, store: Database) -> None:
        good, bad, other = new_id(), new_id(), new_id()
        batch = in_order(
            sent(good, 1), sent(bad, 1), sent(bad, 2, voided(POISON)), sent(other, 1), sent(bad, 3), sent(good, 2, ended()), sent(bad, 4)
        )
        assert apply(store, batch) == 4
        assert counted(store) == {good: 2, other: 1, bad: 1}
        assert parked(store) == [(bad, 2), (bad, 4), (bad, 6)]
        assert [f.envelope.subject for f in store.page(0, 10)] == [good]
        assert position(store) == 7

    def test_later_batches_park_what_follows_of_a_parked_dossier_whoever_sends_it(self, store: Database) -> None:
        good, bad = new_id(), new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON))))
        later = in_order(sent(bad, 2), sent(good, 1), sent(bad, 1, source="routing"), start=1)
        assert apply(store, later) == 1
        assert counted(store) == {good: 1}
        assert parked(store) == [(bad, 0), (bad, 1), (bad, 3)]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda r: replace(r, headers=tuple(h for h in r.headers if h[0] != "ce_id")),
            lambda r: replace(r, headers=tuple((n, b"\xff\x00" if n == "ce_id" else v) for n, v in r.headers)),
            lambda r: replace(r, headers=tuple((n, b"-1" if n == "ce_sequence" else v) for n, v in r.headers)),
            lambda r: replace(r, headers=tuple((n, b"9" * 30 if n == "ce_sequence" else v) for n, v in r.headers)),
            lambda r: replace(r, headers=tuple((n, b"vn.motcua.dossier.invented.v9" if n == "ce_type" else v) for n, v in r.headers)),
            lambda r: replace(r, headers=tuple((n, b"yesterday" if n == "ce_time" else v) for n, v in r.headers)),
            lambda r: replace(r, headers=(("x\x00", b""), *r.headers[3:])),
            lambda r: replace(r, value=b'{"effective_at": 7'),
            lambda r: replace(r, value=b"\x00\x00\x00\x00\x07Avro"),
            lambda r: replace(r, value=None),
            lambda r: replace(r, key=b"\xff\xfe\x00", headers=()),
            lambda r: replace(r, key=b""),
            lambda r: replace(r, headers=tuple((n, str(UUID(int=5)).encode() if n == "ce_subject" else v) for n, v in r.headers)),
        ],
    )
    def test_a_damaged_record_is_parked_whole_and_its_neighbours_go_on(self, store: Database, damage: object) -> None:
        good, bad = new_id(), new_id()
        broken = replace(damage(sent(bad, 1)), partition=0)  # type: ignore[operator]
        assert apply(store, in_order(sent(good, 1), broken, sent(good, 2))) == 2
        assert counted(store) == {good: 2}
        with store.session() as session:
            (row,) = session.find(PARKED)
        assert (row.key, row.value, row.offset) == (broken.key, broken.value or b"", 1)
        assert "Avro" not in row.reason

    def test_a_redrive_applies_what_was_parked_in_order_and_the_dossier_goes_on(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1), sent(bad, 2, voided(POISON)), sent(bad, 3), sent(bad, 4, ended())))

        repaired = Inbox(mended, VirtualClock(NOW))
        with store.session() as session:
            assert redriven(repaired, session, str(bad)) == 3
        assert counted(store) == {bad: 1 + 20 + 30 + 40}
        assert parked(store) == []
        assert len(store.page(0, 10)) == 1
        assert apply(store, in_order(sent(bad, 5), start=4), repaired) == 1

    def test_a_redrive_that_fails_again_changes_nothing(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON)), sent(bad, 2)))
        with store.session() as session:
            assert redriven(inbox(), session, str(bad)) == 0
        assert parked(store) == [(bad, 0), (bad, 1)]
        assert counted(store) == {}

    def test_when_too_much_fails_the_inbox_stops_instead_of_parking_a_topic(self, store: Database) -> None:
        with pytest.raises(TooManyParked):
            apply(store, in_order(*(sent(new_id(), 1, voided(POISON)) for _ in range(12)), *(sent(new_id(), 1) for _ in range(4))))
        assert (counted(store), parked(store), position(store)) == ({}, [], 0)

    def test_what_a_handler_wrote_at_once_before_it_failed_is_taken_back(self, store: Database) -> None:
        def hasty(unit: Unit, message: Message) -> None:
            subject = message.envelope.subject
            known = unit.get(CASES, subject) or case(dossier=subject)
            unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))
            unit.record(subject, ended())
            unit.flush()
            if message.envelope.sequence == 2:
                raise ZeroDivisionError

        good, bad = new_id(), new_id()
        batch = in_order(sent(good, 1), sent(bad, 1), sent(bad, 2))
        assert apply(store, batch, Inbox(hasty, VirtualClock(NOW), tables=(CASES,))) == 2
        assert counted(store) == {good: 1, bad: 1}
        assert sorted(f.envelope.subject for f in store.page(0, 10)) == sorted([good, bad])
        assert parked(store) == [(bad, 2)]

    def test_a_reason_names_no_value_of_the_message(self, store: Database) -> None:
        damaged = sent(new_id(), 1)
        for offset, name in enumerate(("ce_time", "ce_sequence", "ce_id", "ce_correlationid")):
            headers = tuple((n, "Nguyễn Thị Ngọc Ánh".encode() if n == name else v) for n, v in damaged.headers)
            apply(store, [replace(damaged, headers=headers, key=b"%d" % offset, offset=offset)])
        with store.session() as session:
            reasons = [row.reason for row in session.find(PARKED)]
        assert len(reasons) == 4
        assert not any("Ng" in reason or "xe1" in reason for reason in reasons), reasons

    # too many
    def test_when_little_comes_at_a_time_too_many_failures_stop_the_inbox_all_the_same(self, store: Database) -> None:
        by, applied = inbox(), 0
        with pytest.raises(TooManyParked):
            for offset in range(30):
                apply(store, in_order(sent(new_id(), 1, voided(POISON)), start=offset), by)
                applied += 1
        assert applied == len(parked(store)) == position(store) == 9

    def test_as_large_a_share_as_is_allowed_stops_nothing_and_one_more_does(self, store: Database) -> None:
        by = inbox(parked_share=0.25)
        records = [sent(new_id(), 1, voided(POISON) if number < 10 else None) for number in range(40)]
        apply(store, in_order(*records), by)
        assert (len(parked(store)), position(store)) == (10, 40)
        with pytest.raises(TooManyParked):
            apply(store, in_order(sent(new_id(), 1, voided(POISON)), start=40), by)

    def test_a_batch_whose_commit_failed_counts_once_among_what_came(self, store: Database) -> None:
        """Else a database that is away for a while would make of four bad dossiers forty, and stop the inbox."""
        by = inbox()
        batch = in_order(*(sent(new_id(), 1, voided(POISON)) for _ in range(4)), *(sent(new_id(), 1) for _ in range(6)))

        def away(*_: object) -> None:
            raise Retry("database")

        for _ in range(10):
            with pytest.raises(Retry), store.session() as session:
                session.commit = away  # type: ignore[assignment, method-assign]
                by.apply(batch, session)
        assert apply(store, batch, by) == 6
        assert (len(parked(store)), position(store)) == (4, 10)

    def test_a_few_bad_dossiers_among_many_good_ones_stop_nothing(self, store: Database) -> None:
        by = inbox()
        for offset in range(120):
            apply(store, in_order(sent(new_id(), 1, voided(POISON) if offset % 10 == 0 else None), start=offset), by)
        assert len(parked(store)) == 12

    # not heard of yet
    def test_a_fact_before_its_dossier_is_known_waits_and_nothing_is_kept(self, store: Database) -> None:
        town, early, good = Town(), new_id(), new_id()
        town.known = {good}
        batch = in_order(sent(good, 1), sent(early, 1))
        for seconds in (0, 30, 59):
            town.watch.at = seconds
            with pytest.raises(NotHeardOf):
                apply(store, batch, town.inbox)
        assert (counted(store), parked(store), position(store)) == ({}, [], 0)
        town.known.add(early)
        assert apply(store, batch, town.inbox) == 2

    def test_after_a_minute_it_is_parked_and_its_neighbours_go_on(self, store: Database) -> None:
        town, early, good = Town(), new_id(), new_id()
        town.known = {good}
        batch = in_order(sent(early, 1), sent(good, 1), sent(early, 2), sent(good, 2))
        with pytest.raises(NotHeardOf):
            apply(store, batch, town.inbox)
        town.watch.at = 60
        assert apply(store, batch, town.inbox) == 2
        assert counted(store) == {good: 2}
        assert parked(store) == [(early, 0), (early, 2)]
        town.known.add(early)
        with store.session() as session:
            assert redriven(town.inbox, session, str(early)) == 2
        assert counted(store) == {good: 2, early: 2}

    def test_every_fact_has_a_minute_of_its_own(self, store: Database) -> None:
        town, first, second = Town(), new_id(), new_id()
        with pytest.raises(NotHeardOf):
            apply(store, in_order(sent(first, 1)), town.inbox)
        town.watch.at = 70
        apply(store, in_order(sent(first, 1)), town.inbox)
        town.watch.at = 75
        with pytest.raises(NotHeardOf):
            apply(store, in_order(sent(second, 1), start=1), town.inbox)
        assert parked(store) == [(first, 0)]

    # preview
    def test_a_preview_says_what_a_redrive_would_do_and_keeps_nothing(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON)), sent(bad, 2, ended())))
        repaired = Inbox(mended, VirtualClock(NOW))
        for _ in range(2):
            with store.session() as session:
                found = preview(repaired, session, str(bad))
            assert (found.applied, found.facts, found.fails) == (2, (Closed.TYPE,), "")
        assert parked(store) == [(bad, 0), (bad, 1)]
        assert (counted(store), store.page(0, 10)) == ({}, [])
        with store.session() as session:
            assert redriven(repaired, session, str(bad)) == 2
        assert [fact.envelope.type for fact in store.page(0, 10)] == [Closed.TYPE]

    def test_a_preview_says_why_it_would_still_fail_without_a_value_of_the_message(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON)), sent(bad, 2)))
        with store.session() as session:
            found = preview(inbox(), session, str(bad))
        assert (found.applied, found.left, found.fails) == (0, 2, "ZeroDivisionError")
        assert parked(store) == [(bad, 0), (bad, 1)]

    def test_something_away_during_a_redrive_is_no_verdict(self, store: Database) -> None:
        def away(unit: Unit, message: Message) -> None:
            raise Retry("vault")

        bad = new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON))))
        for act in (preview, redriven):
            with pytest.raises(Retry), store.session() as session:
                act(Inbox(away, VirtualClock(NOW)), session, str(bad))
        assert parked(store) == [(bad, 0)]

    # as far as it goes
    def test_a_redrive_applies_what_it_can_and_says_where_it_stopped(self, store: Database) -> None:
        dossier = new_id()
        town = Town()
        town.watch.at = 100
        with pytest.raises(NotHeardOf):
            apply(store, in_order(sent(dossier, 1)), town.inbox)
        town.watch.at = 200
        garbage = replace(sent(dossier, 2), value=b"not json")
        apply(store, in_order(sent(dossier, 1), garbage, sent(dossier, 2)), town.inbox)
        town.known.add(dossier)
        with store.session() as session:
            done = redrive(town.inbox, session, str(dossier))
            session.commit()
        assert (done.applied, done.left, done.stopped and done.stopped.offset) == (1, 2, 1)
        assert parked(store) == [(dossier, 1), (dossier, 2)]
        with store.session() as session:
            assert session.find(PARKED, order=("offset",))[0].reason == done.fails != ""
        given_up(store, str(dossier))
        with store.session() as session:
            assert redriven(town.inbox, session, str(dossier)) == 1
        assert counted(store) == {dossier: 2}
