"""The gate's clock: opened by the submission, closed when the one-stop has answered."""

from uuid import UUID

import pytest

from chassis.deadlines import deadline
from chassis.rescheduling import OPEN_CLOCKS, OpenClock
from contracts.dossier.intake import GateRescheduled
from intake.domain.rescheduling import gate_clock, is_at_gate, moved
from tests.harness import START, Service
from tests.intake.cases import HERE, OFFICER, attachments, intake, item, submitted
from worktime import rule_set


def gates(service: Service) -> list[OpenClock]:
    return list(service.database.tables.get(OPEN_CLOCKS.name, {}).values())


@pytest.mark.req("IN-11")
def test_a_submission_opens_the_clock_and_the_reception_closes_it() -> None:
    service = intake()
    dossier = submitted(service)
    (row,) = gates(service)
    assert (row.clock, row.agency, row.running.term, row.running.point) == ("gate", HERE.code, "8wh", "gate_term")
    service.post(f"/dossiers/{dossier}/reception", OFFICER)
    service.world.settle()
    assert gates(service) == []


def test_a_supplement_closes_the_clock_and_its_arrival_opens_it_again() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    assert gates(service) == []
    service.post(f"/dossiers/{dossier}/amendments", OFFICER, {"attachments": attachments(service, OFFICER)[:1]})
    service.world.settle()
    (row,) = gates(service)
    assert row.running.start == service.world.clock.now()


def test_the_start_is_the_one_the_rule_set_names() -> None:
    later = START.replace(minute=30)
    for name, start in (("nd-118-2025", later), ("dak-nong-2025", START)):
        assert gate_clock("8wh", START, later, rules=rule_set(name)).start == start


def test_a_dossier_that_was_received_is_not_at_the_gate_whatever_its_row_says() -> None:
    service = intake()
    dossier = submitted(service)
    facts = service.facts(UUID(dossier))
    assert is_at_gate(facts) and not is_at_gate([])
    service.post(f"/dossiers/{dossier}/reception", OFFICER)
    assert not is_at_gate(service.facts(UUID(dossier)))


def test_a_move_of_the_gate_is_seen_in_the_queue() -> None:
    service = intake()
    dossier = submitted(service)
    (row,) = gates(service)
    told = row.running.recount(service.parts.catalogue.calendar(HERE.code))
    new = deadline(told, "8wh", "vn-2026.1")
    fact = moved(row.due_at, new, START)
    assert isinstance(fact, GateRescheduled) and (fact.old_due_at, fact.gate, fact.cause) == (row.due_at, new, "calendar")
    service.tell(UUID(dossier), fact)
    assert service.get(f"/dossiers/{dossier}", OFFICER).json()["gate_due_at"] == new.due_at.isoformat()
