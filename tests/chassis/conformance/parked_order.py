"""In which order what is parked is dealt with, and what comes while somebody deals with it."""

import threading
from datetime import timedelta

from msgspec.structs import replace

from chassis.clock import VirtualClock
from chassis.discard import Place, discard
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.parking import parked_of
from chassis.redrive import redrive
from chassis.store import Because, Database, Unit
from tests.chassis.conformance.given import redriven
from tests.chassis.inbox_conformance import POISON, apply, counted, handle, inbox, parked
from tests.chassis.sample import CASES, NOW, ended, in_order, sent, voided


def at(minutes: int) -> Inbox:
    return Inbox(handle, VirtualClock(NOW + timedelta(minutes=minutes)), tables=(CASES,))


class ParkedOrderConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    def test_the_first_record_is_the_one_that_was_parked_first_on_whatever_partition(self, store: Database) -> None:
        """Regression: garbage that came on another partition was shown behind the genuine fact, and the genuine one was discarded."""
        dossier = new_id()
        garbage = replace(sent(dossier, 1), value=b"not json", partition=11)
        apply(store, in_order(garbage), at(0))
        apply(store, in_order(sent(dossier, 1), sent(dossier, 2)), at(1))
        with store.session() as session:
            assert [(row.partition, row.offset) for row in parked_of(session, str(dossier))] == [(11, 0), (0, 0), (0, 1)]
            unit = Unit(session, Because(actor="operator-1", correlation=new_id()))
            given_up = discard(unit, str(dossier), "garbage", NOW)
            unit.commit()
        assert given_up is not None and Place(given_up.topic, given_up.partition, given_up.offset)[1:] == (11, 0)
        with store.session() as session:
            assert redriven(inbox(), session, str(dossier)) == 2
        assert (counted(store), parked(store)) == ({dossier: 2}, [])

    def test_a_clock_that_was_set_back_turns_no_partition_round(self, store: Database) -> None:
        dossier = new_id()
        apply(store, in_order(sent(dossier, 1, voided(POISON))), at(5))
        apply(store, in_order(sent(dossier, 2), sent(dossier, 3), start=1), at(0))
        with store.session() as session:
            assert [row.offset for row in parked_of(session, str(dossier))] == [0, 1, 2]

    def test_what_comes_while_a_dossier_is_redriven_is_not_parked_behind_nothing(self, store: Database) -> None:
        """Regression: the inbox still saw what the redrive was taking away, and nobody looked at the new record again."""
        dossier = new_id()
        apply(store, in_order(replace(sent(dossier, 1, ended()), value=b"not json")))
        apply(store, in_order(sent(dossier, 1), start=1))
        with store.session() as session:
            unit = Unit(session, Because(actor="operator-1", correlation=new_id()))
            discard(unit, str(dossier), "garbage", NOW)
            unit.commit()
        came = threading.Thread(target=lambda: apply(store, in_order(sent(dossier, 2), start=2)))
        with store.session() as session:
            assert redrive(inbox(), session, str(dossier)).applied == 1
            came.start()
            came.join(0.3)
            assert came.is_alive(), "it waits for the redrive"
            session.commit()
        came.join(20)
        assert (counted(store), parked(store)) == ({dossier: 2}, [])
