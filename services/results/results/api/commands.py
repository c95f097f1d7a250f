"""Commands: the clerk issues and corrects, the one-stop announces, returns and sends back."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import Field, StrictBool

from chassis.http import Answer, Api, answers
from chassis.http.auth import must_be_in
from chassis.http.back_entry import BackEntries, BackEntryIn, vault_keeper
from chassis.http.bodies import IMPERSONAL, SEEN, Body
from chassis.http.moments import CalendarMoment, Day
from chassis.http.uploads import FileIn
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from results import application, views
from results.answers import Announced, Corrected, Issued, NewState
from results.application import Act, Desk
from results.case import Case
from results.domain.e_paper import Given, Holder
from results.seal import Seal

Word = Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S"), SEEN]
Number = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-zĐđ./\-]+$"), IMPERSONAL]
APPROVERS = ("one-stop-head", "department-head", "leader")


class OnDossier(Body):
    """A command on a dossier. `effective_at`, if given, is the real time, at most 5 minutes ago; `back_entry` is the paper book's."""

    effective_at: CalendarMoment | None = None
    back_entry: BackEntryIn | None = None


class HolderIn(Body):
    """Whose paper it is: a number, or name, year of birth, date and place of issue."""

    id_number: Word | None = None
    full_name: Word | None = None
    birth_year: Annotated[int, Field(ge=1850, le=2200, strict=True)] | None = None
    issued_on: Day | None = None
    issuer: Word | None = None


class EPaperIn(Body):
    """The minimum fields of the e-paper (Đ19.2); what is not given follows from the procedure and the form."""

    document_type: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    holder: HolderIn | None = None
    name: Word | None = None
    summary: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S"), SEEN] | None = None
    validity: Word | None = None
    scope: Word | None = None

    def given(self) -> Given:
        """The domain's form."""
        holder = Holder(**self.holder.model_dump()) if self.holder else None
        return Given(**{**self.model_dump(exclude={"holder"}), "holder": holder})


class ResultIn(OnDossier):
    """The clerk's number and PDF, and the e-paper's fields. `hand_over`: how an immediate result is given to the applicant at once."""

    POINT: ClassVar[str] = "issue"

    number: Number
    file: FileIn
    e_paper: EPaperIn = EPaperIn()
    hand_over: Literal["counter", "online", "post", "agent"] | None = None


class NoticeIn(OnDossier):
    """How the applicant was told of an early result."""

    POINT: ClassVar[str] = "early_return"

    way: Literal["telephone", "in-person"]


class ReturnIn(OnDossier):
    """How the result was handed over; another way than the receipt's needs its reason."""

    POINT: ClassVar[str] = "return_result"

    way: Literal["counter", "online", "post", "agent"]
    other_way_reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S"), SEEN] | None = None
    originals_compared: StrictBool = False


class CorrectionRequestIn(OnDossier):
    """What is wrong with the result."""

    POINT: ClassVar[str] = "result_correction"

    reason: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S"), SEEN]


class CorrectionIn(OnDossier):
    """The mended result."""

    POINT: ClassVar[str] = "result_correction"

    number: Number
    file: FileIn


Do = Callable[[Act], Answer]


class Commands:
    """Runs a command: who may, at what time, on what is known."""

    def __init__(self, api: Api, parts: Parts, seal: Seal) -> None:
        self._api = api
        self._parts = parts
        self._entries = BackEntries(api.auth, api.clock, parts.catalogue, *APPROVERS)
        self.desk = Desk(parts.files, seal, parts.vault, parts.catalogue)

    def run(self, request: Request, caller: Caller, dossier: UUID, body: OnDossier, role: str, do: Do) -> JSONResponse:
        """`role` must be held at the settling agency by a clerk, at the one-stop that hands over by everybody else."""

        def act(unit: Unit) -> Answer:
            case = views.case_of(unit, dossier)
            agency = case.settling if role == "clerk" else case.returner
            must_be_in(caller, role, agency)
            at, now = self._times(unit, request, case, body, agency)
            return do(application.begin(unit, dossier, caller.subject, at, now, self._api.clock.now()))

        return self._api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    def _times(self, unit: Unit, request: Request, case: Case, body: OnDossier, agency: str) -> tuple[datetime, datetime]:
        keep, before = vault_keeper(self._parts.vault.put, case.dossier), case.issued_at or case.decided_at
        now = self._entries.moment(unit, request, body.back_entry, agency=agency, keep=keep, law=case, not_before=before)
        return (body.effective_at or now) if body.back_entry is None else now, now


