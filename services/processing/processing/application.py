"""Processing's commands: load, ask the domain, record. One function a command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Literal
from uuid import UUID

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.errors import NotHeardOf
from chassis.http.problem import ProblemError
from chassis.store import Unit
from chassis.tokens import Caller
from chassis.vault import Vault
from contracts import Fact
from contracts.dossier.parts import SupplementItem
from contracts.fact import FileRef, VaultRef
from processing.domain import Case, State, assignment, drafts, extension, fold, obligations, stopping, supplement
from processing.domain.clock import Law
from processing.domain.guards import STOP
from processing.events import Extended
from processing.views import CASE
from worktime import calendar, rule_set


@dataclass(frozen=True)
class Act:
    """One command on one dossier: who, when, and what is known. `record` adds the facts."""

    unit: Unit
    dossier: UUID
    caller: Caller
    now: datetime
    vault: Vault
    case: Case
    state: State

    def record(self, *facts: Fact) -> list[str]:
        self.unit.record(self.dossier, *facts)
        return [type(fact).__name__ for fact in facts]

    def keep(self, kind: str, text: str, field: str = "reason") -> VaultRef:
        """Words go into the vault, and never into a fact."""
        return self.vault.put(self.dossier, kind, {field: text})

    def must_be(self, roles: Sequence[str], agency: str, article: str) -> None:
        """403 unless the caller has one of these roles at that agency."""
        if not any(self.caller.may(role, agency) for role in roles):
            raise ProblemError(403, f"Cần vai trò {', '.join(roles)} tại cơ quan {agency}.", article=article)

    def agency_of(self, leg: int) -> str:
        """The leg's agency. Raises `NotHeardOf` where another leg has just ended and this one may be on its way."""
        known = any(held.leg == leg for held in self.case.held)
        if not known and any(worked.ended for worked in self.state.legs.values()):
            raise NotHeardOf(f"{self.dossier} leg {leg}")
        return self.case.leg(leg).agency

    def must_handle(self, leg: int) -> str:
        """403 unless the caller is the assignee of the leg or heads its department; the caller's id."""
        agency = self.agency_of(leg)
        self.must_be(("specialist", "department-head"), agency, assignment.WORK)
        assignee = self.state.leg(leg).assignee
        if assignee not in (None, self.caller.subject) and not self.caller.may("department-head", agency):
            raise ProblemError(403, "Hồ sơ được phân công cho người khác.", article=assignment.WORK)
        return self.caller.subject

    def must_lead(self, leg: int, article: str) -> str:
        """403 unless the caller leads the leg's agency; the caller's id."""
        self.must_be(("leader",), self.agency_of(leg), article)
        return self.caller.subject


def begin(unit: Unit, caller: Caller, dossier: UUID, vault: Vault, now: datetime) -> Act:
    """What a command stands on. Raises `NotHeardOf` until reception and the first transfer are known here."""
    case = unit.get(CASE, dossier)
    if case is None or not case.held:
        raise NotHeardOf(str(dossier))
    return Act(unit, dossier, caller, now, vault, case, unit.state(dossier, fold))


def law_of(case: Case) -> Law:
    """The pinned law, with the pinned calendar of the settling agency."""
    dates = calendar(case.settling, case.deadline.calendar if case.deadline else None)
    return Law(rules=rule_set(case.rule_set), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))


# work on a leg
def assign(act: Act, leg: int, assignee: str) -> list[str]:
    """Assign, or take it personally (PR-01)."""
    act.must_be(("department-head",), act.agency_of(leg), assignment.ASSIGN)
    return act.record(assignment.assign(act.case, act.state, leg=leg, assignee=assignee, head=act.caller.subject, now=act.now))


def complete_step(act: Act, leg: int, step: str) -> list[str]:
    """End a step of the internal process."""
    officer = act.must_handle(leg)
    return act.record(assignment.complete_step(act.case, act.state, leg=leg, step=step, officer=officer, now=act.now))


def end_leg(act: Act, leg: int, file: FileRef) -> list[str]:
    """End a co-ordinating leg with its partial result."""
    officer = act.must_handle(leg)
    return act.record(assignment.end_leg(act.case, act.state, leg=leg, file=file, officer=officer, now=act.now))


def submit_draft(act: Act, leg: int, file: FileRef) -> int:
    """Submit a draft; its number."""
    fact = drafts.submit(act.case, act.state, leg=leg, file=file, officer=act.must_handle(leg), now=act.now)
    act.record(fact)
    return fact.draft


