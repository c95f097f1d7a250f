"""The words of those who handle a dossier: opinions, reasons, findings and appointments, read from the vault for handling it."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends

from chassis.http import Api, Items, answers
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.tokens import Caller
from contracts.fact import Fact, VaultRef
from processing.answers import Note
from processing.domain import Case
from processing.events import (
    Declined,
    DraftReturned,
    ObligationRaised,
    StepCompleted,
    StopDeclined,
    SupplementNeeded,
    VerificationScheduled,
)
from processing.queries import look

HANDLERS = ("department-head", "specialist", "leader", "clerk")


def add_notes(api: Api, parts: Parts) -> None:
    """The route that reads words; every read is logged by the vault."""
    handler = Depends(api.auth.needs(*HANDLERS))

    @api.app.get("/dossiers/{dossier}/notes", tags=["reading"])
    @answers(Items[Note])
    def notes(dossier: UUID, caller: Annotated[Caller, handler]) -> dict[str, Any]:
        """What was written on the way, the oldest first, for those who handle the dossier; None where it was erased."""
        with api.database.session() as session:
            case, _ = look(session, dossier, caller)
            facts = [recorded.fact for recorded in session.history([dossier])[dossier]]
        _must_handle(case, caller)
        return {"items": [_note(parts, fact, by, ref) for fact in facts for by, ref in _words(fact)]}


def _must_handle(case: Case, caller: Caller) -> None:
    agencies = {case.settling, *(leg.agency for leg in case.process.legs)}
    if not any(caller.may(role, agency) for role in HANDLERS for agency in agencies):
        raise ProblemError(403, "Chỉ người giải quyết hồ sơ mới đọc được nội dung này.")


def _words(fact: Fact) -> Iterator[tuple[str, VaultRef]]:
    match fact:
        case DraftReturned():
            yield fact.leader, fact.opinion
        case Declined():
            yield fact.leader, fact.reason
        case StopDeclined(reason=VaultRef() as why):
            yield fact.officer, why
        case SupplementNeeded():
            yield fact.approved_by, fact.reason
        case VerificationScheduled():
            yield fact.officer, fact.details
        case ObligationRaised():
            yield fact.officer, fact.basis
        case StepCompleted(information=VaultRef() as information):
            yield fact.officer, information


def _note(parts: Parts, fact: Fact, by: str, ref: VaultRef) -> dict[str, Any]:
    return {
        "fact": type(fact).__name__,
        "at": fact.effective_at.isoformat(),
        "by": by,
        "words": parts.vault.get(ref, "handle"),
    }
