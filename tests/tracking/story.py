"""One dossier told fact by fact, for tests of those who only listen."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.dossier import intake, processing, results, routing
from contracts.dossier.parts import Attachment, Deadline, Leg, PinnedProcess, SupplementItem
from contracts.fact import Fact, FileRef, VaultRef

ID = UUID("0190a000-0000-7000-8000-000000000001")
CODE = "H60.01.001-260302-0001"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
FILE = FileRef(key="files/a", digest="0" * 64, size=10, media_type="application/pdf")
REF = VaultRef(key="v", digest="0" * 64)
SETTLING = "H60.SXD"
RECEIVING = "H60.TTHCC"


def at(hours: float) -> dict[str, Any]:
    """Both times of a fact, hours after the start."""
    moment = START + timedelta(hours=hours)
    return {"effective_at": moment, "recorded_at": moment}


def due(when: datetime = DUE) -> Deadline:
    return Deadline(due_at=when, term="4wd", calendar="tq-2026-1")


def submitted(**other: Any) -> intake.Submitted:
    values: dict[str, Any] = {
        "channel": "online",
        "source": "province",
        "procedure": "1.013225",
        "procedure_version": 1,
        "receiving": RECEIVING,
        "settling": SETTLING,
        "applicant": "citizen-1",
        "form_version": 1,
        "form": REF,
        "attachments": (),
        "return_channel": "online",
        "received_by_system_at": START,
    }
    return intake.Submitted(**(at(0) | values | other))


def amended(number: int, hours: float) -> intake.Amended:
    return intake.Amended(**at(hours), amendment=number, form=REF, attachments=(Attachment(component="TP01", file=FILE),))


def received(hours: float = 1, **other: Any) -> intake.Received:
    leg = Leg(leg=1, agency=SETTLING, lead=True, task="Thẩm định", term="4wd")
    values: dict[str, Any] = {
        "code": CODE,
        "receiving": RECEIVING,
        "settling": SETTLING,
        "officer": "officer-1",
        "procedure": "1.013225",
        "procedure_version": 1,
        "channel": "online",
        "return_channel": "online",
        "rule_set": "tuyen-quang-2025",
        "deadline": due(),
        "process": PinnedProcess(code="QT", version=1, mode="single", legs=(leg,)),
        "register_ordinal": 1,
    }
    return intake.Received(**(at(hours) | values | other))


def transferred(hours: float = 2) -> routing.Transferred:
    return routing.Transferred(**at(hours), leg=1, agency=SETTLING, lead=True, task="Thẩm định", deadline=due())


def handed(movement: Any, hours: float) -> routing.HandedOver:
    return routing.HandedOver(**at(hours), leg=1, movement=movement, officer=f"officer-{movement}")


def assigned(hours: float = 3) -> processing.Assigned:
    return processing.Assigned(**at(hours), leg=1, agency=SETTLING, assignee="specialist-1", assigned_by="head-1")


def approved(hours: float) -> processing.Approved:
    return processing.Approved(**at(hours), leg=1, draft=1, leader="leader-1")


def issued(moment: datetime) -> results.ResultIssued:
    return results.ResultIssued(
        effective_at=moment, recorded_at=moment, outcome="granted", number="12/GP", file=FILE, certificate="c", clerk="clerk-1"
    )


def returned(hours: float) -> results.ResultReturned:
    return results.ResultReturned(**at(hours), way="online", officer="officer-1")


def announced(hours: float, way: Any = "system") -> results.EarlyReturnAnnounced:
    return results.EarlyReturnAnnounced(**at(hours), due_at=DUE, way=way, officer="officer-1")


def supplement_requested(hours: float) -> intake.SupplementRequested:
    item = SupplementItem(component="TP01", defect="missing", reason=REF)
    return intake.SupplementRequested(**at(hours), stage="processing", items=(item,), officer="officer-1")


def extended(late: bool, new: datetime) -> processing.Extended:
    return processing.Extended(**at(30), old_due_at=DUE, deadline=due(new), late_notice=late, officer="officer-1")


def walk() -> list[Fact]:
    """From submission to the return of an early result."""
    rest = [handed("sent", 2.5), handed("received", 2.6), assigned(), approved(30), issued(START + timedelta(hours=31)), returned(32)]
    return [submitted(), received(), transferred(), *rest]
