"""Where the settlement clock begins: at reception, or under NĐ 309 when the competent agency has what another one-stop received."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.rescheduling import OPEN_CLOCKS
from contracts.dossier.processing import Rescheduled
from tests.harness import Service
from tests.intake.cases import HERE, THERE
from tests.processing.cases import asked, completed, day, processing, received, transferred
from worktime import calendar, due, rule_set

ND309 = "nd-309-2026"


def arrived(at: datetime, **how: Any) -> tuple[Service, UUID]:
    """A dossier received on 2 March that came to the settling agency at `at`."""
    service, dossier = processing(), uuid4()
    service.world.clock.move_to(at)
    service.tell(dossier, received(**how))
    service.tell(dossier, transferred(at=at))
    return service, dossier


def moves(service: Service, dossier: UUID) -> list[Rescheduled]:
    return [fact for fact in service.facts(dossier) if isinstance(fact, Rescheduled)]


@pytest.mark.req("PR-19", "IN-35")
def test_under_nd_309_what_another_one_stop_received_counts_from_the_competent_agencys_receipt() -> None:
    service, dossier = arrived(day(4), rules=ND309, receiving=THERE.code)
    (moved,) = moves(service, dossier)
    expected = due("15wd", day(4), calendar(HERE.code), rule_set(ND309))
    assert (moved.cause, moved.deadline.due_at) == ("competent-agency", expected.due_at)
    assert moved.old_due_at == due("15wd", day(2), calendar(HERE.code), rule_set(ND309)).due_at
    assert moved.deadline.derivation[1].from_ == "2026-03-04T09:00:00+07:00"


@pytest.mark.req("PR-19", "IN-35")
@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"rules": ND309, "receiving": HERE.code}, id="received by the competent one-stop itself"),
        pytest.param({"rules": "nd-118-2025", "receiving": THERE.code}, id="under NĐ 118"),
        pytest.param({"rules": "tuyen-quang-2025", "receiving": THERE.code}, id="under the province's own rules"),
    ],
)
def test_otherwise_the_clock_begins_at_reception(how: dict[str, str]) -> None:
    service, dossier = arrived(day(4), **how)
    assert moves(service, dossier) == []


@pytest.mark.req("PR-19")
def test_a_receipt_of_the_same_day_moves_no_date_of_working_days() -> None:
    service, dossier = arrived(day(2, 9), rules=ND309, receiving=THERE.code)
    assert moves(service, dossier) == []


@pytest.mark.req("PR-09", "PR-19")
def test_what_moves_the_clock_later_counts_from_where_it_began() -> None:
    service, dossier = arrived(day(4), rules=ND309, receiving=THERE.code, supplement_policy="pause")
    service.tell(dossier, asked(day(5)))
    service.tell(dossier, completed(day(9)))
    paused = moves(service, dossier)[-1]
    assert paused.deadline.derivation[1].from_ == "2026-03-04T09:00:00+07:00"
    with service.database.session() as session:
        (clock,) = session.rows(OPEN_CLOCKS, [(dossier, "")])
    assert (clock.running.start, clock.due_at) == (day(4), paused.deadline.due_at)


@pytest.mark.req("PR-19")
def test_the_open_clock_of_a_calendar_change_begins_there_too() -> None:
    service, dossier = arrived(day(2, 9), rules=ND309, receiving=THERE.code)
    with service.database.session() as session:
        (clock,) = session.rows(OPEN_CLOCKS, [(dossier, "")])
    assert clock.running.start == day(2, 9)
