"""Early, on time, late and open, at every boundary of the law."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.dossier import intake, payments, processing
from contracts.fact import Fact
from ratings.domain import Case, apply
from ratings.main import BLUEPRINT
from tests.harness import World
from tests.tracking import story
from tracking.domain import fold, standing
from tracking.main import BLUEPRINT as TRACKING

LATER = story.DUE + timedelta(days=3)


def case_of(facts: Sequence[Fact]) -> Case:
    case = Case(dossier=story.ID, known_at=facts[0].recorded_at)
    for fact in facts:
        case = apply(case, fact)
    return case


def open_dossier() -> list[Fact]:
    return [story.submitted(), story.received(), story.transferred()]


@pytest.mark.req("RP-06")
@pytest.mark.parametrize(
    ("ended", "verdict"),
    [
        (story.DUE - timedelta(days=1), "early"),
        (datetime(2026, 3, 5, 16, 59, 59, tzinfo=UTC), "early"),
        (datetime(2026, 3, 5, 17, 0, tzinfo=UTC), "on_time"),
        (story.DUE + timedelta(hours=6, minutes=59), "on_time"),
        (datetime(2026, 3, 6, 17, 0, tzinfo=UTC), "late"),
        (story.DUE + timedelta(days=1), "late"),
    ],
)
def test_the_date_in_viet_nam_decides_before_on_and_after_the_due_date(ended: datetime, verdict: str) -> None:
    assert case_of([*open_dossier(), story.issued(ended)]).verdict == verdict


@pytest.mark.req("RP-06")
@pytest.mark.parametrize(("late", "verdict"), [(False, "on_time"), (True, "late")])
def test_an_extension_counts_only_if_its_slip_was_in_time(late: bool, verdict: str) -> None:
    case = case_of([*open_dossier(), story.extended(late, LATER), story.issued(LATER)])
    assert (case.verdict, case.due_at) == (verdict, LATER)


@pytest.mark.req("RP-06")
def test_days_between_the_result_and_its_hand_over_do_not_count() -> None:
    assert case_of([*open_dossier(), story.issued(story.DUE), story.returned(500)]).verdict == "on_time"


@pytest.mark.req("RP-06")
@pytest.mark.parametrize(("hours", "verdict"), [(50, "none"), (150, "late")])
def test_a_stopped_dossier_is_late_only_if_it_was_late_already(hours: float, verdict: str) -> None:
    asked = intake.StopRequested(**story.at(hours))
    stopped = processing.Stopped(**story.at(hours + 1), officer="o")
    assert case_of([*open_dossier(), asked, stopped]).verdict == verdict


@pytest.mark.req("RP-06")
def test_a_dossier_that_waits_for_a_supplement_cannot_become_late() -> None:
    waiting = [*open_dossier(), story.supplement_requested(20)]
    assert case_of(waiting).late_from is None
    assert standing(fold(story.ID, waiting), story.DUE + timedelta(days=30)) == "open"
    assert case_of([*open_dossier(), story.supplement_requested(200)]).late_from is not None


def owed(hours: float, obligation: str = "tax", *, stops: bool = True) -> processing.ObligationRaised:
    return processing.ObligationRaised(
        **story.at(hours), obligation=obligation, amount_vnd=5, basis=story.REF, officer="o", stops_clock=stops
    )


def paid(hours: float, obligation: str = "tax") -> payments.ObligationPaid:
    return payments.ObligationPaid(**story.at(hours), obligation=obligation, amount_vnd=5, voucher="v", method="bank")


@pytest.mark.req("RP-06", "PY-08")
def test_a_dossier_whose_clock_stands_still_for_a_debt_cannot_become_late_until_all_is_paid() -> None:
    """Regression: it was late in public while its officers read that it was in time."""
    owing = [*open_dossier(), owed(20), owed(21, "fine")]
    for facts in (owing, [*owing, paid(30)]):
        assert case_of(facts).late_from is None
        assert standing(fold(story.ID, facts), story.DUE + timedelta(days=30)) == "open"
    for facts in ([*owing, paid(30), paid(31, "fine")], [*open_dossier(), owed(20, stops=False)], [*open_dossier(), owed(200)]):
        assert case_of(facts).late_from is not None
    withdrawn = [*owing, intake.StopRequested(**story.at(500)), processing.Stopped(**story.at(501), officer="o")]
    assert case_of(withdrawn).verdict == "none"


@pytest.mark.req("RP-06", "PR-10")
@pytest.mark.parametrize(("asked", "verdict"), [(20, "none"), (200, "late")])
def test_a_dossier_closed_after_fifteen_days_is_late_only_if_it_was_late_when_it_began_to_wait(asked: float, verdict: str) -> None:
    closed = intake.Closed(**story.at(asked + 16 * 24), cause="not-supplemented")
    facts = [*open_dossier(), story.supplement_requested(asked), closed]
    assert case_of(facts).verdict == fold(story.ID, facts).verdict == verdict


@pytest.mark.req("RP-06")
def test_a_restart_after_a_supplement_gives_a_new_date_that_binds() -> None:
    restart = processing.Rescheduled(**story.at(60), old_due_at=story.DUE, deadline=story.due(LATER), cause="supplement-restart")
    facts = [*open_dossier(), story.supplement_requested(20), intake.Supplemented(**story.at(59), stage="processing", officer="o"), restart]
    assert case_of([*facts, story.issued(LATER)]).verdict == "on_time"


@pytest.mark.req("RP-05", "RP-07")
def test_public_numbers_come_from_facts_with_their_time_and_equal_those_of_tracking() -> None:
    world = World()
    ratings, tracking = world.add(BLUEPRINT), world.add(TRACKING)
    ends: list[Any] = [story.DUE - timedelta(days=1), story.DUE, LATER, None]
    for number, ended in enumerate(ends):
        subject = UUID(int=number + 1)
        for fact in [*open_dossier(), *([story.issued(ended)] if ended else [])]:
            ratings.tell(subject, fact)
    (line,) = ratings.get("/punctuality", agency=story.SETTLING).json()["items"]
    shown = tracking.get("/statistics", agency=story.SETTLING).json()
    assert (line["early"], line["on_time"], line["late"], line["open"], line["month"]) == (1, 1, 1, 1, "2026-03")
    assert all(line[kind] == shown[kind] for kind in ("early", "on_time", "late", "in_time_percent"))
    assert ratings.get("/punctuality").json()["data_time"] == "2026-03-09T17:00:00+07:00"


@pytest.mark.req("RP-06")
def test_an_agency_without_dossiers_has_no_rate() -> None:
    (line,) = World().add(BLUEPRINT).get("/punctuality", agency="H60.SNV").json()["items"]
    assert (line["in_time_percent"], line["note"], line["early"]) == (None, "không có hồ sơ", 0)
