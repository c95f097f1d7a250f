"""Work on a leg: who does it, its steps, its draft or partial result."""

from contracts.fact import FileRef
from processing.application.act import Act
from processing.domain import assignment, drafts


def assign(act: Act, leg: int, assignee: str) -> list[str]:
    """Assign, or take it personally (PR-01)."""
    act.must_be(("department-head",), act.agency_of(leg), assignment.ASSIGN)
    return act.record(assignment.assign(act.case, act.state, leg=leg, assignee=assignee, head=act.caller.subject, now=act.now))


def complete_step(act: Act, leg: int, step: str) -> list[str]:
    """End a step of the internal process."""
    officer = act.must_handle(leg)
    return act.record(assignment.complete_step(act.case, act.state, leg=leg, step=step, officer=officer, now=act.now))


def end_leg(act: Act, leg: int, file: FileRef) -> list[str]:
    """End a co-ordinating leg with its partial result."""
    officer = act.must_handle(leg)
    return act.record(assignment.end_leg(act.case, act.state, leg=leg, file=file, officer=officer, now=act.now))


def submit_draft(act: Act, leg: int, file: FileRef) -> int:
    """Submit a draft; its number."""
    fact = drafts.submit(act.case, act.state, leg=leg, file=file, officer=act.must_handle(leg), now=act.now)
    act.record(fact)
    return fact.draft
