"""Numbers of papers: what is written before there is a code gets the next number of its one-stop, kind and year."""

from uuid import UUID

from chassis.store import Unit
from contracts.fact import Fact
from intake.domain import Dossier
from intake.events import Closed, Refused, SupplementRequested
from intake.views import PAPER_NUMBER, PaperNumber
from worktime import in_viet_nam

KINDS: dict[type[Fact], str] = {SupplementRequested: "HDHS", Refused: "TCHS", Closed: "TBD"}


def record_with_number(unit: Unit, dossier: UUID, state: Dossier, *facts: Fact) -> None:
    """Record facts about a dossier as it stood; a paper that one of them means is numbered with it."""
    unit.record(dossier, *facts)
    for fact in facts:
        kind = KINDS.get(type(fact))
        if kind is not None and state.received is None:
            nth = len(state.requests) + 1 if isinstance(fact, SupplementRequested) else 1
            series = f"paper/{kind}/{state.submitted.receiving}/{in_viet_nam(fact.effective_at):%Y}"
            unit.insert(PAPER_NUMBER, PaperNumber(dossier=dossier, kind=kind, nth=nth, number=unit.ordinal(series)))
