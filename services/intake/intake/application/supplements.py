"""What is asked of the applicant, and what the applicant changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.store import Unit
from chassis.timers import TIMERS
from contracts.dossier.parts import Attachment, SupplementItem
from contracts.fact import VaultRef
from intake.application.desk import Desk, elsewhere, load, procedure_of
from intake.application.numbering import record_with_number
from intake.application.scanning import with_scans
from intake.domain import submission, supplement
from intake.events import SupplementRequested
from intake.vault import keep, read_within
from intake.views import CLOSE_UNSUPPLEMENTED
from worktime import in_viet_nam, supplement_deadline


def amend(
    unit: Unit,
    desk: Desk,
    dossier: UUID,
    form: dict[str, Any] | None,
    attachments: Sequence[Attachment],
    by: str,
    now: datetime,
    *,
    fields: dict[str, Any] | None = None,
) -> int:
    """Amend or supplement; the number of the amendment (IN-33, IN-34). `fields`: direct entry of single fields, the others stay."""
    state = load(unit, dossier)
    procedure, rules = procedure_of(desk, state), desk.rules_of(state)
    submission.check_attachments(procedure, attachments, rules)
    scans = with_scans(unit, state.submitted.channel, attachments)
    kept: VaultRef | None = None
    if fields:
        standing = read_within(unit, state.form, reader=by, purpose="handle", now=now) or {}
        form = {**standing, **(form or {}), **fields}
    if form is not None:
        submission.check_form(procedure, form, rules, in_viet_nam(now).date())
        kept = keep(unit, dossier, "form", form, by=by, now=now)
    amended = supplement.amend(state, form=kept, attachments=scans, rules=rules, now=now, elsewhere=elsewhere(unit, dossier))
    unit.record(dossier, amended)
    return amended.amendment


@dataclass(frozen=True)
class Wanted:
    """One thing to supplement, its reason still in words."""

    component: str
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: str


def request_supplement(
    unit: Unit,
    desk: Desk,
    dossier: UUID,
    wanted: Sequence[Wanted],
    officer: str,
    now: datetime,
    *,
    legal_basis: str | None,
    supervisor: bool,
) -> SupplementRequested:
    """Ask once, for everything, at the gate (IN-18, IN-19)."""
    state = load(unit, dossier)
    rules = desk.rules_of(state)
    items = [
        SupplementItem(
            component=item.component,
            defect=item.defect,
            reason=keep(unit, dossier, "supplement", {"reason": item.reason}, by=officer, now=now),
        )
        for item in wanted
    ]
    asked = supplement.request_at_gate(
        state,
        items,
        procedure=procedure_of(desk, state),
        rules=rules,
        answer_by=supplement_deadline(now, desk.catalogue.calendar(state.submitted.receiving), rules, stage="gate"),
        officer=officer,
        legal_basis=_kept_basis(unit, dossier, legal_basis, officer, now),
        supervisor=supervisor,
        now=now,
    )
    record_with_number(unit, dossier, state, asked)
    return asked


def pass_supplement_on(
    unit: Unit, desk: Desk, dossier: UUID, officer: str, now: datetime, *, legal_basis: str | None, supervisor: bool
) -> SupplementRequested:
    """Run “Bổ sung hồ sơ” for the settling agency (PR-06)."""
    state = load(unit, dossier)
    rules = desk.rules_of(state)
    asked = supplement.pass_on(
        state,
        elsewhere(unit, dossier),
        procedure=procedure_of(desk, state),
        rules=rules,
        answer_by=supplement_deadline(now, desk.catalogue.calendar(state.submitted.settling), rules, stage="processing"),
        officer=officer,
        legal_basis=_kept_basis(unit, dossier, legal_basis, officer, now),
        supervisor=supervisor,
        now=now,
    )
    unit.record(dossier, asked)
    return asked


def _kept_basis(unit: Unit, dossier: UUID, words: str | None, officer: str, now: datetime) -> VaultRef | None:
    return keep(unit, dossier, "supplement", {"legal_basis": words}, by=officer, now=now) if words else None


def decline_supplement(unit: Unit, desk: Desk, dossier: UUID, reason: str, officer: str, now: datetime) -> None:
    """Do not pass the settling agency's wish on."""
    state = load(unit, dossier)
    kept = keep(unit, dossier, "supplement", {"reason": reason}, by=officer, now=now)
    rules = desk.rules_of(state)
    declined = supplement.decline(state, elsewhere(unit, dossier), reason=kept, rules=rules, officer=officer, now=now)
    unit.record(dossier, declined)


def confirm_supplement(unit: Unit, desk: Desk, dossier: UUID, officer: str, now: datetime) -> None:
    """Confirm that what was asked for is complete."""
    state = load(unit, dossier)
    unit.record(dossier, supplement.confirm(state, rules=desk.rules_of(state), officer=officer, now=now))
    unit.delete(TIMERS, CLOSE_UNSUPPLEMENTED, dossier, "")


def close_incomplete(unit: Unit, desk: Desk, dossier: UUID, now: datetime) -> None:
    """What came is not what was asked for, and the fifteen days are over: the one-stop closes (Đ19.5)."""
    state = load(unit, dossier)
    record_with_number(unit, dossier, state, supplement.close_incomplete(state, rules=desk.rules_of(state), now=now))
