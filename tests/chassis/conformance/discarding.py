"""What a person gives up, and what goes on behind it."""

import pytest
from msgspec.structs import replace

from chassis.discard import Place
from chassis.ids import new_id
from chassis.inbox import Gap
from chassis.skipped import DISCARDED
from chassis.store import Database
from tests.chassis.conformance.given import given_up, redriven
from tests.chassis.inbox_conformance import POISON, apply, counted, inbox, parked
from tests.chassis.sample import ended, in_order, sent, voided


class DiscardingConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_one_record_is_discarded_the_others_stay_and_it_is_kept_who_gave_it_up_and_why(self, store: Database) -> None:
        bad, other = new_id(), new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON)), sent(other, 1, voided(POISON)), sent(bad, 2)))
        assert given_up(store, str(bad)) == 0
        assert parked(store) == [(bad, 2), (other, 1)] or parked(store) == [(other, 1), (bad, 2)]
        with store.session() as session:
            kept = session.find(DISCARDED, order=("offset",))
        assert [(row.offset, row.discarded_by, row.reason, row.parked_reason) for row in kept] == [
            (0, "operator-1", "garbage", "ZeroDivisionError")
        ]

    def test_a_record_named_by_its_place_is_discarded_and_nothing_without_it(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1, voided(POISON)), sent(bad, 2), sent(bad, 3)))
        topic = sent(bad, 1).topic
        assert given_up(store, str(bad), Place(topic, 0, 1)) == 1
        assert parked(store) == [(bad, 0), (bad, 2)]
        assert given_up(store, str(bad), Place(topic, 0, 1)) is None
        assert given_up(store, "nobody") is None

    def test_a_good_fact_whose_sequence_a_discarded_record_claimed_goes_on(self, store: Database) -> None:
        """Regression: discarding took what stood behind the garbage with it, and the dossier lost its reception for good."""
        dossier = new_id()
        garbage = replace(sent(dossier, 2), value=b"not json")
        apply(store, in_order(sent(dossier, 1), garbage, sent(dossier, 2), sent(dossier, 3, ended())))
        given_up(store, str(dossier))
        with store.session() as session:
            assert redriven(inbox(), session, str(dossier)) == 2
        assert (counted(store), parked(store)) == ({dossier: 3}, [])
        assert apply(store, in_order(sent(dossier, 4), start=4)) == 1

    def test_after_a_discard_the_next_fact_is_no_gap(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1), sent(bad, 2, voided(POISON)), sent(bad, 3)))
        given_up(store, str(bad))
        assert apply(store, in_order(sent(bad, 4), start=3)) == 0
        with store.session() as session:
            assert redriven(inbox(), session, str(bad)) == 2
        assert apply(store, in_order(sent(bad, 5), start=4)) == 1

    def test_a_record_that_nobody_can_read_stands_for_one_missing_fact_and_not_for_two(self, store: Database) -> None:
        bad = new_id()
        apply(store, in_order(sent(bad, 1), replace(sent(bad, 2), headers=())))
        given_up(store, str(bad))
        assert apply(store, in_order(sent(bad, 3), start=2)) == 1
        with pytest.raises(Gap):
            apply(store, in_order(sent(bad, 5), start=3))

    def test_a_discarded_record_that_claims_a_far_sequence_hides_no_fact_and_no_gap(self, store: Database) -> None:
        bad = new_id()
        forged = replace(sent(bad, 1), headers=tuple((n, b"1000000" if n == "ce_sequence" else v) for n, v in sent(bad, 1).headers))
        apply(store, in_order(sent(bad, 1, voided(POISON)), forged))
        assert [given_up(store, str(bad)) for _ in range(2)] == [0, 1]
        assert apply(store, in_order(sent(bad, 2), start=2)) == 1
        with pytest.raises(Gap):
            apply(store, in_order(sent(bad, 4), start=3))
