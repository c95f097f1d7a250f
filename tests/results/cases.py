"""A dossier on its way: the facts of the other services, as results, payments and notifications hear them."""

from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from pypdf import PdfWriter

from contracts.dossier.intake import Received, StopRequested, Submitted
from contracts.dossier.parts import Channel, Deadline, Fee, Leg, PinnedProcess
from contracts.dossier.payments import ObligationPaid
from contracts.dossier.processing import Apologised, Approved, Declined, Extended, Rescheduled
from contracts.fact import BackEntry, VaultRef
from tests.harness import START

HERE, THERE = "H60.02302", "H60.STP"
REF = VaultRef(key="k", digest="0" * 64)
DUE = START + timedelta(days=4, hours=8)
IMPORTED = BackEntry(cause="imported")


def submitted(*, applicant: str = "citizen-1", form: VaultRef = REF, at: datetime = START) -> Submitted:
    return Submitted(
        effective_at=at,
        recorded_at=at,
        channel="online",
        source="province",
        procedure="1.001193",
        procedure_version=1,
        receiving=HERE,
        settling=THERE,
        applicant=applicant,
        form_version=1,
        form=form,
        attachments=(),
        return_channel="online",
        received_by_system_at=at,
    )


def received(
    *,
    fee: Fee | None = None,
    imported: bool = False,
    return_channel: Channel = "counter",
    limit: bool = True,
    at: datetime = START,
    channel: Channel = "online",
    procedure: str = "1.001193",
    immediate: bool = False,
    rules: str = "tuyen-quang-2025",
) -> Received:
    leg = Leg(leg=1, agency=THERE, lead=True, task="Giải quyết", term="5wd")
    return Received(
        effective_at=at,
        recorded_at=at,
        back_entry=IMPORTED if imported else None,
        code="H60.STP-260302-0001",
        receiving=HERE,
        settling=THERE,
        officer="officer-1",
        procedure=procedure,
        procedure_version=1,
        channel=channel,
        return_channel=return_channel,
        rule_set="imported" if imported else rules,
        deadline=Deadline(due_at=DUE, term="5wd", calendar="vn-2026.1") if limit else None,
        process=PinnedProcess(code="P", version=1, mode="single", legs=(leg,)),
        register_ordinal=1,
        fee=fee,
        immediate=immediate,
    )


def deadline(at: datetime) -> Deadline:
    return Deadline(due_at=at, term="5wd", calendar="vn-2026.1")


def approved(at: datetime = START) -> Approved:
    return Approved(effective_at=at, recorded_at=at, leg=1, draft=1, leader="leader-1")


def declined(at: datetime = START) -> Declined:
    return Declined(effective_at=at, recorded_at=at, leg=1, reason=REF, leader="leader-1")


def apologised(at: datetime = START, fault: Any = "settling") -> Apologised:
    return Apologised(effective_at=at, recorded_at=at, fault=fault, signer="leader-1", letter=REF)


def extended(days: int, *, late: bool, at: datetime = START) -> Extended:
    later = Deadline(due_at=DUE + timedelta(days=days), term="5wd", calendar="1")
    return Extended(effective_at=at, recorded_at=at, old_due_at=DUE, deadline=later, late_notice=late, officer="officer-1")


def rescheduled(days: int, *, at: datetime = START) -> Rescheduled:
    return Rescheduled(
        effective_at=at, recorded_at=at, old_due_at=DUE, deadline=deadline(DUE + timedelta(days=days)), cause="supplement-restart"
    )


def stop_requested(at: datetime = START, back_entry: BackEntry | None = None) -> StopRequested:
    return StopRequested(effective_at=at, recorded_at=at, back_entry=back_entry)


def paid(obligation: str = "fee", at: datetime = START) -> ObligationPaid:
    return ObligationPaid(effective_at=at, recorded_at=at, obligation=obligation, amount_vnd=50_000, method="bank", voucher="V1")


def new_dossier() -> UUID:
    return uuid4()


@cache
def pdf() -> bytes:
    """A readable PDF of one blank page."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(out)
    return out.getvalue()
