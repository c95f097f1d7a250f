"""The draft result on its way up and back, and the leader's decision."""

from collections.abc import Callable
from datetime import datetime

from contracts.fact import FileRef, VaultRef
from contracts.refusal import Refused
from processing.domain.assignment import worked_leg
from processing.domain.case import Case
from processing.domain.guards import must_be_open, must_not_be_withdrawn, must_not_wish
from processing.domain.state import State, WorkedLeg
from processing.events import Approved, Declined, DraftReturned, DraftSubmitted

Keep = Callable[[], VaultRef]
"""Puts the words into the vault; asked only after every rule said yes."""


def submit(case: Case, state: State, *, leg: int, file: FileRef, officer: str, now: datetime) -> DraftSubmitted:
    """A draft goes up; each one counts on (PR-02)."""
    _must_lead(case, leg)
    number = worked_leg(case, state, leg).draft + 1
    return DraftSubmitted(effective_at=now, recorded_at=now, leg=leg, draft=number, file=file, officer=officer)


def send_back(case: Case, state: State, *, leg: int, leader: str, now: datetime, keep: Keep) -> DraftReturned:
    """The leader returns the draft to the department with an opinion (PR-16)."""
    draft = _under_review(case, state, leg).draft
    return DraftReturned(effective_at=now, recorded_at=now, leg=leg, draft=draft, opinion=keep(), leader=leader)


def approve(case: Case, state: State, *, leg: int, leader: str, now: datetime) -> Approved:
    """The leader approves; the dossier goes to the clerk (PR-17), once every co-ordinating leg has ended (RT-06)."""
    draft = _under_review(case, state, leg).draft
    must_not_be_withdrawn(case, state)
    must_not_wish(case, state)
    _must_have_partial_results(case, state)
    return Approved(effective_at=now, recorded_at=now, leg=leg, draft=draft, leader=leader)


def decline(case: Case, state: State, *, leg: int, leader: str, now: datetime, keep: Keep) -> Declined:
    """The leader signs that the dossier is not eligible, with the reason (Đ19.3), once every co-ordinating leg has ended (RT-06)."""
    _must_lead(case, leg)
    must_be_open(case, state)
    must_not_be_withdrawn(case, state)
    must_not_wish(case, state)
    _must_have_partial_results(case, state)
    return Declined(effective_at=now, recorded_at=now, leg=leg, reason=keep(), leader=leader)


def _under_review(case: Case, state: State, leg: int) -> WorkedLeg:
    _must_lead(case, leg)
    must_be_open(case, state)
    worked = state.leg(leg)
    if not worked.under_review:
        raise Refused("Chưa có dự thảo kết quả trình lên.", article=case.article("draft"), field="leg")
    return worked


def _must_have_partial_results(case: Case, state: State) -> None:
    missing = [number for number in case.co_ordinating if not state.leg(number).ended]
    if missing:
        named = ", ".join(str(number) for number in missing)
        raise Refused(f"Chưa có kết quả phối hợp của phần việc {named}.", article=case.article("partial"), field="leg")


def _must_lead(case: Case, leg: int) -> None:
    if not case.leg(leg).lead:
        raise Refused(
            "Chỉ cơ quan chủ trì quyết định kết quả; cơ quan phối hợp gửi kết quả phối hợp.", article=case.article("partial"), field="leg"
        )
