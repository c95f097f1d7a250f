"""Results over HTTP: the clerk issues, the one-stop returns, the owner fetches."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from chassis.errors import NotHeardOf
from chassis.files import DamagedFile
from chassis.http import Answer, Api
from chassis.http.auth import must_be_in
from chassis.http.imports import add_import_route
from chassis.http.problem import ProblemError
from chassis.http.uploads import FileIn, add_upload_route
from chassis.service import Parts
from chassis.store import Unit
from chassis.store.session import Condition
from chassis.tokens import Caller
from results import application, views
from results.case import Case
from results.seal import Seal

STAFF = ("one-stop", "one-stop-head", "department-head", "leader", "clerk", "operator")
Agency = Annotated[str | None, Query(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
State = Literal["issued", "returned"]
Outcome = Literal["granted", "declined"]


class ResultIn(BaseModel):
    """The clerk's number and PDF; `effective_at`, if given, is the real time of issue."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-zĐđ./\-]+$")
    file: FileIn
    effective_at: AwareDatetime | None = None


class ReturnIn(BaseModel):
    """How the result was handed over; another way than the receipt's needs its reason."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["counter", "online", "post", "agent"]
    other_way_reason: str | None = Field(default=None, min_length=1, max_length=2000, pattern=r"\S")
    effective_at: AwareDatetime | None = None


def add_routes(api: Api, parts: Parts, seal: Seal) -> None:
    """All routes of results."""
    add_upload_route(api, parts.files, ("clerk",))
    _add_issue(api, parts, seal)
    _add_return(api, parts)
    _add_queries(api)
    _add_download(api, parts, seal)
    add_import_route(api, "results")


def _add_issue(api: Api, parts: Parts, seal: Seal) -> None:
    clerk = Depends(api.auth.needs("clerk"))

    @api.app.post("/dossiers/{dossier}/result", status_code=201, tags=["results"])
    def issue(dossier: UUID, body: ResultIn, request: Request, caller: Annotated[Caller, clerk]) -> JSONResponse:
        """Number, sign and issue the result that the leader decided (PR-18): national status 9."""

        def act(unit: Unit) -> Answer:
            must_be_in(caller, "clerk", views.case_of(unit, dossier).settling)
            now = api.clock.now()
            answer = application.issue(
                unit,
                parts.files,
                seal,
                dossier,
                number=body.number,
                file=body.file.ref(),
                clerk=caller.subject,
                at=_moment(body.effective_at, now),
                now=now,
            )
            return Answer(body=answer, status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _add_return(api: Api, parts: Parts) -> None:
    one_stop = Depends(api.auth.needs("one-stop"))

    @api.app.post("/dossiers/{dossier}/return", status_code=201, tags=["results"])
    def give_back(dossier: UUID, body: ReturnIn, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Hand the result over and close (RS-01): national status 10."""

        def act(unit: Unit) -> Answer:
            must_be_in(caller, "one-stop", views.case_of(unit, dossier).receiving)
            now = api.clock.now()
            application.return_result(
                unit,
                parts.vault,
                dossier,
                way=body.way,
                other_way_reason=body.other_way_reason,
                officer=caller.subject,
                at=_moment(body.effective_at, now),
                now=now,
            )
            return Answer(body={"state": "returned"}, status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _moment(given: datetime | None, now: datetime) -> datetime:
    return given or now


def _add_queries(api: Api) -> None:
    reader = Depends(api.auth.needs("citizen", *STAFF))
    staff = Depends(api.auth.needs(*STAFF))

    @api.app.get("/dossiers/{dossier}", tags=["results"])
    def show(dossier: UUID, caller: Annotated[Caller, reader]) -> JSONResponse:
        """What results knows of a dossier, for its owner and the agencies concerned."""
        with api.database.session() as session:
            case = _case(session.rows(views.CASES, [(dossier,)]), dossier)
            version = len(session.history([dossier])[dossier])
        _may_read(caller, case)
        return JSONResponse(views.shown(case, api.clock.now()), headers={"ETag": f'"{version}"'})

    @api.app.get("/results", tags=["results"])
    def results(
        caller: Annotated[Caller, staff],
        agency: Agency = None,
        state: State | None = None,
        outcome: Outcome | None = None,
        order: Literal["issued", "newest"] = "issued",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """Results of a one-stop; `state=issued` are those not collected yet, with their age in days (RS-04)."""
        where = _scope(caller, agency)
        where += [("state", "=", state)] if state else []
        where += [("outcome", "=", outcome)] if outcome else []
        with api.database.session() as session:
            return views.results_page(session, where, order, cursor, limit, api.clock.now())

    @api.app.get("/results/counts", tags=["results"])
    def counts(caller: Annotated[Caller, staff], agency: Agency = None) -> dict[str, int]:
        """Granted and declined results, counted apart (RS-02)."""
        with api.database.session() as session:
            return views.counts(session, _scope(caller, agency))


def _scope(caller: Caller, agency: str | None) -> list[Condition]:
    if "*" in caller.agencies:
        return [("receiving", "=", agency)] if agency else []
    if agency is not None and agency not in caller.agencies:
        raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.")
    return [("receiving", "in", [agency] if agency else sorted(caller.agencies))]


def _add_download(api: Api, parts: Parts, seal: Seal) -> None:
    reader = Depends(api.auth.needs("citizen", "one-stop", "clerk"))

    @api.app.get("/dossiers/{dossier}/result", tags=["results"], response_class=Response)
    def download(dossier: UUID, caller: Annotated[Caller, reader]) -> Response:
        """The signed PDF, whose digest and signature are checked now (RS-08); the owner gets it once nothing is owed."""
        with api.database.session() as session:
            case = _case(session.rows(views.CASES, [(dossier,)]), dossier)
        _may_read(caller, case)
        if case.file is None:
            raise ProblemError(404, "Hồ sơ chưa có kết quả.")
        if case.unpaid and caller.subject == case.applicant:
            raise ProblemError(409, "Còn phí, lệ phí hoặc nghĩa vụ tài chính chưa nộp.", article="SL15.1a")
        return _checked(parts, seal, case)


def _checked(parts: Parts, seal: Seal, case: Case) -> Response:
    assert case.file is not None
    try:
        content = parts.files.get(case.file)
    except DamagedFile as damaged:
        raise ProblemError(500, "Tệp kết quả không còn nguyên vẹn; đã dừng gửi.", article="Luật GDĐT 2023; SL10.2") from damaged
    if fault := seal.fault(content):
        raise ProblemError(500, f"Không gửi kết quả: {fault}", article="DNG10.2")
    return Response(content, media_type="application/pdf", headers={"Digest": f"sha-256={case.file.digest}", "Cache-Control": "no-store"})


def _case(rows: list[Case], dossier: UUID) -> Case:
    if not rows:
        raise NotHeardOf(f"dossier {dossier}")
    return rows[0]


def _may_read(caller: Caller, case: Case) -> None:
    owner = "citizen" in caller.roles and case.applicant == caller.subject
    here = "*" in caller.agencies or bool({case.receiving, case.settling} & caller.agencies)
    if not owner and not (here and caller.roles & set(STAFF)):
        raise ProblemError(403, "Hồ sơ không thuộc về bạn hoặc cơ quan của bạn.")
