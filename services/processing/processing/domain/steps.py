"""The steps of the pinned process, in their order (PR-21), each with what was found (PR-22).

Assigning, submitting a draft, approving and issuing are steps of their own acts; the others are told by those who do them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from contracts.dossier.parts import ProcessStep
from contracts.fact import VaultRef
from contracts.refusal import Refused
from processing.domain.assignment import worked_leg
from processing.domain.case import Case
from processing.domain.state import State, WorkedLeg
from processing.events import StepCompleted

TOLD = ("specialist", "department-head")


def complete(
    case: Case, state: State, *, leg: int, step: str, roles: Sequence[str], officer: str, now: datetime, keep: Callable[[], VaultRef]
) -> StepCompleted:
    """A step is done by one of its role; other names than the process's own, and steps out of order, are refused."""
    worked = worked_leg(case, state, leg)
    planned = [known.name for known in case.process.steps]
    if step not in planned:
        raise Refused(
            f"Quy trình nội bộ không có bước này; các bước: {'; '.join(planned)}.",
            article=case.article("process_order"),
            field="step",
            status=422,
        )
    _must_be_told(case, case.process.steps[planned.index(step)], roles)
    before = [known for known in left(case.process.steps[: planned.index(step)], worked) if known.role in TOLD]
    if before:
        raise Refused(f"Chưa xong bước trước: {before[0].name}.", article=case.article("process_order"), field="step")
    return StepCompleted(effective_at=now, recorded_at=now, leg=leg, step=step, officer=officer, information=keep())


def _must_be_told(case: Case, step: ProcessStep, roles: Sequence[str]) -> None:
    if step.role not in TOLD:
        raise Refused(
            "Bước này hoàn thành bằng việc ký duyệt hoặc phát hành.", article=case.article("process_order"), field="step", status=422
        )
    if step.role not in roles:
        raise Refused(f"Bước này do vai trò {step.role} thực hiện.", article=case.article("process_order"), field="step", status=403)


def left(steps: Sequence[ProcessStep], worked: WorkedLeg) -> Iterator[ProcessStep]:
    """The steps of these that nobody has done: a head's opening step is the assignment, a specialist's is done with a draft too."""
    opening = True
    for step in steps:
        opening = opening and step.role == "department-head"
        done = step.name in worked.steps or (opening and worked.assignee is not None) or (step.role == "specialist" and worked.draft > 0)
        if not done:
            yield step


def skipped(case: Case, state: State) -> tuple[str, ...]:
    """The steps that were left out on the way to the decision; none before it, none of an imported history."""
    if not state.decided or case.imported:
        return ()
    lead = next((leg.leg for leg in case.process.legs if leg.lead), 1)
    return tuple(step.name for step in left(case.process.steps, state.leg(lead)) if step.role in TOLD)
