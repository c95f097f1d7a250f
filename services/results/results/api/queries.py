"""Queries: results, counts, and the signed file with its fields."""

from base64 import b64encode
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from chassis.errors import NotHeardOf
from chassis.files import DamagedFile
from chassis.http import Api, Page, Pdf, answers
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Because, Unit
from chassis.store.session import Condition
from chassis.tokens import Caller
from contracts.decoding import converted
from results import views
from results.answers import CaseShown, Counts, EPaperShown
from results.case import Case
from results.domain import fold
from results.domain.e_paper import EPaper, holder_in
from results.domain.returning import must_be_clear
from results.seal import Seal

STAFF = ("one-stop", "one-stop-head", "department-head", "leader", "clerk", "operator")
Agency = Annotated[str | None, Query(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
State = Literal["issued", "correcting", "returned"]
Outcome = Literal["granted", "declined"]


def add_queries(api: Api, parts: Parts, seal: Seal) -> None:
    """All queries of results."""
    _add_lists(api)
    _add_download(api, parts, seal)
    _add_e_paper(api, parts)


def _add_lists(api: Api) -> None:
    reader = Depends(api.auth.needs("citizen", *STAFF))
    staff = Depends(api.auth.needs(*STAFF))

    @api.app.get("/dossiers/{dossier}", tags=["results"])
    @answers(CaseShown)
    def show(dossier: UUID, caller: Annotated[Caller, reader]) -> JSONResponse:
        """What results knows of a dossier, for its owner and the agencies concerned."""
        with api.database.session() as session:
            case = _case(session.rows(views.CASES, [(dossier,)]), dossier)
            version = len(session.history([dossier])[dossier])
        _may_read(caller, case)
        return JSONResponse(views.shown(case, api.clock.now()), headers={"ETag": f'"{version}"'})

    @api.app.get("/results", tags=["results"])
    @answers(Page[CaseShown])
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
    @answers(Counts)
    def counts(caller: Annotated[Caller, staff], agency: Agency = None) -> dict[str, int]:
        """Granted and declined results, counted apart (RS-02)."""
        with api.database.session() as session:
            return views.counts(session, _scope(caller, agency))


def _scope(caller: Caller, agency: str | None) -> list[Condition]:
    if "*" in caller.agencies:
        return [("returner", "=", agency)] if agency else []
    if agency is not None and agency not in caller.agencies:
        raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.")
    return [("returner", "in", [agency] if agency else sorted(caller.agencies))]


def _add_download(api: Api, parts: Parts, seal: Seal) -> None:
    reader = Depends(api.auth.needs("citizen", "one-stop", "clerk"))

    @api.app.get("/dossiers/{dossier}/result", tags=["results"], response_class=Pdf)
    def download(dossier: UUID, caller: Annotated[Caller, reader]) -> Pdf:
        """The signed PDF, whose digest and signature are checked now (RS-08); for its owner once nothing is owed, lateness excused."""
        with api.database.session() as session:
            case = _case(session.rows(views.CASES, [(dossier,)]), dossier)
        _may_read(caller, case)
        if case.file is None:
            raise ProblemError(404, "Hồ sơ chưa có kết quả.")
        if case.imported and not parts.files.has(case.file):
            raise ProblemError(404, "Tệp kết quả của hồ sơ này nằm ở hệ thống cũ.")
        if caller.subject == case.applicant and not case.imported:
            must_be_clear(case, case.issued_at, api.clock.now())
        return _checked(parts, seal, case)


def _add_e_paper(api: Api, parts: Parts) -> None:
    reader = Depends(api.auth.needs("citizen", "one-stop", "clerk"))

    @api.app.get("/dossiers/{dossier}/result/e-paper", tags=["results"])
    @answers(EPaperShown)
    def fields(dossier: UUID, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        """The six minimum fields of the result (Đ19.2), for its owner and the agencies concerned."""
        with api.database.session() as session:
            case = _case(session.rows(views.CASES, [(dossier,)]), dossier)
            issued = Unit(session, Because(actor=caller.subject, correlation=dossier)).state(dossier, fold).issued
        _may_read(caller, case)
        content = parts.vault.get(issued.e_paper, "render") if issued and issued.e_paper else None
        if content is None:
            raise ProblemError(404, "Kết quả này không có dữ liệu điện tử.")
        return _with_holder(parts, converted(content, EPaper))


def _with_holder(parts: Parts, paper: EPaper) -> dict[str, Any]:
    """The six fields, the holder read from the form where the clerk named none."""
    form = parts.vault.get(paper.form, "render") or {} if paper.form else {}
    known = msgspec.structs.replace(paper, holder=paper.holder or holder_in(form), form=None)
    fields: dict[str, Any] = msgspec.to_builtins(known)
    del fields["form"]
    return fields


def _checked(parts: Parts, seal: Seal, case: Case) -> Pdf:
    assert case.file is not None
    try:
        content = parts.files.get(case.file)
    except (DamagedFile, FileNotFoundError) as damaged:
        raise ProblemError(500, "Tệp kết quả không còn nguyên vẹn; đã dừng gửi.", article=case.article("issue")) from damaged
    if fault := seal.fault(content):
        raise ProblemError(500, f"Không gửi kết quả: {fault}", article=case.article("issue"))
    digest = bytes.fromhex(case.file.digest)
    return Pdf(content, headers={"Digest": f"sha-256={b64encode(digest).decode()}", "Cache-Control": "no-store"})


def _case(rows: list[Case], dossier: UUID) -> Case:
    if not rows:
        raise NotHeardOf(f"dossier {dossier}")
    return rows[0]


def _may_read(caller: Caller, case: Case) -> None:
    owner = "citizen" in caller.roles and case.applicant == caller.subject
    here = "*" in caller.agencies or bool({case.receiving, case.settling, case.returner} & caller.agencies)
    if not owner and not (here and caller.roles & set(STAFF)):
        raise ProblemError(403, "Hồ sơ không thuộc về bạn hoặc cơ quan của bạn.")
