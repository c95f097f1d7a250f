"""A dossier as routing's own facts give it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from contracts import Fact
from contracts.dossier.parts import Deadline
from contracts.fact import VaultRef
from routing.events import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    HandoverLate,
    LegRescheduled,
    Transferred,
)


class HeldLeg(msgspec.Struct, kw_only=True):
    """A leg as it stands: where it is, by when, and what paper did. `paper`: by when paper has to leave; `told`: that it did not."""

    agency: str
    lead: bool
    task: str
    transferred_at: datetime
    deadline: Deadline | None
    paper: Deadline | None = None
    told: bool = False
    sent_at: datetime | None = None
    received_at: datetime | None = None


class Asked(msgspec.Struct, kw_only=True):
    """A consultation as it stands."""

    asking: str
    asked: str
    asked_at: datetime
    reply_by: datetime
    question: VaultRef
    answer: VaultRef | None = None
    answered_at: datetime | None = None
    late: bool = False


class State(msgspec.Struct, kw_only=True):
    """A dossier as routing's own facts give it."""

    legs: dict[int, HeldLeg] = {}
    consultations: dict[int, Asked] = {}


def fold(facts: Sequence[Fact]) -> State:
    """The state after these facts."""
    state = State()
    for fact in facts:
        _evolve(state, fact)
    return state


def _evolve(state: State, fact: Fact) -> None:
    match fact:
        case Transferred():
            state.legs[fact.leg] = HeldLeg(
                agency=fact.agency,
                lead=fact.lead,
                task=fact.task,
                transferred_at=fact.effective_at,
                deadline=fact.deadline,
                paper=fact.paper,
            )
        case HandedOver() | HandoverLate() | LegRescheduled() if fact.leg not in state.legs:
            pass  # an imported history may begin in the middle
        case ConsultationAnswered() | ConsultationLate() if fact.consultation not in state.consultations:
            pass
        case HandedOver(movement="sent"):
            state.legs[fact.leg].sent_at = fact.effective_at
        case HandedOver():
            state.legs[fact.leg].received_at = fact.effective_at
        case HandoverLate():
            state.legs[fact.leg].told = True
        case LegRescheduled():
            state.legs[fact.leg].deadline = fact.deadline
        case ConsultationRequested():
            state.consultations[fact.consultation] = Asked(
                asking=fact.asking, asked=fact.asked, asked_at=fact.effective_at, reply_by=fact.reply_by, question=fact.question
            )
        case ConsultationAnswered():
            state.consultations[fact.consultation].answered_at = fact.effective_at
            state.consultations[fact.consultation].answer = fact.answer
        case ConsultationLate():
            state.consultations[fact.consultation].late = True
