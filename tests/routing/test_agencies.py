"""Agencies among each other: who receives for whom, who leads, who supervises, who works on a leg."""

from uuid import UUID, uuid4

import pytest

from contracts.dossier.intake import Received
from contracts.dossier.processing import Approved
from contracts.dossier.routing import Transferred
from processing.main import BLUEPRINT as PROCESSING
from routing.main import BLUEPRINT as ROUTING
from tests.harness import Service, World, token, types
from tests.intake.cases import HERE as COMMUNE
from tests.intake.cases import THERE as OTHER_COMMUNE
from tests.routing.given import AT_ONCE, CENTRE, IN_ORDER, SETTLING, TAX, day, leg, leg_ended, received, routed, routing
from worktime import calendar, due, rule_set

VERTICAL = "H60.THUE"
WITH_TAX = (leg(1, SETTLING, "10wd", lead=True), leg(2, VERTICAL, "4wd"))


def both() -> tuple[Service, Service]:
    world = World()
    return world.add(ROUTING), world.add(PROCESSING)


def tell(routing: Service, fact: Received) -> UUID:
    dossier = uuid4()
    routing.tell(dossier, fact)
    return dossier


def supervised(service: Service, one_stop: str) -> list[str]:
    head = token("head-9", "one-stop-head", agencies=[one_stop])
    return [row["dossier"] for row in service.get("/supervised", head).json()["items"]]


@pytest.mark.req("IN-35")
@pytest.mark.parametrize(
    ("settling", "watching"), [(OTHER_COMMUNE.code, OTHER_COMMUNE.code), (SETTLING, CENTRE)], ids=["a commune", "a department"]
)
def test_what_one_one_stop_receives_for_anothers_agency_is_supervised_by_the_other(settling: str, watching: str) -> None:
    service = routing()
    dossier = tell(service, received(legs=(leg(1, settling, "5wd", lead=True),), receiving=COMMUNE.code, settling=settling))
    assert supervised(service, watching) == [str(dossier)]
    assert supervised(service, COMMUNE.code) == []
    seen = service.get(f"/dossiers/{dossier}", token("head-9", "one-stop-head", agencies=[watching]))
    assert (seen.status_code, seen.json()["supervising"]) == (200, watching)
    service.tell(dossier, Approved(effective_at=day(3), recorded_at=day(3), leg=1, draft=1, leader="l"))
    assert supervised(service, watching) == []


@pytest.mark.req("IN-35")
@pytest.mark.parametrize(("receiving", "settling"), [(COMMUNE.code, COMMUNE.code), (CENTRE, SETTLING)])
def test_what_the_competent_one_stop_receives_itself_is_supervised_by_nobody_else(receiving: str, settling: str) -> None:
    service = routing()
    tell(service, received(receiving=receiving, settling=settling))
    assert service.get("/supervised", token("op", "operator")).json()["items"] == []


@pytest.mark.req("IN-35", "RT-06")
@pytest.mark.parametrize(("rules", "begins"), [("nd-118-2025", day(2)), ("nd-309-2026", day(3, 10))])
def test_the_competent_agencys_term_begins_as_the_rule_set_says(rules: str, begins: object) -> None:
    service = routing()
    service.world.clock.move_to(day(3, 10))
    dossier = tell(service, received(receiving=COMMUNE.code, rules=rules, at=day(2)))
    [sent] = (fact for fact in service.facts(dossier) if isinstance(fact, Transferred))
    assert sent.deadline and sent.deadline.due_at == due("10wd", begins, calendar(SETTLING), rule_set(rules)).due_at  # type: ignore[arg-type]


@pytest.mark.req("RT-06")
def test_what_the_competent_one_stop_received_begins_at_reception_under_every_rule_set() -> None:
    service = routing()
    service.world.clock.move_to(day(3, 10))
    dossier = tell(service, received(receiving=CENTRE, rules="nd-309-2026", at=day(2)))
    [sent] = (fact for fact in service.facts(dossier) if isinstance(fact, Transferred))
    assert sent.deadline and sent.deadline.due_at == due("10wd", day(2), calendar(SETTLING), rule_set("nd-309-2026")).due_at


@pytest.mark.req("RT-06")
@pytest.mark.parametrize(("minute", "verdict"), [(59, "early"), (60, "on_time"), (61, "late")])
def test_each_agency_is_judged_by_the_minute_against_its_own_deadline(minute: int, verdict: str) -> None:
    service, dossier = routed("parallel", AT_ONCE)
    service.tell(dossier, leg_ended(2, day(4, 16, minute)))
    legs = service.get(f"/dossiers/{dossier}", token("h", "one-stop", agencies=[SETTLING])).json()["legs"]
    assert [row["timeliness"] for row in legs] == ["early", verdict, "early"]


