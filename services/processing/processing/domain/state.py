"""A dossier as processing's own facts give it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from contracts import Fact
from contracts.apology import bound_since_after
from contracts.dossier.parts import Deadline
from contracts.fact import FileRef
from contracts.settlement import Settlement, settlement_changes
from processing.events import (
    AdjustmentAllowed,
    Apologised,
    Approved,
    Assigned,
    Declined,
    DraftReturned,
    DraftSubmitted,
    Extended,
    ExtensionProposed,
    ObligationRaised,
    Rescheduled,
    StepCompleted,
    StopDeclined,
    Stopped,
    SupplementNeeded,
    VerificationScheduled,
)


class WorkedLeg(msgspec.Struct, kw_only=True):
    """A leg as worked on: `draft` is the number of the last draft, `under_review` whether the leader has it."""

    assignee: str | None = None
    steps: list[str] = []
    draft: int = 0
    file: FileRef | None = None
    under_review: bool = False
    ended: bool = False


class State(msgspec.Struct, kw_only=True):
    """The state behind every decision of processing; `deadline` is None until the first one was moved. `settlement`
    holds the date a result is judged against once it was moved, `bound_since` when that was; a slip sent too late does not move it."""

    legs: dict[int, WorkedLeg] = {}
    wishes: int = 0
    verifications: list[VerificationScheduled] = []
    approved: Approved | None = None
    declined: Declined | None = None
    stopped: Stopped | None = None
    stop_answers: int = 0
    obligations: dict[str, datetime] = {}
    deadline: Deadline | None = None
    settlement: Settlement = Settlement()
    bound_since: datetime | None = None
    apologies: list[Apologised] = []
    proposed: ExtensionProposed | None = None
    extended: Extended | None = None

    def leg(self, number: int) -> WorkedLeg:
        """What was done on a leg; an empty one before anything was."""
        return self.legs.get(number) or WorkedLeg()

    @property
    def decided(self) -> bool:
        return self.approved is not None or self.declined is not None


def fold(facts: Sequence[Fact]) -> State:
    """The state after these facts."""
    state = State()
    for fact in facts:
        _on_leg(state, fact)
        _on_dossier(state, fact)
    return state


def _on_leg(state: State, fact: Fact) -> None:
    match fact:
        case Assigned():
            _leg(state, fact.leg).assignee = fact.assignee
        case StepCompleted():
            leg = _leg(state, fact.leg)
            leg.steps = [*leg.steps, fact.step]
            leg.file, leg.ended = fact.partial_result or leg.file, leg.ended or fact.leg_ended
        case DraftSubmitted():
            leg = _leg(state, fact.leg)
            leg.draft, leg.file, leg.under_review = fact.draft, fact.file, True
        case DraftReturned():
            _leg(state, fact.leg).under_review = False


def _leg(state: State, number: int) -> WorkedLeg:
    return state.legs.setdefault(number, WorkedLeg())


def _on_dossier(state: State, fact: Fact) -> None:
    match fact:
        case SupplementNeeded():
            state.wishes += 1
        case VerificationScheduled():
            state.verifications = [*state.verifications, fact]
        case Approved():
            state.approved = fact
        case Declined():
            state.declined = fact
        case ObligationRaised():
            state.obligations[fact.obligation] = fact.effective_at
        case _:
            _on_stop(state, fact)
            _on_clock(state, fact)


def _on_stop(state: State, fact: Fact) -> None:
    match fact:
        case Stopped():
            state.stopped, state.stop_answers = fact, state.stop_answers + 1
        case StopDeclined() | AdjustmentAllowed():
            state.stop_answers += 1


def _on_clock(state: State, fact: Fact) -> None:
    match fact:
        case Rescheduled():
            state.deadline = fact.deadline
            _bind(state, fact)
        case Apologised():
            state.apologies = [*state.apologies, fact]
        case ExtensionProposed():
            state.proposed = fact
        case Extended():
            state.extended, state.deadline = fact, fact.deadline
            _bind(state, fact)


def _bind(state: State, fact: Fact) -> None:
    state.bound_since = bound_since_after(state.bound_since, state.settlement, fact)
    state.settlement = msgspec.structs.replace(state.settlement, **settlement_changes(state.settlement, fact, None, None))
