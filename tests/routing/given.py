"""What the routing tests talk about: a dossier received at a commune, worked on by up to three agencies."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from chassis.deadlines import deadline
from contracts.dossier.intake import Received
from contracts.dossier.parts import Channel, Leg, PinnedProcess
from contracts.dossier.processing import StepCompleted
from contracts.fact import BackEntry, FileRef
from routing.main import BLUEPRINT
from tests.harness import START, Service, World, token
from worktime import Term, calendar, due, rule_set

HERE = "H60.X001"
SETTLING, TAX, POLICE = "H60.STC", "H60.THUE", "H60.CA"
CENTRE = "H60.TTPVHCC"
"""The one-stop of the province's agencies."""
RULES = "nd-118-2025+tuyen-quang-2025"
SPECIALIST = token("specialist-1", "specialist", agencies=[SETTLING])
TAX_HEAD = token("head-2", "department-head", agencies=[TAX])
ONE_STOP = token("officer-1", "one-stop", agencies=[HERE])
Mode = Literal["single", "sequential", "parallel"]


def leg(number: int, agency: str, term: str, *, lead: bool = False) -> Leg:
    return Leg(leg=number, agency=agency, lead=lead, task=f"Phần việc {number}", term=term)


ALONE = (leg(1, SETTLING, "10wd", lead=True),)
IN_ORDER = (leg(1, POLICE, "3wd"), leg(2, TAX, "2wd"), leg(3, SETTLING, "5wd", lead=True))
AT_ONCE = (leg(1, SETTLING, "10wd", lead=True), leg(2, TAX, "2wd"), leg(3, POLICE, "3d"))


def process(mode: Mode, legs: tuple[Leg, ...]) -> PinnedProcess:
    return PinnedProcess(code="QT-1", version=1, mode=mode, legs=legs)


def received(
    mode: Mode = "single",
    legs: tuple[Leg, ...] = ALONE,
    *,
    at: datetime = START,
    policy: Literal["restart", "pause"] = "restart",
    imported: bool = False,
    rules: str = RULES,
    channel: Channel = "online",
    receiving: str = HERE,
    settling: str = SETTLING,
) -> Received:
    working = calendar(SETTLING)
    return Received(
        effective_at=at,
        recorded_at=at,
        back_entry=BackEntry(cause="imported") if imported else None,
        code="H60.X001-260302-0001",
        receiving=receiving,
        settling=settling,
        officer="officer-1",
        procedure="MC-0040",
        procedure_version=1,
        channel=channel,
        return_channel="counter",
        rule_set="imported" if imported else rules,
        deadline=deadline(due(Term.parse("10wd"), at, working, rule_set(rules)), "10wd", working.version),
        process=process(mode, legs),
        register_ordinal=1,
        supplement_policy=policy,
    )


def leg_ended(number: int, at: datetime) -> StepCompleted:
    file = FileRef(key="f", digest="0" * 64, size=1, media_type="application/pdf")
    return StepCompleted(
        effective_at=at, recorded_at=at, leg=number, step="Kết thúc phần việc", officer="o", partial_result=file, leg_ended=True
    )


def routing() -> Service:
    return World().add(BLUEPRINT)


def routed(mode: Mode = "single", legs: tuple[Leg, ...] = ALONE) -> tuple[Service, UUID]:
    """A service that has heard of one received dossier."""
    service, dossier = routing(), uuid4()
    service.tell(dossier, received(mode, legs))
    return service, dossier


def day(number: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026 in Viet Nam, as UTC."""
    return datetime(2026, 3, number, tzinfo=UTC) + timedelta(hours=hour - 7, minutes=minute, seconds=second)