# the leader
def return_draft(act: Act, leg: int, opinion: str) -> list[str]:
    """Send the draft back with an opinion (PR-16)."""
    leader = act.must_lead(leg, drafts.REVIEW)
    keep = partial(act.keep, "opinion", opinion, "opinion")
    return act.record(drafts.send_back(act.case, act.state, leg=leg, leader=leader, now=act.now, keep=keep))


def approve(act: Act, leg: int) -> list[str]:
    """Approve (PR-17)."""
    leader = act.must_lead(leg, drafts.REVIEW)
    return act.record(drafts.approve(act.case, act.state, leg=leg, leader=leader, now=act.now))


def decline(act: Act, leg: int, reason: str) -> list[str]:
    """Không giải quyết, with the reason."""
    leader = act.must_lead(leg, drafts.REVIEW)
    keep = partial(act.keep, "decline", reason)
    return act.record(drafts.decline(act.case, act.state, leg=leg, leader=leader, now=act.now, keep=keep))


@dataclass(frozen=True)
class Wanted:
    """One thing to supplement, its reason still in words."""

    component: str
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: str


def need_supplement(act: Act, catalogue: Catalogue, leg: int, wanted: Sequence[Wanted], reason: str) -> list[str]:
    """Ask the one-stop for a supplement (PR-06)."""
    leader = act.must_lead(leg, supplement.NEEDED)
    procedure = catalogue.procedure(act.case.procedure, act.case.procedure_version)
    supplement.check_components([item.component for item in wanted], {component.code for component in procedure.components})

    def items() -> tuple[SupplementItem, ...]:
        return tuple(
            SupplementItem(component=item.component, defect=item.defect, reason=act.keep("supplement", item.reason)) for item in wanted
        )

    why = partial(act.keep, "supplement", reason)
    return act.record(supplement.need(act.case, act.state, law_of(act.case), leg=leg, leader=leader, now=act.now, items=items, reason=why))


# apology and extension
@dataclass(frozen=True)
class Letter:
    """Form 04 with its five obligatory contents (TQ25.2a), and the new date if one is proposed."""

    fault: extension.Fault
    name: str
    dossier_type: str
    receipt_number: str
    state: str
    reason: str
    new_date: date | None = None

    def content(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("name", "dossier_type", "receipt_number", "state", "reason")}


def apologise(act: Act, letter: Letter) -> list[Fact]:
    """Apologise and, with a new date, propose the extension in the same document (PR-11, PR-12, PR-14)."""
    roles, agency = extension.signer_of(act.case, letter.fault)
    act.must_be(roles, agency, extension.APOLOGY)
    signer = act.caller.subject
    proposed = (
        extension.propose(act.case, act.state, law_of(act.case), new_date=letter.new_date, fault=letter.fault, signer=signer, now=act.now)
        if letter.new_date
        else None
    )
    kept = act.vault.put(act.dossier, "apology", letter.content())
    facts: list[Fact] = [extension.apologise(act.state, fault=letter.fault, signer=signer, letter=kept, now=act.now)]
    facts += [proposed] if proposed else []
    act.record(*facts)
    return facts


def extend(act: Act) -> Extended:
    """The one-stop changes the due date on the slip (PR-11)."""
    act.must_be(("one-stop", "one-stop-head"), act.case.receiving, extension.SLIP)
    fact = extension.extend(act.case, act.state, law_of(act.case), officer=act.caller.subject, now=act.now)
    act.record(fact)
    return fact


# the applicant
def raise_obligation(act: Act, obligation: str, amount_vnd: int, basis: str) -> list[str]:
    """Tell what is owed."""
    act.must_be(("specialist", "department-head", "leader"), act.case.lead_agency, assignment.WORK)
    return act.record(
        obligations.raise_obligation(
            act.case, act.state, obligation=obligation, amount_vnd=amount_vnd, basis=basis, officer=act.caller.subject, now=act.now
        )
    )


def answer_stop(act: Act, grant: bool) -> list[str]:
    """Answer a request to stop (PR-20)."""
    act.must_be(("department-head", "leader"), act.case.lead_agency, STOP)
    article = law_of(act.case).article("stop", STOP)
    return act.record(stopping.answer(act.case, act.state, grant=grant, officer=act.caller.subject, article=article, now=act.now))
