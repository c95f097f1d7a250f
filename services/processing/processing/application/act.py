"""What every command of processing stands on: the dossier, who acts, and the pinned law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.errors import NotHeardOf
from chassis.http.problem import ProblemError
from chassis.store import Unit
from chassis.tokens import Caller
from chassis.vault import Vault
from contracts import Fact
from contracts.fact import VaultRef
from processing.application.clocks import follow
from processing.domain import Case, State, fold
from processing.domain.clock import Law
from processing.views import CASE
from worktime import rule_set


@dataclass(frozen=True)
class Act:
    """One command on one dossier: who, when, and what is known. `record` adds the facts."""

    unit: Unit
    dossier: UUID
    caller: Caller
    now: datetime
    vault: Vault
    catalogue: Catalogue
    case: Case
    state: State

    def record(self, *facts: Fact) -> list[str]:
        self.unit.record(self.dossier, *facts)
        follow(self.unit, self.case, self.catalogue, facts)
        return [type(fact).__name__ for fact in facts]

    @property
    def law(self) -> Law:
        """The pinned law of this dossier."""
        return law_of(self.case, self.state, self.catalogue)

    def last_moment(self) -> datetime:
        """When the last step was taken that this one follows."""
        return max((fact.effective_at for fact in self.unit.history(self.dossier)), default=self.case.received_at)

    def keep(self, kind: str, text: str, field: str = "reason") -> VaultRef:
        """Words go into the vault, and never into a fact."""
        return self.vault.put(self.dossier, kind, {field: text})

    def must_be(self, roles: Sequence[str], agency: str, point: str) -> None:
        """403 unless the caller has one of these roles at that agency; `point` is the rule that asks for them."""
        if not any(self.caller.may(role, agency) for role in roles):
            raise ProblemError(403, f"Cần vai trò {', '.join(roles)} tại cơ quan {agency}.", article=self.case.article(point))

    def agency_of(self, leg: int) -> str:
        """The leg's agency. Raises `NotHeardOf` where another leg has just ended and this one may be on its way."""
        known = any(held.leg == leg for held in self.case.held)
        if not known and any(worked.ended for worked in self.state.legs.values()):
            raise NotHeardOf(f"{self.dossier} leg {leg}")
        return self.case.leg(leg).agency

    def must_handle(self, leg: int) -> str:
        """403 unless the caller is the assignee of the leg or heads its department; the caller's id."""
        agency = self.agency_of(leg)
        self.must_be(("specialist", "department-head"), agency, "work")
        assignee = self.state.leg(leg).assignee
        if assignee not in (None, self.caller.subject) and not self.caller.may("department-head", agency):
            raise ProblemError(403, "Hồ sơ được phân công cho người khác.", article=self.case.article("work"))
        return self.caller.subject

    def must_lead(self, leg: int, point: str) -> str:
        """403 unless the caller leads the leg's agency; the caller's id."""
        self.must_be(("leader",), self.agency_of(leg), point)
        return self.caller.subject


def begin(unit: Unit, caller: Caller, dossier: UUID, vault: Vault, catalogue: Catalogue, now: datetime) -> Act:
    """What a command stands on. Raises `NotHeardOf` until reception and the first transfer are known here."""
    case = unit.get(CASE, dossier)
    if case is None or not case.held:
        raise NotHeardOf(str(dossier))
    return Act(unit, dossier, caller, now, vault, catalogue, case, unit.state(dossier, fold))


def law_of(case: Case, state: State, catalogue: Catalogue) -> Law:
    """The pinned law, with the calendar of the settling agency that the deadline in force is pinned to."""
    pinned = state.deadline or case.deadline
    dates = catalogue.calendar(case.settling, pinned.calendar if pinned else None)
    return Law(rules=rule_set(case.rule_set), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))