def _answer(act: Act, body: dict[str, Any]) -> Answer:
    return Answer(body=body, status=201, version=act.unit.version(act.dossier))


def add_commands(api: Api, parts: Parts, seal: Seal) -> None:
    """All commands of results."""
    commands = Commands(api, parts, seal)
    _add_clerk(api, commands)
    _add_one_stop(api, commands)


def _add_clerk(api: Api, commands: Commands) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.post("/dossiers/{dossier}/result", status_code=201, tags=["results"])
    @answers(Issued)
    def issue(dossier: UUID, body: ResultIn, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        """Number, sign and issue the result that the leader decided (PR-18): national status 9.

        An immediate result may be handed over in the same act, by a clerk who also works at the receiving one-stop: national status 10.
        """

        def do(act: Act) -> Answer:
            if body.hand_over is not None:
                must_be_in(caller, "one-stop", act.case.returner)
            answer = application.issue(
                act,
                commands.desk,
                number=body.number,
                file=body.file.ref(),
                given=body.e_paper.given(),
                on_paper=body.back_entry is not None,
                hand_over=body.hand_over,
            )
            return _answer(act, dict(answer))

        return commands.run(request, caller, dossier, body, "clerk", do)

    @api.app.post("/dossiers/{dossier}/correction", status_code=201, tags=["corrections"])
    @answers(Corrected)
    def correct(dossier: UUID, body: CorrectionIn, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        """Sign and issue the mended result, within 3 working days of the request (Đ23.1)."""

        def do(act: Act) -> Answer:
            return _answer(act, dict(application.correct(act, commands.desk, number=body.number, file=body.file.ref())))

        return commands.run(request, caller, dossier, body, "clerk", do)


def _add_one_stop(api: Api, commands: Commands) -> None:
    one_stop = Depends(api.auth.needs("one-stop"))

    @api.app.post("/dossiers/{dossier}/early-notice", status_code=201, tags=["results"])
    @answers(Announced)
    def announce(dossier: UUID, body: NoticeIn, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Say that the applicant was told, by telephone or in person, that the result is there early (RS-03)."""

        def do(act: Act) -> Answer:
            application.announce(act, body.way)
            return _answer(act, {"announced": True})

        return commands.run(request, caller, dossier, body, "one-stop", do)

    @api.app.post("/dossiers/{dossier}/return", status_code=201, tags=["results"])
    @answers(NewState)
    def give_back(dossier: UUID, body: ReturnIn, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Hand the result over and close (RS-01): national status 10."""

        def do(act: Act) -> Answer:
            application.return_result(
                act,
                commands.desk,
                way=body.way,
                other_way_reason=body.other_way_reason,
                originals_compared=body.originals_compared,
            )
            return _answer(act, {"state": "returned"})

        return commands.run(request, caller, dossier, body, "one-stop", do)

    @api.app.post("/dossiers/{dossier}/correction-requests", status_code=201, tags=["corrections"])
    @answers(NewState)
    def request_correction(dossier: UUID, body: CorrectionRequestIn, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Send an erroneous result back to the agency (Đ23.1): national status 9 again."""

        def do(act: Act) -> Answer:
            application.request_correction(act, commands.desk, body.reason)
            return _answer(act, {"state": "correcting"})

        return commands.run(request, caller, dossier, body, "one-stop", do)
