"""The 8-working-hour gate over HTTP, in memory: its clock, its queue, what the officer is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.dossier.intake import Submitted
from tests.harness import START, Service, World, token, types
from tests.intake.cases import CITIZEN, HERE, OFFICER, attachments, filing, intake, item, received, submitted
from worktime import rule_set

PORTAL = token("service:portal", "service")


def forwarded(service: Service, submitted_at: datetime) -> Submitted:
    body = filing(service, applicant="citizen-1", submitted_at=submitted_at.isoformat())
    answer = service.post("/dossiers", PORTAL, body)
    assert answer.status_code == 201, answer.text
    service.world.settle()
    (fact,) = service.facts(UUID(answer.json()["id"]))
    assert isinstance(fact, Submitted)
    return fact


def with_rules(name: str, **settings: Any) -> Service:
    from intake.main import BLUEPRINT

    return World().add(BLUEPRINT, rule_set=name, **settings)


def queue(service: Service, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.get("/queue", OFFICER, agency=HERE.code, **asked).json()["items"]
    return found


def notices(service: Service) -> list[str]:
    return [notice["kind"] for notice in service.get("/notices", OFFICER, agency=HERE.code).json()["items"]]


@pytest.mark.req("IN-13", "IN-04")
@pytest.mark.parametrize(
    ("rules", "due"),
    [("tuyen-quang-2025", "2026-03-03T09:00:00+07:00"), ("son-la-2019", "2026-03-02T17:00:00+07:00")],
    ids=["from receipt by the system", "from successful submission"],
)
def test_conflict_1_both_moments_are_stored_and_the_rule_set_says_which_one_starts_the_eight_hours(rules: str, due: str) -> None:
    service = with_rules(rules)
    friday = datetime(2026, 2, 28, 3, 0, tzinfo=UTC)
    fact = forwarded(service, friday)
    assert (fact.effective_at, fact.received_by_system_at, fact.source) == (friday, START, "national-portal")
    assert fact.gate is not None
    assert fact.gate.due_at.isoformat() == due


@pytest.mark.req("IN-13")
def test_a_citizen_cannot_say_when_it_was_submitted_and_the_portal_neither_in_the_future_nor_before_any_law() -> None:
    """Regression: none of them named an article."""
    service, rules = intake(), rule_set("tuyen-quang-2025")
    early = filing(service, submitted_at=(START - timedelta(days=1)).isoformat())
    answer = service.post("/dossiers", CITIZEN, early)
    assert (answer.status_code, answer.json()["field"], answer.json()["article"]) == (422, "submitted_at", rules.article("online_channel"))
    wrong = {(START + timedelta(days=1)).isoformat(): "online_channel", "2010-01-01T00:00:00Z": "online_channel"}
    for moment, point in (wrong | {"1970-01-01T00:00:00Z": "forms", "0002-01-01T00:00:00Z": "forms"}).items():
        answer = service.post("/dossiers", PORTAL, filing(service, applicant="citizen-1", submitted_at=moment))
        assert (answer.status_code, answer.json()["field"], answer.json()["article"]) == (422, "submitted_at", rules.article(point))
    assert service.database.stored == []


@pytest.mark.req("IN-12", "IN-36")
def test_a_submission_on_sunday_at_three_is_taken_and_its_hours_begin_on_monday() -> None:
    service = intake()
    service.world.clock.move_to(datetime(2026, 3, 7, 20, 0, tzinfo=UTC))
    (fact,) = service.facts(UUID(submitted(service)))
    assert fact.gate.due_at.isoformat() == "2026-03-09T17:00:00+07:00"  # type: ignore[attr-defined]


@pytest.mark.req("IN-04", "IN-28")
def test_dossiers_of_three_sources_stand_in_one_list_and_online_ones_in_their_own() -> None:
    service = intake()
    forwarded(service, START)
    submitted(service)
    submitted(service, online=False)
    everything = service.get("/dossiers", OFFICER, agency=HERE.code).json()["items"]
    assert sorted(row["source"] for row in everything) == ["national-portal", "one-stop", "province"]
    assert [row["source"] for row in service.get("/dossiers", OFFICER, agency=HERE.code, source="one-stop").json()["items"]] == ["one-stop"]
    assert {row["channel"] for row in service.get("/online-dossiers", OFFICER, agency=HERE.code).json()["items"]} == {"online"}


@pytest.mark.req("IN-28")
def test_the_list_of_online_dossiers_has_the_oldest_first_and_loses_what_was_received() -> None:
    service = intake()
    first, second = submitted(service), submitted(service)
    rows = service.get("/online-dossiers", OFFICER, agency=HERE.code).json()["items"]
    assert [row["dossier"] for row in rows] == [first, second]
    service.post(f"/dossiers/{first}/reception", OFFICER)
    service.world.settle()
    assert [row["dossier"] for row in service.get("/online-dossiers", OFFICER, agency=HERE.code).json()["items"]] == [second]
    elsewhere = token("officer-9", "one-stop", agencies=["H60.99999"])
    assert service.get("/online-dossiers", elsewhere, agency=HERE.code).status_code == 403


@pytest.mark.req("IN-11")
def test_the_officer_is_told_once_of_a_new_online_dossier_within_two_hours() -> None:
    service = intake()
    dossier = submitted(service)
    (notice,) = service.get("/notices", OFFICER, agency=HERE.code).json()["items"]
    assert (notice["kind"], notice["dossier"], notice["in_time"]) == ("new", dossier, True)
    assert service.post(f"/dossiers/{dossier}/notices/seen", OFFICER).json() == {"seen": 1}
    assert notices(service) == []
    (seen,) = service.get("/notices", OFFICER, agency=HERE.code, seen=True).json()["items"]
    assert seen["seen_by"] == "officer-1"


@pytest.mark.req("IN-11")
def test_a_notice_after_the_two_hours_says_that_it_is_late() -> None:
    service = intake()
    assert service.post("/dossiers", CITIZEN, filing(service)).status_code == 201
    service.world.clock.advance(timedelta(hours=2, seconds=1))
    service.world.settle()
    (notice,) = service.get("/notices", OFFICER, agency=HERE.code).json()["items"]
    assert notice["in_time"] is False


@pytest.mark.req("IN-11")
def test_at_eight_hours_the_gate_is_kept_and_at_eight_hours_and_a_minute_it_is_late() -> None:
    service = intake()
    submitted(service)
    service.world.clock.advance(timedelta(hours=24))
    service.fire()
    assert (notices(service), queue(service, late=True)) == (["new"], [])
    service.world.clock.advance(timedelta(minutes=1))
    service.fire()
    assert notices(service) == ["new", "late"]
    assert [row["working_minutes_late"] for row in queue(service, late=True)] == [1]


@pytest.mark.req("IN-11")
def test_a_dossier_that_was_received_in_time_makes_no_late_notice() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/reception", OFFICER)
    service.world.settle()
    service.world.clock.advance(timedelta(days=2))
    service.fire()
    assert notices(service) == ["new"]


@pytest.mark.req("IN-11", "PR-09")
def test_the_gate_starts_again_when_a_supplement_arrives_and_stands_still_before() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    service.world.clock.advance(timedelta(days=3))
    assert queue(service) == []
    service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    service.world.settle()
    (row,) = queue(service)
    assert (row["status"], row["late"], row["working_minutes_left"]) == (5, False, 480)
    service.world.clock.advance(timedelta(days=1, minutes=1))
    service.fire()
    assert "late" in notices(service)


@pytest.mark.req("PR-10")
def test_an_unanswered_request_is_closed_at_the_first_working_minute_after_the_last_day() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    service.world.clock.move_to(datetime(2026, 3, 17, 17, 0, tzinfo=UTC))
    service.fire()
    assert types(service.facts(UUID(dossier)))[-1] == "SupplementRequested"
    refused = service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    assert refused.status_code == 200, "24:00 of the last day still belongs to it"
    other = submitted(service)
    service.post(f"/dossiers/{other}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    first_minute = datetime(2026, 4, 3, 0, 0, tzinfo=UTC)
    service.world.clock.move_to(first_minute - timedelta(seconds=1))
    service.fire()
    assert types(service.facts(UUID(other)))[-1] == "SupplementRequested"
    service.world.clock.move_to(first_minute)
    service.fire()
    assert types(service.facts(UUID(other)))[-1] == "Closed"


@pytest.mark.req("PR-10")
def test_what_came_but_is_not_complete_is_closed_by_the_officer_after_the_last_day_only() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    early = service.post(f"/dossiers/{dossier}/closing", OFFICER)
    assert early.status_code == 409
    assert "Điều 19" in early.json()["article"]
    service.world.clock.advance(timedelta(days=16))
    service.fire()
    assert types(service.facts(UUID(dossier)))[-1] == "Amended"
    assert service.post(f"/dossiers/{dossier}/closing", OFFICER).status_code == 200
    assert types(service.facts(UUID(dossier)))[-1] == "Closed"


@pytest.mark.req("PR-19")
@pytest.mark.parametrize(("switched_on", "rules"), [(False, "tuyen-quang-2025"), (True, "nd-309-2026+tuyen-quang-2025")])
def test_an_unverified_decree_is_chosen_by_date_only_where_a_deployment_switches_it_on(switched_on: bool, rules: str) -> None:
    service = with_rules("tuyen-quang-2025", unverified_rules=switched_on)
    service.world.clock.move_to(datetime(2026, 9, 1, 2, 0, tzinfo=UTC))
    _, answer = received(service)
    assert answer["rule_set"] == rules
