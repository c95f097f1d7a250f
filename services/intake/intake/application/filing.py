"""Filing a dossier."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.deadlines import deadline
from chassis.errors import NotHeardOf
from chassis.store import Unit
from contracts.dossier.parts import Attachment, Channel, Deadline
from contracts.refusal import Refused as Refusal
from intake.application.desk import Desk
from intake.domain import submission
from intake.events import Submitted
from intake.vault import keep
from worktime import calendar, gate_due, in_viet_nam


@dataclass(frozen=True)
class Filing:
    """A submission as it came, checked for shape only."""

    procedure: str
    channel: Channel
    receiving: str
    settling: str | None
    form: dict[str, Any]
    attachments: tuple[Attachment, ...]
    return_channel: Channel
    applicant: str
    source: Literal["one-stop", "national-portal", "province"] = "province"


def submit(unit: Unit, desk: Desk, dossier: UUID, filing: Filing, now: datetime) -> Submitted:
    """File a dossier (IN-01): everything is checked against the published procedure before a word is kept."""
    procedure = desk.catalogue.procedure_in_force(filing.procedure, in_viet_nam(now).date())
    if procedure is None and not desk.catalogue.procedures():
        raise NotHeardOf("catalogue")
    if procedure is None:
        raise Refusal("Thủ tục không có hoặc chưa công bố.", article=submission.PUBLISHED_ONLY, field="procedure", status=422)
    agencies = desk.catalogue.agencies()
    receiving = agencies.get(filing.receiving)
    if receiving is None or not receiving.one_stop:
        raise Refusal("Cơ quan này không có bộ phận một cửa.", article=submission.ANYWHERE, field="receiving", status=422)
    settling = submission.choose_settling(procedure, receiving, filing.settling, agencies)
    submission.check_channel(procedure, filing.channel)
    submission.check_form(procedure, filing.form)
    submission.check_attachments(procedure, filing.attachments)
    if filing.channel == "online":
        submission.check_complete(procedure, filing.attachments)
    submitted = Submitted(
        effective_at=now,
        recorded_at=now,
        channel=filing.channel,
        source=filing.source,
        procedure=procedure.code,
        procedure_version=procedure.version,
        receiving=receiving.code,
        settling=settling.code,
        applicant=filing.applicant,
        form_version=procedure.form.version,
        form=keep(unit, dossier, "form", filing.form, by=unit.because.actor, now=now),
        attachments=filing.attachments,
        return_channel=filing.return_channel,
        received_by_system_at=now,
        gate=_gate(desk, receiving.code, now),
    )
    if unit.version(dossier):
        raise Refusal("Hồ sơ này đã được nộp.", field="dossier")
    unit.record(dossier, submitted)
    return submitted


def _gate(desk: Desk, receiving: str, now: datetime) -> Deadline | None:
    rules, working = desk.rules_on(now), calendar(receiving)
    term = rules.settings.gate_term
    return deadline(gate_due(now, now, working, rules), term, working.version) if term else None
