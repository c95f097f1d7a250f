"""Which clocks of legs a new calendar looks at."""

from uuid import UUID

import pytest

from chassis.rescheduling import OPEN_CLOCKS, OpenClock
from contracts.dossier.intake import Closed
from contracts.dossier.routing import Transferred
from routing.domain import Case, fold
from routing.domain.rescheduling import moved, open_clocks
from tests.harness import Service
from tests.routing.given import AT_ONCE, IN_ORDER, day, leg_ended, received, routed, routing
from worktime import rule_set


def rows(service: Service) -> dict[str, OpenClock]:
    return {row.clock: row for row in service.database.tables.get(OPEN_CLOCKS.name, {}).values()}


@pytest.mark.req("RT-06")
def test_every_leg_has_a_clock_of_its_own_agency() -> None:
    service, _ = routed("parallel", AT_ONCE)
    assert {name: row.agency for name, row in rows(service).items()} == {f"leg/{leg.leg}": leg.agency for leg in AT_ONCE}


def test_a_leg_that_ended_gives_its_clock_back_and_the_next_one_begins() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    assert list(rows(service)) == ["leg/1"]
    service.tell(dossier, leg_ended(1, day(4)))
    assert list(rows(service)) == ["leg/2"]
    assert rows(service)["leg/2"].running.start == day(4)


def test_an_ended_dossier_has_no_clocks() -> None:
    service, dossier = routed("parallel", AT_ONCE)
    service.tell(dossier, Closed(effective_at=day(5), recorded_at=day(5), cause="not-supplemented"))
    assert rows(service) == {}


def test_an_imported_dossier_has_no_clocks() -> None:
    service, dossier = routing(), UUID(int=5)
    service.tell(dossier, received(imported=True))
    assert rows(service) == {}


def test_a_move_of_a_leg_names_both_dates_and_its_cause() -> None:
    service, dossier = routed()
    (case,) = service.database.tables["dossier_case"].values()
    assert isinstance(case, Case)
    state = fold(service.facts(dossier))
    ((number, (old, running)),) = open_clocks(case, state, rule_set(case.rule_set)).items()
    sent = service.facts(dossier)[0]
    assert isinstance(sent, Transferred) and sent.deadline is not None
    assert running.recount(service.parts.catalogue.calendar(sent.agency)).due_at == old.due_at
    fact = moved(number, old.due_at, sent.deadline, day(9))
    assert (fact.leg, fact.old_due_at, fact.deadline, fact.cause) == (1, old.due_at, sent.deadline, "calendar")
