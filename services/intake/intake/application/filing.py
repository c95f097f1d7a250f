"""Filing a dossier."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.errors import Retry
from chassis.rules import rules_of_named
from chassis.store import Unit
from contracts.dossier.parts import Attachment, Channel
from contracts.refusal import Refused as Refusal
from intake.application.clocks import open_gate
from intake.application.desk import Desk
from intake.application.gate import gate_of
from intake.application.scanning import with_scans
from intake.domain import reception, submission
from intake.events import Submitted
from intake.vault import keep
from worktime import RuleSet, in_viet_nam


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
    account: Literal["e-id", "own"] = "e-id"
    submitted_at: datetime | None = None
    """When the portal acknowledged it; None: now."""
    return_at: str | None = None
    """The one-stop that hands the result over; None: the receiving one."""
    waybill: str | None = None
    helper: str | None = None
    """The officer who helped the applicant to file electronically (IN-24)."""


def submit(unit: Unit, desk: Desk, dossier: UUID, filing: Filing, now: datetime) -> Submitted:
    """File a dossier (IN-01): everything is checked against the published procedure before a word is kept."""
    submitted_at = filing.submitted_at or now
    rules = _rules_then(desk, filing, now)
    procedure = desk.catalogue.procedure_in_force(filing.procedure, in_viet_nam(submitted_at).date())
    if procedure is None and not desk.catalogue.procedures():
        raise Retry("the catalogue's copy is empty")
    if procedure is None:
        raise Refusal("Thủ tục không có hoặc chưa công bố.", article=rules.article("published_only"), field="procedure", status=422)
    agencies = desk.catalogue.agencies()
    receiving = agencies.get(filing.receiving)
    if receiving is None or not receiving.one_stop:
        raise Refusal("Cơ quan này không có bộ phận một cửa.", article=rules.article("anywhere"), field="receiving", status=422)
    competent = desk.catalogue.settling(procedure, receiving)
    settling = submission.choose_settling(procedure, competent, filing.settling, agencies, rules)
    submission.check_level(receiving, "receiving", rules)
    submission.check_level(settling, "settling", rules)
    submission.check_account(filing.account, rules)
    submission.check_source(filing.source, rules, portal_intake=desk.settings.portal_intake)
    submission.check_channel(procedure, filing.channel, rules, filing.waybill)
    submission.check_form(procedure, filing.form, rules, in_viet_nam(submitted_at).date())
    submission.check_attachments(procedure, filing.attachments, rules)
    if filing.channel == "online":
        submission.check_complete(procedure, filing.attachments, rules)
    prepaid = reception.prepaid(procedure, filing.channel, rules)
    submitted = Submitted(
        effective_at=submitted_at,
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
        attachments=with_scans(unit, filing.channel, filing.attachments),
        return_channel=filing.return_channel,
        return_at=submission.choose_return(filing.return_at, receiving.code, agencies, rules),
        received_by_system_at=now,
        gate=None if reception.gate_waits(prepaid is not None, rules) else gate_of(desk, receiving.code, submitted_at, now),
        waybill=filing.waybill,
        helper=filing.helper,
        prepaid=prepaid,
    )
    if unit.version(dossier):
        raise Refusal("Hồ sơ này đã được nộp.", field="dossier")
    unit.record(dossier, submitted)
    open_gate(unit, desk, dossier, submitted)
    return submitted


def _rules_then(desk: Desk, filing: Filing, now: datetime) -> RuleSet:
    """Refuses what the portal says was filed ahead of us, or before any law."""
    if filing.submitted_at is None:
        return desk.rules_on(now)
    if filing.submitted_at > now:
        article = desk.rules_on(now).article("online_channel")
        raise Refusal("Thời điểm nộp ở tương lai.", article=article, field="submitted_at", status=422)
    return rules_of_named(desk.settings, filing.submitted_at, field="submitted_at", point="online_channel", now=now)
