"""The list of dossiers that need an apology today."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.dossier.intake import Closed
from contracts.dossier.results import ResultIssued, ResultReturned
from contracts.fact import FileRef
from tests.harness import Service
from tests.intake.cases import HERE, THERE
from tests.processing.cases import (
    LEADER,
    ONE_STOP,
    OTHER_LEADER,
    SPECIALIST,
    asked,
    completed,
    day,
    letter,
    ok,
    on_desk,
    stop_requested,
)

# due on Monday 23 March; Friday the 20th is the last working day before it
FRIDAY, MONDAY, TUESDAY = day(20), day(23), day(24)
FILE = FileRef(key="dossiers/x", digest="0" * 64, size=1, media_type="application/pdf")


def needed(service: Service, who: str = LEADER, agency: str = HERE.code) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ok(service.get("/apologies/needed", who, agency=agency))["items"]
    return items


def on(service: Service, when: datetime) -> Service:
    service.world.clock.move_to(when)
    service.world.settle()
    return service


def issued(at: datetime) -> ResultIssued:
    return ResultIssued(effective_at=at, recorded_at=at, outcome="granted", number="1", file=FILE, certificate="x", clerk="clerk-1")


def apologise(service: Service, dossier: UUID, who: str = LEADER, **changes: Any) -> None:
    ok(service.post(f"/dossiers/{dossier}/apologies", who, letter(**changes)))
    service.world.settle()


@pytest.mark.req("PR-12", "PR-14")
def test_a_dossier_is_listed_from_the_last_working_day_before_its_due_date() -> None:
    service, dossier = on_desk()
    assert needed(on(service, day(19))) == []
    (row,) = needed(on(service, FRIDAY))
    assert (row["dossier"], row["duty"], row["apologise_on"], row["late"]) == (str(dossier), "settling", "2026-03-20", False)
    assert [row["late"] for row in needed(on(service, TUESDAY))] == [True]
    assert service.get("/apologies/needed", OTHER_LEADER, agency=HERE.code).status_code == 403


@pytest.mark.req("PR-12")
def test_under_the_decree_alone_the_calendar_day_before_counts() -> None:
    service, _ = on_desk(rules="nd-118-2025")
    assert needed(on(service, day(21))) == []
    assert len(needed(on(service, day(22)))) == 1


@pytest.mark.req("PR-12")
def test_an_apology_clears_the_list_and_an_extended_date_that_nears_fills_it_again() -> None:
    service, dossier = on_desk()
    apologise(on(service, day(19)), dossier, new_date="2026-03-30")
    assert needed(on(service, FRIDAY)) == []
    ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert needed(on(service, MONDAY)) == []
    (row,) = needed(on(service, day(27)))
    assert row["due_at"].startswith("2026-03-30")
    apologise(service, dossier)
    assert needed(service) == []


@pytest.mark.req("PR-12", "PR-13")
def test_a_slip_sent_too_late_is_an_apology_for_the_date_that_still_binds() -> None:
    service, dossier = on_desk()
    apologise(on(service, MONDAY), dossier, new_date="2026-03-30")
    ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert needed(on(service, day(27))) == []


@pytest.mark.req("PR-14")
def test_where_another_one_stop_hands_over_the_receiver_is_told_too_and_one_does_not_stand_in_for_the_other() -> None:
    service, dossier = on_desk(settling=THERE.code)
    assert needed(on(service, FRIDAY)) == [], "the receiver hands the result over itself"
    service, dossier = on_desk(settling=THERE.code, return_at=THERE.code)
    on(service, FRIDAY)
    assert [row["duty"] for row in needed(service)] == ["receiver"]
    assert [row["duty"] for row in needed(service, OTHER_LEADER, THERE.code)] == ["settling"]
    apologise(service, dossier, ONE_STOP, fault="receiver")
    assert needed(service) == []
    assert len(needed(service, OTHER_LEADER, THERE.code)) == 1


@pytest.mark.req("PR-12", "PR-20")
def test_who_ends_in_time_waits_or_stops_needs_no_apology() -> None:
    for facts in ([issued(MONDAY)], [asked(day(4))], [Closed(effective_at=FRIDAY, recorded_at=FRIDAY, cause="not-supplemented")]):
        service, dossier = on_desk()
        service.tell(dossier, *facts)
        assert needed(on(service, TUESDAY)) == []
    service, dossier = on_desk()
    service.tell(dossier, stop_requested())
    ok(service.post(f"/dossiers/{dossier}/stop-answer", LEADER, {"grant": True}))
    assert needed(on(service, TUESDAY)) == []


@pytest.mark.req("PR-09", "PR-12")
def test_after_a_supplement_the_new_date_counts() -> None:
    service, dossier = on_desk()
    service.tell(dossier, asked(day(3)), completed(day(10)))
    assert needed(on(service, FRIDAY)) == []
    assert len(needed(on(service, day(30)))) == 1


@pytest.mark.req("PY-08", "PR-12")
def test_while_the_applicant_owes_nobody_apologises() -> None:
    service, dossier = on_desk()
    owed = {"amount_vnd": 150_000, "basis": "Nghị định 10/2022/NĐ-CP"}
    ok(service.post(f"/dossiers/{dossier}/obligations", SPECIALIST, owed))
    assert needed(on(service, TUESDAY)) == []


@pytest.mark.req("PR-15")
def test_a_late_result_stays_listed_until_somebody_apologises_and_leaves_with_the_return() -> None:
    service, dossier = on_desk()
    service.tell(dossier, issued(TUESDAY))
    (row,) = needed(on(service, TUESDAY + timedelta(days=1)))
    assert row["issued_at"] is not None
    apologise(service, dossier)
    assert needed(service) == []
    other, late = on_desk()
    other.tell(late, issued(TUESDAY), ResultReturned(effective_at=day(25), recorded_at=day(25), way="counter", officer="officer-1"))
    assert needed(on(other, day(26))) == []


@pytest.mark.req("PR-12")
def test_an_imported_history_needs_no_apology() -> None:
    service, _ = on_desk(assign=False, rules="imported")
    assert needed(on(service, TUESDAY)) == []
