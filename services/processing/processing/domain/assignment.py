"""Who works on a leg, and the steps done on it."""

from datetime import datetime

from contracts.fact import FileRef
from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.guards import must_be_open
from processing.domain.state import State, WorkedLeg
from processing.events import Assigned, StepCompleted

PARTIAL_RESULT = "Gửi kết quả phối hợp"


def assign(case: Case, state: State, *, leg: int, assignee: str, head: str, now: datetime) -> Assigned:
    """The head of the leg's department takes it personally or gives it to a specialist; again, while it is open (PR-01)."""
    held = case.leg(leg)
    must_be_open(case, state)
    worked = state.leg(leg)
    if worked.ended:
        raise Refused("Phần việc này đã kết thúc.", article=case.article("partial"), field="leg")
    if worked.assignee == assignee:
        raise Refused("Phần việc này đã giao cho người đó.", article=case.article("assignment"), field="assignee")
    return Assigned(effective_at=now, recorded_at=now, leg=leg, agency=held.agency, assignee=assignee, assigned_by=head)


def worked_leg(case: Case, state: State, leg: int) -> WorkedLeg:
    """A leg that somebody works on and has not ended."""
    case.leg(leg)
    must_be_open(case, state)
    worked = state.leg(leg)
    if worked.assignee is None:
        raise Refused("Hồ sơ chưa được phân công thụ lý.", article=case.article("assignment"), field="leg")
    if worked.ended:
        raise Refused("Phần việc này đã kết thúc.", article=case.article("partial"), field="leg")
    return worked


def end_leg(case: Case, state: State, *, leg: int, file: FileRef, officer: str, now: datetime) -> StepCompleted:
    """A co-ordinating agency ends its leg with its partial result (RT-06)."""
    held = case.leg(leg)
    worked_leg(case, state, leg)
    if held.lead:
        raise Refused(
            "Cơ quan chủ trì kết thúc bằng kết quả của cả hồ sơ, không bằng kết quả phối hợp.", article=case.article("partial"), field="leg"
        )
    return StepCompleted(
        effective_at=now, recorded_at=now, leg=leg, step=PARTIAL_RESULT, officer=officer, partial_result=file, leg_ended=True
    )
