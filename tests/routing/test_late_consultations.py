"""A consultation whose date passes: who is told, when, and how its answer is judged."""

from datetime import datetime, timedelta

import pytest

from chassis.timers import TIMERS
from contracts.dossier.processing import Approved
from tests.harness import token, types
from tests.routing.desk import ask, reply, shown
from tests.routing.given import CENTRE, HERE, TAX, day, routed


@pytest.mark.req("PR-05")
def test_an_overdue_consultation_is_told_once_and_no_clock_moves() -> None:
    service, dossier = routed()
    ask(service, dossier)
    before = shown(service, dossier)
    service.world.clock.move_to(day(5, 10, 0, 59))
    assert service.fire() == 0
    service.world.clock.move_to(day(5, 10, 1))
    assert service.fire() == 1
    service.world.clock.advance(timedelta(days=3))
    assert service.fire() == 0
    assert types(service.facts(dossier)) == ["Transferred", "ConsultationRequested", "ConsultationLate"]
    after = shown(service, dossier)
    assert after["consultations"][0]["late"] is True
    assert (after["due_at"], after["legs"]) == (before["due_at"], before["legs"])


@pytest.mark.req("PR-05")
@pytest.mark.parametrize("reply_by", [day(8, 0), day(8, 12), day(7, 0, 1), day(6, 17), day(6, 23, 59)])
def test_a_reminder_never_leaves_at_midnight_or_on_sunday(reply_by: datetime) -> None:
    service, dossier = routed()
    ask(service, dossier, reply_by=reply_by.isoformat())
    service.world.clock.move_to(day(9, 6, 59, 59))
    assert service.fire() == 0
    service.world.clock.move_to(day(9, 7))
    assert service.fire() == 1
    assert service.facts(dossier)[-1].effective_at == day(9, 7)


@pytest.mark.req("PR-05")
def test_the_head_of_each_one_stop_concerned_finds_the_late_consultation_once() -> None:
    service, dossier = routed()
    ask(service, dossier)
    service.world.clock.move_to(day(6))
    service.fire()
    service.fire()
    for one_stop in (HERE, CENTRE):
        [alert] = service.get("/alerts", token("head-9", "one-stop-head", agencies=[one_stop])).json()["items"]
        told = (alert["kind"], alert["about"], alert["due_at"], alert["told"])
        assert told == ("consultation-late", TAX, "2026-03-05T10:00:00+07:00", one_stop)
    assert service.get("/alerts", token("head-9", "one-stop-head", agencies=["H60.STP"])).json()["items"] == []
    assert service.get("/alerts", token("head-9", "one-stop-head", agencies=["H60.STP"]), agency=HERE).status_code == 403


@pytest.mark.req("PR-05")
@pytest.mark.parametrize(("at", "verdict"), [(day(5, 9, 59, 59), "early"), (day(5, 10, 0, 59), "on_time"), (day(5, 10, 1), "late")])
def test_an_answer_is_judged_by_the_minute(at: datetime, verdict: str) -> None:
    service, dossier = routed()
    ask(service, dossier)
    service.world.clock.move_to(at)
    reply(service, dossier)
    assert shown(service, dossier)["consultations"][0]["timeliness"] == verdict


@pytest.mark.req("PR-05")
def test_a_late_answer_is_still_taken() -> None:
    service, dossier = routed()
    ask(service, dossier)
    service.world.clock.move_to(day(6))
    service.fire()
    assert reply(service, dossier).status_code == 201


@pytest.mark.req("PR-05")
def test_a_late_answer_before_the_head_was_told_tells_him_too_and_once() -> None:
    """Regression: an answer of the evening took the next morning's notice away, and nobody heard that it was late."""
    service, dossier = routed()
    ask(service, dossier)
    service.world.clock.move_to(day(5, 10, 30))
    assert reply(service, dossier).status_code == 201
    assert types(service.facts(dossier))[-2:] == ["ConsultationLate", "ConsultationAnswered"]
    service.world.settle()
    service.fire()
    [alert] = service.get("/alerts", token("head-9", "one-stop-head", agencies=[HERE])).json()["items"]
    assert (alert["kind"], alert["about"]) == ("consultation-late", TAX)


@pytest.mark.req("PR-05")
def test_an_answer_in_time_takes_the_timer_away() -> None:
    service, dossier = routed()
    ask(service, dossier)
    reply(service, dossier)
    with service.database.session() as session:
        assert session.find(TIMERS) == []


@pytest.mark.req("PR-05")
def test_after_the_decision_nobody_is_told_of_a_missing_answer() -> None:
    service, dossier = routed()
    ask(service, dossier)
    service.tell(dossier, Approved(effective_at=day(3), recorded_at=day(3), leg=1, draft=1, leader="l"))
    service.world.clock.move_to(day(6))
    service.fire()
    assert "ConsultationLate" not in types(service.facts(dossier))
