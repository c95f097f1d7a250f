"""A dossier as results' own facts give it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from contracts.fact import Fact
from results.events import (
    CorrectionRequested,
    EarlyReturnAnnounced,
    LateStopAnswered,
    ResultCorrected,
    ResultIssued,
    ResultReturned,
)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier as this service's own facts give it."""

    issued: ResultIssued | None = None
    announced_at: datetime | None = None
    returned: bool = False
    correction: CorrectionRequested | None = None
    late_stops: int = 0


def fold(facts: Sequence[Fact]) -> State:
    """The state after own facts in order."""
    state = State()
    for fact in facts:
        state = _step(state, fact)
    return state


def _step(state: State, fact: Fact) -> State:
    match fact:
        case ResultIssued():
            return msgspec.structs.replace(state, issued=fact)
        case ResultReturned():
            return msgspec.structs.replace(state, returned=True)
        case EarlyReturnAnnounced():
            return msgspec.structs.replace(state, announced_at=fact.effective_at)
        case CorrectionRequested():
            return msgspec.structs.replace(state, returned=False, correction=fact)
        case ResultCorrected():
            return msgspec.structs.replace(state, returned=False, correction=None)
        case LateStopAnswered():
            return msgspec.structs.replace(state, late_stops=state.late_stops + 1)
    return state
