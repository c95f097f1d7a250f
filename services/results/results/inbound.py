"""What results does with the facts of a dossier: keeps its case, and answers a stop that came too late."""

from uuid import UUID

from chassis.bus import Message
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from contracts.dossier import intake, processing
from results.case import Case, learn
from results.domain.stopping import answer_late_stop
from results.views import CASES

ANSWERED = (intake.StopRequested, processing.Approved, processing.Declined)


def handler(clock: Clock) -> Handler:
    """The inbox's handler."""

    def handle(unit: Unit, message: Message) -> None:
        dossier, fact = message.envelope.subject, message.fact
        known = unit.get(CASES, dossier) or Case(dossier=dossier)
        case = learn(known, fact)
        if case != known:
            unit.put(CASES, case)
        if isinstance(fact, ANSWERED):
            _answer(unit, dossier, case, clock)

    return handle


def _answer(unit: Unit, dossier: UUID, case: Case, clock: Clock) -> None:
    """A stop that crossed the approval on the bus is answered as soon as both are heard."""
    answer = answer_late_stop(case, unit.moment(clock.now()))
    if answer is not None:
        unit.record(dossier, answer)
