"""What the tests of intake's rules know: a procedure with two papers, a dossier filed for it, and the facts that may follow."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import convert
from msgspec.structs import replace

from contracts.catalogue import Procedure
from contracts.dossier.parts import Attachment, Deadline, PinnedProcess, Scan, SupplementItem
from contracts.dossier.processing import SupplementNeeded
from contracts.fact import Fact, FileRef, VaultRef
from intake.domain import Dossier, fold
from intake.events import (
    Amended,
    Closed,
    Received,
    Refused,
    StopRequested,
    Submitted,
    Supplemented,
    SupplementRequested,
)
from tests.catalogue import samples
from tests.catalogue.samples import draft
from worktime import rule_set

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""
TODAY = date(2026, 3, 2)
HERE, THERE = "H60.02269", "H60.STP"
FORM, WORDS = VaultRef(key="f", digest="1" * 64), VaultRef(key="w", digest="2" * 64)
GATE = Deadline(due_at=NOW + timedelta(hours=8), term="8wh", calendar="c")


def at(**since: float) -> datetime:
    return NOW + timedelta(**since)


def procedure(**changes: Any) -> Procedure:
    papers = [{"code": "TP1", "name": "Tờ khai"}, {"code": "TP2", "name": "Giấy tờ kèm theo", "required": False}]
    return convert(draft(components=papers, **changes), Procedure, strict=False)


def paper(component: str = "TP1", key: str = "k", *, media_type: str = "application/pdf", signed: bool = False) -> Attachment:
    scan = Scan(officer="officer-1", certificate="5" * 64) if signed else None
    return Attachment(component=component, file=FileRef(key=key, digest="3" * 64, size=9, media_type=media_type), scan=scan)


def submitted(**changes: Any) -> Submitted:
    fact = Submitted(
        effective_at=NOW,
        recorded_at=NOW,
        channel="online",
        source="province",
        procedure="1.004873",
        procedure_version=1,
        receiving=HERE,
        settling=THERE,
        applicant="citizen-1",
        form_version=1,
        form=FORM,
        attachments=(paper(),),
        return_channel="post",
        received_by_system_at=NOW,
        gate=GATE,
    )
    return replace(fact, **changes)


def asked(since: datetime = NOW + timedelta(hours=1), **changes: Any) -> SupplementRequested:
    items = (SupplementItem(component="TP1", defect="wrong", reason=WORDS),)
    fact = SupplementRequested(
        effective_at=since, recorded_at=since, stage="gate", items=items, officer="officer-1", answer_by=NOW + timedelta(days=15)
    )
    return replace(fact, **changes)


def arrived(since: datetime = NOW + timedelta(days=3), **changes: Any) -> Amended:
    return replace(Amended(effective_at=since, recorded_at=since, amendment=1, answers_supplement=True), **changes)


def supplemented(stage: Any = "gate") -> Supplemented:
    return Supplemented(effective_at=at(days=3), recorded_at=at(days=4), stage=stage, officer="officer-1")


RECEIVED = Received(
    effective_at=at(hours=2),
    recorded_at=at(hours=2),
    code="H60.STP-260302-0001",
    receiving=HERE,
    settling=THERE,
    officer="officer-1",
    procedure="1.004873",
    procedure_version=1,
    channel="online",
    return_channel="post",
    rule_set="tuyen-quang-2025",
    deadline=GATE,
    process=PinnedProcess(code="QT-1", version=1, mode="single", legs=()),
    register_ordinal=1,
)
REFUSED = Refused(effective_at=at(hours=3), recorded_at=at(hours=3), officer="officer-1", reason=WORDS)
CLOSED = Closed(effective_at=at(days=16), recorded_at=at(days=17), cause="not-supplemented")
WITHDRAWN = Closed(effective_at=at(days=1), recorded_at=at(days=2), cause="withdrawn")
STOPPING = StopRequested(effective_at=at(hours=4), recorded_at=at(hours=5), wish="stop", reason=WORDS)
NEEDED = SupplementNeeded(
    effective_at=at(days=1), recorded_at=at(days=1), leg=1, items=asked().items, reason=WORDS, officer="s", approved_by="l"
)


def given(*facts: Fact, **changes: Any) -> Dossier:
    """A dossier as it was submitted, and what followed."""
    state = fold([submitted(**changes), *facts])
    assert state is not None
    return state


AGENCIES = {a.code: a for a in samples.AGENCIES}
LATER = Deadline(due_at=at(days=2), term="8wh", calendar="d")
RULES = rule_set("tuyen-quang-2025")
