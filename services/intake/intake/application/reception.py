"""The gate: accept, or refuse."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.deadlines import deadline
from chassis.store import Unit
from contracts.catalogue import Procedure
from contracts.dossier.parts import Deadline
from contracts.fact import VaultRef
from intake.application import issuing, outage
from intake.application.desk import Desk, elsewhere, load, procedure_of
from intake.application.numbering import record_with_number
from intake.domain import Dossier, reception
from intake.events import Received
from intake.vault import keep
from worktime import Calendar, RuleSet, Term, due


def receive(
    unit: Unit, desk: Desk, dossier: UUID, officer: str, now: datetime, *, code: str | None = None, fee_exempt: str | None = None
) -> Received:
    """Accept (IN-11, IN-14, IN-22): code and register ordinal are given inside the transaction, without gaps.

    `code`: the one that the paper book gave in an outage (OP-05). `fee_exempt`: on which words of law the applicant pays no fee.
    """
    state = load(unit, dossier)
    rules = desk.rules_on(now)
    reception.check_may_receive(state, rules)
    procedure = procedure_of(desk, state)
    exempt = _exempted(unit, dossier, state, procedure, rules, fee_exempt, officer, now)
    if exempt is None:
        reception.check_prepaid(state, elsewhere(unit, dossier), rules)
    working = desk.catalogue.calendar(state.submitted.settling)
    reception.check_digitised(state, procedure, rules)
    agencies = desk.catalogue.agencies()
    process = reception.pinned_process(procedure, state, agencies, rules)
    term = procedure.term_for(state.submitted.channel)
    settlement = settlement_deadline(term, now, working, rules)
    agency = reception.code_agency(state, procedure, rules, agencies)
    receiving = state.submitted.receiving
    if code is not None:
        outage.use(unit, code, dossier=dossier, receiving=receiving, agency=agency, effective_at=now, rules=rules)
    received = reception.receive(
        state,
        procedure=procedure,
        process=process,
        code=code or issuing.next_code(unit, reception.series(agency, now), lambda ordinal: reception.code_of(agency, now, ordinal)),
        register_ordinal=unit.ordinal(reception.register_series(receiving, now)),
        rules=rules,
        deadline=settlement,
        officer=officer,
        now=now,
        fee_exempt=exempt,
    )
    unit.record(dossier, received)
    return received


def _exempted(
    unit: Unit, dossier: UUID, state: Dossier, procedure: Procedure, rules: RuleSet, words: str | None, officer: str, now: datetime
) -> VaultRef | None:
    if words is None:
        return None
    reception.check_exemption(procedure, state.submitted.channel, rules)
    return keep(unit, dossier, "fee-exemption", {"legal_basis": words}, by=officer, now=now)


def settlement_deadline(term: str, now: datetime, working: Calendar, rules: RuleSet) -> Deadline:
    """The settlement clock starts at complete and valid reception (PR-19, Đ17.3)."""
    return deadline(due(Term.parse(term), now, working, rules), term, working.version)


@dataclass(frozen=True)
class NoReception:
    """Why not, in words; what to do instead; and where it belongs, if it was sent to the wrong agency."""

    reason: str
    guidance: str = ""
    competent: str | None = None


def refuse(unit: Unit, desk: Desk, dossier: UUID, no: NoReception, officer: str, now: datetime) -> None:
    """Refuse with a written reason (IN-17), or send back what belongs elsewhere (Đ17.2a)."""
    state = load(unit, dossier)
    rules = desk.rules_of(state)
    if no.competent is not None:
        reception.check_competent(state, no.competent, desk.catalogue.agencies(), rules)
    kept = keep(unit, dossier, "refusal", {"reason": no.reason, "guidance": no.guidance}, by=officer, now=now)
    refused = reception.refuse(state, reason=kept, rules=rules, officer=officer, now=now, competent=no.competent)
    record_with_number(unit, dossier, state, refused)
