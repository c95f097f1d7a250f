"""What every command of intake stands on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.catalogue import Catalogue
from chassis.settings import Settings
from chassis.store import Session, Unit
from contracts.catalogue import Procedure
from contracts.refusal import Refused as Refusal
from intake.domain import Dossier, Elsewhere, fold
from intake.views import DOSSIER, DossierRow
from worktime import RuleSet, rule_set


@dataclass(frozen=True)
class Desk:
    """What commands need beside the unit: the catalogue's copy and the province's settings."""

    catalogue: Catalogue
    settings: Settings

    def rules_on(self, moment: datetime) -> RuleSet:
        """The rules for what happens on this day, with the province's overlay."""
        return self.settings.rules_on(moment)

    def rules_of(self, state: Dossier) -> RuleSet:
        """The rule set that the dossier was received under; before that, the rules of the day on which it was filed."""
        return rule_set(state.received.rule_set) if state.received else self.rules_on(state.submitted.effective_at)

    def pinned(self, session: Session, dossier: UUID) -> str:
        """The name of those rules; empty for a dossier that nobody knows."""
        state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
        return self.rules_of(state).name if state else ""


def load(unit: Unit, dossier: UUID) -> Dossier:
    """The dossier. One that intake does not know exists nowhere: every dossier begins here."""
    state = unit.state(dossier, fold)
    if state is None:
        raise Refusal("Không có hồ sơ này.", field="dossier", status=404)
    return state


def elsewhere(unit: Unit, dossier: UUID) -> Elsewhere:
    """What others have said about the dossier."""
    return said_of(unit.get(DOSSIER, dossier))


def said_of(row: DossierRow | None) -> Elsewhere:
    """The same, from the dossier's row; None before its submission has come round."""
    if row is None:
        return Elsewhere()
    return Elsewhere(
        decided=row.decided,
        issued=row.result_at is not None,
        stopped=row.stopped is not None,
        stop_open=row.status == 7,
        stop_answers=row.stop_answers,
        consents=row.consents,
        needed=row.needed,
        fee_paid=row.fee_paid_at is not None,
    )


def procedure_of(desk: Desk, state: Dossier) -> Procedure:
    """The version of the procedure that the dossier was filed under."""
    return desk.catalogue.procedure(state.submitted.procedure, state.submitted.procedure_version)
