"""Intake's commands: load, ask the domain, record. One function a command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.errors import NotHeardOf
from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from contracts.catalogue import Procedure
from contracts.dossier.parts import Attachment, Channel, Deadline, SupplementItem
from contracts.fact import VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain import Dossier, Elsewhere, fold, reception, stopping, submission, supplement
from intake.events import Received, Submitted, SupplementRequested
from intake.inbound import CLOSE_UNSUPPLEMENTED
from intake.vault import keep
from intake.views import DOSSIER
from worktime import Calendar, RuleSet, Term, calendar, due, gate_due, in_viet_nam, rule_set, rule_set_for, supplement_deadline


@dataclass(frozen=True)
class Desk:
    """What commands need beside the unit: the catalogue's copy and the province's overlay of rules."""

    catalogue: Catalogue
    province_rules: str

    def rules_on(self, moment: datetime) -> RuleSet:
        """The rules for what happens on this day, with the province's overlay."""
        return rule_set_for(in_viet_nam(moment).date(), self.province_rules)


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


def receive(unit: Unit, desk: Desk, dossier: UUID, officer: str, now: datetime) -> Received:
    """Accept (IN-11, IN-14, IN-22): code and register ordinal are given inside the transaction, without gaps."""
    state = load(unit, dossier)
    reception.check_may_receive(state)
    procedure = procedure_of(desk, state)
    rules, working = desk.rules_on(now), calendar(state.submitted.settling)
    process = reception.pinned_process(procedure, state, desk.catalogue.agencies())
    term = procedure.term_for(state.submitted.channel)
    settlement = settlement_deadline(term, now, working, rules)
    agency = reception.code_agency(state, rules)
    receiving = state.submitted.receiving
    received = reception.receive(
        state,
        procedure=procedure,
        process=process,
        code=reception.code_of(agency, now, unit.ordinal(reception.series(agency, now))),
        register_ordinal=unit.ordinal(reception.register_series(receiving, now)),
        rule_set=rules.name,
        deadline=settlement,
        officer=officer,
        now=now,
    )
    unit.record(dossier, received)
    return received


def settlement_deadline(term: str, now: datetime, working: Calendar, rules: RuleSet) -> Deadline:
    """The settlement clock starts at complete and valid reception (PR-19, Đ17.3)."""
    return deadline(due(Term.parse(term), now, working, rules), term, working.version)


def refuse(unit: Unit, dossier: UUID, reason: str, officer: str, now: datetime) -> None:
    """Refuse with a written reason (IN-17)."""
    state = load(unit, dossier)
    kept = keep(unit, dossier, "refusal", {"reason": reason}, by=officer, now=now)
    unit.record(dossier, reception.refuse(state, reason=kept, officer=officer, now=now))


def amend(
    unit: Unit, desk: Desk, dossier: UUID, form: dict[str, Any] | None, attachments: Sequence[Attachment], by: str, now: datetime
) -> int:
    """Amend or supplement; the number of the amendment (IN-33, IN-34)."""
    state = load(unit, dossier)
    procedure = procedure_of(desk, state)
    submission.check_attachments(procedure, attachments)
    kept: VaultRef | None = None
    if form is not None:
        submission.check_form(procedure, form)
        kept = keep(unit, dossier, "form", form, by=by, now=now)
    amended = supplement.amend(state, form=kept, attachments=attachments, now=now)
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
    rules = desk.rules_on(state.submitted.effective_at)
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
        answer_by=supplement_deadline(now, calendar(state.submitted.receiving), rules, stage="gate"),
        officer=officer,
        legal_basis=legal_basis,
        supervisor=supervisor,
        now=now,
    )
    unit.record(dossier, asked)
    return asked


def pass_supplement_on(
    unit: Unit, desk: Desk, dossier: UUID, officer: str, now: datetime, *, legal_basis: str | None, supervisor: bool
) -> SupplementRequested:
    """Run “Bổ sung hồ sơ” for the settling agency (PR-06)."""
    state = load(unit, dossier)
    rules = pinned_rules(state)
    assert state.received is not None
    asked = supplement.pass_on(
        state,
        elsewhere(unit, dossier),
        procedure=procedure_of(desk, state),
        rules=rules,
        answer_by=supplement_deadline(now, calendar(state.received.settling), rules, stage="processing"),
        officer=officer,
        legal_basis=legal_basis,
        supervisor=supervisor,
        now=now,
    )
    unit.record(dossier, asked)
    return asked


def decline_supplement(unit: Unit, dossier: UUID, reason: str, officer: str, now: datetime) -> None:
    """Do not pass the settling agency's wish on."""
    state = load(unit, dossier)
    article = pinned_rules(state).article("supplement_once")
    kept = keep(unit, dossier, "supplement", {"reason": reason}, by=officer, now=now)
    declined = supplement.decline(state, elsewhere(unit, dossier), reason=kept, article=article, officer=officer, now=now)
    unit.record(dossier, declined)


def confirm_supplement(unit: Unit, dossier: UUID, officer: str, now: datetime) -> None:
    """Confirm that what was asked for is complete."""
    unit.record(dossier, supplement.confirm(load(unit, dossier), officer=officer, now=now))
    unit.delete(TIMERS, CLOSE_UNSUPPLEMENTED, dossier, "")


def request_stop(unit: Unit, dossier: UUID, wish: Literal["stop", "adjust"], reason: str | None, by: str, now: datetime) -> list[str]:
    """Ask to stop or adjust (PR-20); the types of the facts recorded."""
    state = load(unit, dossier)
    kept = keep(unit, dossier, "stop", {"reason": reason}, by=by, now=now) if reason else None
    facts = stopping.request_stop(state, elsewhere(unit, dossier), wish=wish, reason=kept, now=now)
    unit.record(dossier, *facts)
    return [type(fact).__name__ for fact in facts]


def fire(unit: Unit, timer: Timer, now: datetime) -> None:
    """A timer of intake: the fifteen days are over (PR-10)."""
    state = fold(unit.history(timer.subject))
    if timer.name == CLOSE_UNSUPPLEMENTED and state is not None:
        closed = supplement.close_unsupplemented(state, now)
        if closed is not None:
            unit.record(timer.subject, closed)


# what commands stand on
def load(unit: Unit, dossier: UUID) -> Dossier:
    """The dossier. Raises `NotHeardOf`: not heard of yet is not the same as one that does not exist."""
    state = unit.state(dossier, fold)
    if state is None:
        raise NotHeardOf(str(dossier))
    return state


def elsewhere(unit: Unit, dossier: UUID) -> Elsewhere:
    """What others have said about the dossier."""
    row = unit.get(DOSSIER, dossier)
    if row is None:
        return Elsewhere()
    return Elsewhere(decided=row.decided, stop_open=row.status == 7, needed=row.needed)


def procedure_of(desk: Desk, state: Dossier) -> Procedure:
    """The version of the procedure that the dossier was filed under."""
    return desk.catalogue.procedure(state.submitted.procedure, state.submitted.procedure_version)


def pinned_rules(state: Dossier) -> RuleSet:
    """The rule set the dossier was received under."""
    if state.received is None:
        raise Refusal("Hồ sơ chưa được tiếp nhận.", article="NĐ 118/2025/NĐ-CP Điều 17")
    return rule_set(state.received.rule_set)
