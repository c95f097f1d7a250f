"""What the processing tests talk about: one commune, a dossier received there, and the people who work on it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from chassis.deadlines import deadline
from contracts.dossier.intake import Received, StopRequested, Supplemented, SupplementRequested
from contracts.dossier.parts import Deadline, Leg, PinnedProcess, ProcessStep
from contracts.dossier.routing import Transferred
from tests.harness import START, Service, World, token
from tests.intake.cases import HERE, PROCEDURE, THERE
from worktime import calendar, due, rule_set

RULES = "tuyen-quang-2025"
HEAD = token("head-1", "department-head", agencies=[HERE.code])
SPECIALIST = token("specialist-1", "specialist", agencies=[HERE.code])
COLLEAGUE = token("specialist-2", "specialist", agencies=[HERE.code])
LEADER = token("leader-1", "leader", agencies=[HERE.code])
ONE_STOP = token("officer-1", "one-stop", agencies=[HERE.code])
ONE_STOP_HEAD = token("officer-head-1", "one-stop-head", agencies=[HERE.code])
OTHER_HEAD = token("head-2", "department-head", agencies=[THERE.code])
OTHER_SPECIALIST = token("specialist-3", "specialist", agencies=[THERE.code])
OTHER_LEADER = token("leader-2", "leader", agencies=[THERE.code])
STEPS = (ProcessStep(name="Thẩm định hồ sơ", role="specialist", hours=16), ProcessStep(name="Trình ký", role="leader", hours=8))
LEAD = Leg(leg=1, agency=HERE.code, lead=True, task="Thẩm định", term="15wd")
PART = Leg(leg=2, agency=THERE.code, lead=False, task="Xác minh", term="5wd")
Mode = Literal["single", "sequential", "parallel"]


def first_deadline(term: str = "15wd", start: datetime = START, rules: str = RULES) -> Deadline:
    working = calendar(HERE.code)
    return deadline(due(term, start, working, rule_set(rules)), term, working.version)


def received(term: str = "15wd", *, legs: tuple[Leg, ...] = (LEAD,), mode: Mode = "single", rules: str = RULES, **changes: Any) -> Received:
    body: dict[str, Any] = {
        "effective_at": START,
        "recorded_at": START,
        "code": f"{HERE.code}-260302-0001",
        "receiving": HERE.code,
        "settling": HERE.code,
        "officer": "officer-1",
        "procedure": PROCEDURE.code,
        "procedure_version": PROCEDURE.version,
        "channel": "counter",
        "return_channel": "counter",
        "rule_set": rules,
        "deadline": first_deadline(term, rules=rules),
        "process": PinnedProcess(code="QT-1", version=1, mode=mode, legs=legs, steps=STEPS),
        "register_ordinal": 1,
    }
    return Received(**{**body, **changes})


def transferred(leg: Leg = LEAD, at: datetime = START) -> Transferred:
    return Transferred(
        effective_at=at,
        recorded_at=at,
        leg=leg.leg,
        agency=leg.agency,
        lead=leg.lead,
        task=leg.task,
        deadline=first_deadline(leg.term),
    )


def asked(at: datetime) -> SupplementRequested:
    return SupplementRequested(effective_at=at, recorded_at=at, stage="processing", items=(), officer="officer-1")


def completed(at: datetime) -> Supplemented:
    return Supplemented(effective_at=at, recorded_at=at, stage="processing", officer="officer-1")


def stop_requested(at: datetime = START, wish: Literal["stop", "adjust"] = "stop") -> StopRequested:
    return StopRequested(effective_at=at, recorded_at=at, wish=wish)


def processing() -> Service:
    from processing.main import BLUEPRINT

    return World().add(BLUEPRINT)


def on_desk(*, legs: tuple[Leg, ...] = (LEAD,), assign: bool = True, **how: Any) -> "tuple[Service, UUID]":
    """A service with one dossier that was received and transferred, and, unless told otherwise, assigned."""
    service, dossier = processing(), uuid4()
    service.tell(dossier, received(legs=legs, **how))
    service.tell(dossier, *(transferred(leg) for leg in legs))
    if assign:
        ok(service.post(f"/dossiers/{dossier}/assignments", HEAD, {"leg": 1, "assignee": "specialist-1"}))
        service.world.settle()
    return service, dossier


def ok(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def refused(answer: Any, status: int = 409) -> Any:
    """The problem, which names an article."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body.get("article"), body
    return body


def upload(service: Service, who: str = SPECIALIST, content: bytes = b"%PDF-1.7\n%%EOF\n") -> Any:
    return ok(service.client.post("/files", files={"file": ("dự thảo.pdf", content)}, headers={"Authorization": f"Bearer {who}"}))


def draft(service: Service, dossier: UUID, who: str = SPECIALIST) -> Any:
    return service.post(f"/dossiers/{dossier}/drafts", who, {"leg": 1, "file": upload(service, who)})


def approve(service: Service, dossier: UUID) -> Any:
    return service.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1})


def letter(**changes: Any) -> dict[str, Any]:
    body = {
        "fault": "settling",
        "name": "Nguyễn Thị Ngọc Ánh",
        "dossier_type": PROCEDURE.name,
        "receipt_number": "01/TNHS",
        "state": "Đang thẩm định",
        "reason": "Cần xác minh thực địa thêm",
    }
    return {**body, **changes}


def day(number: int, hour: int = 2) -> datetime:
    """A day of March 2026, at this hour UTC."""
    return datetime(2026, 3, 1, hour, tzinfo=UTC) + timedelta(days=number - 1)
