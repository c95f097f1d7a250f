"""Work on a leg: who does it, its steps, its draft or partial result."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from contracts.fact import FileRef, VaultRef
from processing.application.act import Act
from processing.domain import assignment, drafts, steps, verification


def assign(act: Act, leg: int, assignee: str) -> list[str]:
    """Assign, or take it personally (PR-01)."""
    act.must_be(("department-head",), act.agency_of(leg), "assignment")
    return act.record(assignment.assign(act.case, act.state, leg=leg, assignee=assignee, head=act.caller.subject, now=act.now))


def complete_step(act: Act, leg: int, step: str, information: str) -> list[str]:
    """End a step of the internal process, with what was found."""
    officer = act.must_handle(leg)
    roles = [role for role in steps.TOLD if act.caller.may(role, act.agency_of(leg))]
    keep = partial(act.keep, "step", information, "information")
    return act.record(steps.complete(act.case, act.state, leg=leg, step=step, roles=roles, officer=officer, now=act.now, keep=keep))


def end_leg(act: Act, leg: int, file: FileRef) -> list[str]:
    """End a co-ordinating leg with its partial result."""
    officer = act.must_handle(leg)
    return act.record(assignment.end_leg(act.case, act.state, leg=leg, file=file, officer=officer, now=act.now))


def submit_draft(act: Act, leg: int, file: FileRef) -> int:
    """Submit a draft; its number."""
    fact = drafts.submit(act.case, act.state, leg=leg, file=file, officer=act.must_handle(leg), now=act.now)
    act.record(fact)
    return fact.draft


def schedule_verification(act: Act, leg: int, at: datetime, details: Mapping[str, str]) -> list[str]:
    """Appoint a verification with the applicant (PR-03)."""
    officer = act.must_handle(leg)

    def keep() -> VaultRef:
        return act.vault.put(act.dossier, "verification", dict(details))

    return act.record(verification.schedule(act.case, act.state, act.law, leg=leg, at=at, officer=officer, now=act.now, keep=keep))
