"""Commands: paper is handed over, opinions are asked for and given."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from fastapi import Depends, Path, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from chassis.http import Answer, Api, answers
from chassis.http.back_entry import BackEntries, BackEntryIn, vault_keeper
from chassis.http.bodies import SEEN, Body
from chassis.http.moments import CalendarMoment
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts import Fact
from routing import application
from routing.answers import Consulted, FactRecorded
from routing.domain import Case, consultation

APPROVERS = ("one-stop-head", "department-head", "leader")
Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S"), SEEN]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
Number = Annotated[int, Path(ge=1, le=1000)]


class OnDossier(Body):
    """A command on a dossier. `back_entry` is what stood in the paper book of an outage."""

    back_entry: BackEntryIn | None = None


class HandoverIn(OnDossier):
    """Paper left or arrived."""

    POINT: ClassVar[str] = "transfer"

    movement: Literal["sent", "received"]


class ConsultationIn(OnDossier):
    """An agency to ask: content, deadline, way of replying (NĐ 118 Đ19.4)."""

    POINT: ClassVar[str] = "consultation"

    asking: Code
    asked: Code
    question: Text
    reply_by: CalendarMoment
    way_of_replying: Literal["system", "document"]


class AnswerIn(OnDossier):
    """The opinion."""

    POINT: ClassVar[str] = "consultation"

    answer: Text


class Times:
    """When a command was done: now, or at the time of the paper book, which a second person approves (DN18.1b)."""

    def __init__(self, api: Api, parts: Parts) -> None:
        self._entries = BackEntries(api.auth, api.clock, parts.catalogue, *APPROVERS)
        self._vault = parts.vault

    def of(self, unit: Unit, request: Request, body: OnDossier, case: Case, agency: str, not_before: datetime) -> datetime:
        """`agency` did it; `not_before` is the step that it followed."""
        keep = vault_keeper(self._vault.put, case.dossier)
        return self._entries.moment(unit, request, body.back_entry, agency=agency, keep=keep, law=case, not_before=not_before)


def _recorded(unit: Unit, dossier: UUID, fact: Fact, **more: Any) -> Answer:
    return Answer(body={"recorded": type(fact).__name__, **more}, status=201, version=unit.version(dossier))


def add_commands(api: Api, parts: Parts) -> None:
    """All commands of routing."""
    movers = Depends(api.auth.needs(*application.MOVERS))
    askers = Depends(api.auth.needs(*application.ASKERS))
    asked = Depends(api.auth.needs(*application.ANSWERERS))
    times = Times(api, parts)

    @api.app.post("/dossiers/{dossier}/legs/{leg}/handovers", status_code=201, tags=["legs"])
    @answers(FactRecorded)
    def hand_over(dossier: UUID, leg: Number, body: HandoverIn, request: Request, caller: Annotated[Caller, movers]) -> JSONResponse:
        """Paper left the one-stop, or arrived; never before the e-dossier was transferred (RT-03)."""

        def act(unit: Unit) -> Answer:
            case, _ = application.load(unit, dossier)
            agency, before = application.paper_step(unit, caller, dossier, leg, body.movement)
            at = times.of(unit, request, body, case, agency, before)
            return _recorded(unit, dossier, application.hand_over(unit, caller, dossier, leg, body.movement, at))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/consultations", status_code=201, tags=["consultations"])
    @answers(Consulted)
    def consult(dossier: UUID, body: ConsultationIn, request: Request, caller: Annotated[Caller, askers]) -> JSONResponse:
        """Ask an agency for its opinion; the settlement clock goes on (PR-04)."""

        def act(unit: Unit) -> Answer:
            case, _ = application.load(unit, dossier)
            if body.asked not in parts.catalogue.agencies():
                raise ProblemError(422, "Không có cơ quan này.", article=case.article("consultation"), field="asked")
            fact = application.consult(
                unit,
                caller,
                dossier,
                asking=body.asking,
                asked=body.asked,
                reply_by=body.reply_by,
                way=body.way_of_replying,
                now=times.of(unit, request, body, case, body.asking, case.received_at),
                recorded_at=api.clock.now(),
                keep=lambda: parts.vault.put(dossier, "question", {"question": body.question}),
                catalogue=parts.catalogue,
            )
            return _recorded(unit, dossier, fact, consultation=fact.consultation)

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/consultations/{number}/answer", status_code=201, tags=["consultations"])
    @answers(FactRecorded)
    def answer(dossier: UUID, number: Number, body: AnswerIn, request: Request, caller: Annotated[Caller, asked]) -> JSONResponse:
        """The asked agency answers, once."""

        def act(unit: Unit) -> Answer:
            def keep() -> Any:
                return parts.vault.put(dossier, "opinion", {"answer": body.answer})

            case, state = application.load(unit, dossier)
            held = consultation.numbered(case, state, number)
            at = times.of(unit, request, body, case, held.asked, held.asked_at)
            return _recorded(unit, dossier, application.answer(unit, caller, dossier, number, at, keep))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)
