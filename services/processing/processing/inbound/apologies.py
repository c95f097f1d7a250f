"""The list of dossiers that need an apology, kept by what moves the clock or ends it."""

from chassis.catalogue import Catalogue
from chassis.store import Unit
from contracts import Fact
from contracts.dossier import intake, payments, results
from processing.application import law_of
from processing.domain import Case, fold
from processing.domain.lateness import Need, needs
from processing.events import Apologised, Extended, ObligationRaised, Rescheduled, Stopped
from processing.views import APOLOGIES, ApologyRow

MOVERS = (
    intake.Received,
    intake.SupplementRequested,
    intake.Supplemented,
    intake.Closed,
    payments.ObligationPaid,
    Rescheduled,
    Extended,
    Apologised,
    ObligationRaised,
    Stopped,
    results.ResultIssued,
    results.ResultReturned,
)


def keep_apologies(unit: Unit, case: Case, fact: Fact, catalogue: Catalogue) -> None:
    """The rows of a dossier after a fact."""
    if not isinstance(fact, MOVERS) or case.imported:
        return
    state = unit.state(case.dossier, fold)
    wanted = {need.agency: need for need in needs(case, state, law_of(case, state, catalogue))}
    for agency in {case.settling, case.receiving}:
        if agency in wanted:
            unit.put(APOLOGIES, _row(case, wanted[agency]))
        elif not isinstance(fact, intake.Received):
            unit.delete(APOLOGIES, case.dossier, agency)


def _row(case: Case, need: Need) -> ApologyRow:
    return ApologyRow(
        dossier=case.dossier,
        agency=need.agency,
        duty=need.duty,
        code=case.code,
        procedure=case.procedure,
        due_at=need.due_at,
        apologise_on=need.apologise_on,
        issued_at=case.issued_at,
    )