@pytest.mark.req("RT-06")
def test_the_lead_closes_only_when_every_partial_result_exists() -> None:
    routing, processing = both()
    dossier = tell(routing, received("parallel", WITH_TAX))
    head, leader = token("h", "department-head", agencies=[SETTLING]), token("l", "leader", agencies=[SETTLING])
    _draft(processing, dossier, head)
    refused = processing.post(f"/dossiers/{dossier}/approval", leader, {"leg": 1})
    assert (refused.status_code, refused.json()["article"]) == (409, "NĐ 118/2025/NĐ-CP Điều 20 khoản 2")
    _partial(processing, dossier, VERTICAL, 2)
    assert processing.post(f"/dossiers/{dossier}/approval", leader, {"leg": 1}).status_code == 201


@pytest.mark.req("RT-09")
def test_a_vertical_central_agency_owns_its_leg_with_its_own_accounts() -> None:
    routing, processing = both()
    assert routing.parts.catalogue.agency(VERTICAL).level == "vertical"
    dossier = tell(routing, received("parallel", WITH_TAX))
    stranger = token("h", "department-head", agencies=[SETTLING])
    assert processing.post(f"/dossiers/{dossier}/assignments", stranger, {"leg": 2, "assignee": "x"}).status_code == 403
    _partial(processing, dossier, VERTICAL, 2)
    rows = routing.get(f"/dossiers/{dossier}", token("t", "specialist", agencies=[VERTICAL])).json()["legs"]
    assert [(row["agency"], row["ended_at"] is not None) for row in rows] == [(SETTLING, False), (VERTICAL, True)]


@pytest.mark.req("RT-07")
def test_inside_an_agency_the_dossier_moves_to_another_holder_and_its_deadline_stays() -> None:
    routing, processing = both()
    dossier = tell(routing, received("parallel", WITH_TAX))
    head = token("head-2", "department-head", agencies=[VERTICAL])
    for holder in ("tax-1", "tax-2"):
        assert processing.post(f"/dossiers/{dossier}/assignments", head, {"leg": 2, "assignee": holder}).status_code == 201
        routing.world.settle()
    [task] = processing.get("/tasks", head, agency=VERTICAL).json()["items"]
    [due_at] = [row["due_at"] for row in routing.get(f"/dossiers/{dossier}", head).json()["legs"] if row["leg"] == 2]
    assert (task["assignee"], task["due_at"]) == ("tax-2", due_at)
    assert types(routing.world.history(dossier)).count("Assigned") == 2
    former, current = (token(name, "specialist", agencies=[VERTICAL]) for name in ("tax-1", "tax-2"))
    for who, status in ((former, 403), (current, 201)):
        body = {"leg": 2, "file": _file(processing, who)}
        assert processing.post(f"/dossiers/{dossier}/partial-results", who, body).status_code == status


@pytest.mark.req("RT-06")
def test_agencies_that_the_dossier_has_not_come_to_yet_are_shown_with_task_and_term() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    planned = service.get(f"/dossiers/{dossier}", token("x", "specialist", agencies=[TAX])).json()["planned"]
    assert [(part["leg"], part["agency"], part["task"], part["term"]) for part in planned] == [
        (2, TAX, "Phần việc 2", "2wd"),
        (3, SETTLING, "Phần việc 3", "5wd"),
    ]


def _file(processing: Service, who: str) -> object:
    files = {"file": ("x.pdf", b"%PDF-1.7\n%%EOF\n")}
    return processing.client.post("/files", files=files, headers={"Authorization": f"Bearer {who}"}).json()


def _partial(processing: Service, dossier: UUID, agency: str, number: int) -> None:
    head = token("head-2", "department-head", agencies=[agency])
    assert processing.post(f"/dossiers/{dossier}/assignments", head, {"leg": number, "assignee": "head-2"}).status_code == 201
    body = {"leg": number, "file": _file(processing, head)}
    assert processing.post(f"/dossiers/{dossier}/partial-results", head, body).status_code == 201
    processing.world.settle()


def _draft(processing: Service, dossier: UUID, head: str) -> None:
    assert processing.post(f"/dossiers/{dossier}/assignments", head, {"leg": 1, "assignee": "h"}).status_code == 201
    assert processing.post(f"/dossiers/{dossier}/drafts", head, {"leg": 1, "file": _file(processing, head)}).status_code == 201
    processing.world.settle()
