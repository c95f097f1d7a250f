"""Intake over HTTP: what applicants and one-stop officers do, and the vault's door for services."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import Answer, Api
from chassis.http.auth import must_be_in
from chassis.http.imports import add_import_route
from chassis.http.paging import key_from, page_of
from chassis.http.problem import ProblemError
from chassis.http.uploads import FileIn, add_upload_route
from chassis.ids import new_id
from chassis.service import Parts
from chassis.store import Because, Condition, Unit
from chassis.tokens import Caller
from contracts.dossier.parts import Attachment
from contracts.refusal import Refused
from intake import application, vault, views
from intake.application import Desk, Filing, Wanted, load
from intake.domain import Dossier, fold
from intake.letters import Letters, reader
from worktime import calendar

OFFICERS = ("one-stop", "one-stop-head")
Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
ChannelIn = Literal["counter", "online", "post", "agent"]


class Body(BaseModel):
    """A command's body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class AttachmentIn(Body):
    """A file for a published component."""

    component: Code
    file: FileIn
    copy_of: Literal["original", "copy", "electronic"] = "electronic"

    def part(self) -> Attachment:
        return Attachment(component=self.component, file=self.file.ref(), copy=self.copy_of)


class Submission(Body):
    """A dossier to file. `settling` only where several agencies are competent; `applicant` only by officers (pseudonymous account id)."""

    procedure: Code
    channel: ChannelIn
    receiving: Code
    settling: Code | None = None
    form: dict[Annotated[str, Field(max_length=60)], str | int | float | bool | None] = Field(max_length=100)
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=100)
    return_channel: ChannelIn = "counter"
    applicant: Code | None = None


class Amendment(Body):
    """What changes: the whole form anew, or files for components."""

    form: dict[Annotated[str, Field(max_length=60)], str | int | float | bool | None] | None = None
    attachments: list[AttachmentIn] = Field(default_factory=list, max_length=100)


class ReasonIn(Body):
    """A reason in words."""

    reason: Text


class WantedIn(Body):
    """One component to supplement."""

    component: Code
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: Text


class SupplementIn(Body):
    """Everything to supplement, at once. A second request needs `legal_basis` and the head of the one-stop."""

    items: list[WantedIn] = Field(max_length=100)
    legal_basis: Annotated[str, Field(max_length=400)] | None = None


class PassOnIn(Body):
    """Passing the settling agency's wish on."""

    legal_basis: Annotated[str, Field(max_length=400)] | None = None


class StopIn(Body):
    """Stop or adjust."""

    wish: Literal["stop", "adjust"] = "stop"
    reason: Annotated[str, Field(max_length=4000)] | None = None


class VaultIn(Body):
    """Free text that a service keeps in the vault."""

    kind: Code
    content: dict[str, Any]


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of intake."""
    desk = Desk(parts.catalogue, parts.settings.rule_set)
    add_upload_route(api, parts.files, ("citizen", *OFFICERS))
    add_import_route(api, "intake")
    _applicant_routes(api, parts, desk)
    _officer_routes(api, desk)
    _supplement_routes(api, desk)
    _read_routes(api)
    _form_routes(api, parts)
    _vault_routes(api)


def _applicant_routes(api: Api, parts: Parts, desk: Desk) -> None:
    filer = Depends(api.auth.needs("citizen", *OFFICERS))

    @api.app.post("/dossiers", status_code=201, tags=["applicant"])
    def submit(body: Submission, request: Request, caller: Annotated[Caller, filer]) -> JSONResponse:
        """File a dossier online, or at the counter on behalf of an applicant."""
        dossier = new_id()
        filing = _filing(body, caller, dossier)
        for number, attachment in enumerate(body.attachments):
            if not parts.files.has(attachment.file.ref()):
                raise Refused("Tệp chưa được tải lên.", field=f"attachments.{number}.file", status=422)

        def act(unit: Unit) -> Answer:
            submitted = application.submit(unit, desk, dossier, filing, api.clock.now())
            gate = submitted.gate.due_at.isoformat() if submitted.gate else None
            answer = {"id": str(dossier), "status": 1, "message": "Gửi thành công.", "gate_due_at": gate}
            return Answer(body=answer, status=201, version=1, location=f"/dossiers/{dossier}")

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/amendments", tags=["applicant"])
    def amend(dossier: UUID, body: Amendment, request: Request, caller: Annotated[Caller, filer]) -> JSONResponse:
        """Amend an unreceived dossier, or send what was asked for."""

        def act(unit: Unit) -> Answer:
            _must_own(load(unit, dossier), caller)
            attachments = [attachment.part() for attachment in body.attachments]
            number = application.amend(unit, desk, dossier, body.form, attachments, caller.subject, api.clock.now())
            return Answer(body={"amendment": number}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/stop-requests", tags=["applicant"])
    def request_stop(dossier: UUID, body: StopIn, request: Request, caller: Annotated[Caller, filer]) -> JSONResponse:
        """Ask to stop or to adjust; the holder answers."""

        def act(unit: Unit) -> Answer:
            _must_own(load(unit, dossier), caller)
            recorded = application.request_stop(unit, dossier, body.wish, body.reason, caller.subject, api.clock.now())
            return Answer(body={"recorded": recorded}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _officer_routes(api: Api, desk: Desk) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/reception", tags=["one-stop"])
    def receive(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Accept: code, receipt, due date with its derivation."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            received = application.receive(unit, desk, dossier, caller.subject, api.clock.now())
            answer = {"code": received.code, "register_ordinal": received.register_ordinal, "rule_set": received.rule_set}
            answer["deadline"] = msgspec.to_builtins(received.deadline)
            return Answer(body=answer, version=unit.version(dossier))

        return api.command.run(request, caller, {}, act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/refusal", tags=["one-stop"])
    def refuse(dossier: UUID, body: ReasonIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Refuse with a written reason; form 03 can be printed then."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            application.refuse(unit, dossier, body.reason, caller.subject, api.clock.now())
            return Answer(body={"status": 3}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _supplement_routes(api: Api, desk: Desk) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.post("/dossiers/{dossier}/supplement-requests", tags=["one-stop"])
    def request_supplement(dossier: UUID, body: SupplementIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Ask for everything that is missing, once."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            wanted = [Wanted(item.component, item.defect, item.reason) for item in body.items]
            supervisor = caller.may("one-stop-head")
            asked = application.request_supplement(
                unit, desk, dossier, wanted, caller.subject, api.clock.now(), legal_basis=body.legal_basis, supervisor=supervisor
            )
            return Answer(body={"status": 5, "answer_by": _iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-requests/from-processing", tags=["one-stop"])
    def pass_on(dossier: UUID, body: PassOnIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Run “Bổ sung hồ sơ” for the settling agency."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            asked = application.pass_supplement_on(
                unit, desk, dossier, caller.subject, api.clock.now(), legal_basis=body.legal_basis, supervisor=caller.may("one-stop-head")
            )
            return Answer(body={"status": 5, "answer_by": _iso(asked.answer_by)}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-decline", tags=["one-stop"])
    def decline(dossier: UUID, body: ReasonIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Do not pass the settling agency's wish on."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            application.decline_supplement(unit, dossier, body.reason, caller.subject, api.clock.now())
            return Answer(body={"declined": True}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/supplement-confirmation", tags=["one-stop"])
    def confirm(dossier: UUID, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Confirm that what was asked for is complete."""

        def act(unit: Unit) -> Answer:
            _must_serve(load(unit, dossier), caller)
            application.confirm_supplement(unit, dossier, caller.subject, api.clock.now())
            return Answer(body={"confirmed": True}, version=unit.version(dossier))

        return api.command.run(request, caller, {}, act, subject=dossier)


def _read_routes(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.get("/dossiers/{dossier}", tags=["reading"])
    def show(dossier: UUID, caller: Annotated[Caller, anyone]) -> JSONResponse:
        """One dossier as intake knows it; a dossier of somebody else is not found."""
        with api.database.session() as session:
            histories = session.history([dossier])[dossier]
            rows = session.rows(views.DOSSIER, [(dossier,)])
        state = fold([recorded.fact for recorded in histories])
        if state is None or not _may_see(state, caller):
            raise ProblemError(404, "Không tìm thấy hồ sơ.")
        body = _summary(dossier, state, rows[0] if rows else None)
        return JSONResponse(body, headers={"ETag": f'"{len(histories)}"'})

    @api.app.get("/dossiers", tags=["reading"])
    def listing(
        caller: Annotated[Caller, anyone],
        agency: Annotated[str | None, Query(max_length=60)] = None,
        status: Annotated[int | None, Query(ge=1, le=10)] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """One's own dossiers, or, for officers, those of an agency's one-stop."""
        where: list[Condition] = [("status", "=", status)] if status else []
        if caller.roles & {*OFFICERS, "operator"} and agency is not None:
            if not caller.may("operator"):
                must_be_in(caller, "one-stop", agency)
            where.append(("receiving", "=", agency))
        else:
            where.append(("applicant", "=", caller.subject))
        after = key_from(cursor, views.DOSSIER, views.LIST_ORDER)
        with api.database.session() as session:
            return page_of(views.dossiers(session, where, after, limit + 1), limit, views.LIST_ORDER)

    @api.app.get("/queue", tags=["one-stop"])
    def queue(
        caller: Annotated[Caller, officer],
        agency: Annotated[str, Query(max_length=60)],
        late: bool = False,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """Dossiers at the gate, by working minutes left of the 8 working hours; `late` shows those past them."""
        must_be_in(caller, "one-stop", agency)
        now, working = api.clock.now(), calendar(agency)
        after = key_from(cursor, views.DOSSIER, views.GATE_ORDER)
        with api.database.session() as session:
            rows = views.gate_queue(session, agency, late_at=now if late else None, after=after, limit=limit + 1)
        page = page_of(rows, limit, views.GATE_ORDER)
        for item, row in zip(page["items"], rows, strict=False):
            gate_due_at = row.gate_due_at
            assert gate_due_at is not None
            item["late"] = gate_due_at < now
            item["working_minutes_left"] = 0 if item["late"] else working.working_minutes(now, gate_due_at)
        return page


def _form_routes(api: Api, parts: Parts) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS))

    @api.app.get("/dossiers/{dossier}/forms/{number}", tags=["reading"], response_class=Response)
    def form(dossier: UUID, number: Literal["01", "02", "03", "05"], caller: Annotated[Caller, anyone]) -> Response:
        """A form as PDF: receipt (01), supplement request (02), refusal (03), stop notice (05)."""
        with api.database.session() as session:
            state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
            if state is None or not _may_see(state, caller):
                raise ProblemError(404, "Không tìm thấy hồ sơ.")

            def read(key: str) -> Any:
                row = vault.read(session, key, reader=caller.subject, purpose="render", now=api.clock.now())
                return row.content if row else None

            return Response(Letters(parts, state, reader(read)).render(number), media_type="application/pdf")


def _vault_routes(api: Api) -> None:
    service = Depends(api.auth.needs("service"))

    @api.app.post("/vault/{dossier}", status_code=201, tags=["vault"])
    def put(dossier: UUID, body: VaultIn, caller: Annotated[Caller, service]) -> dict[str, str]:
        """Keep a text that another service's fact will refer to."""
        with api.database.session() as session:
            unit = Unit(session, Because(actor=caller.subject, correlation=dossier))
            ref = vault.keep(unit, dossier, body.kind, body.content, by=caller.subject, now=api.clock.now())
            unit.commit()
        return {"key": ref.key, "digest": ref.digest}

    @api.app.get("/vault/{key}", tags=["vault"])
    def get(key: UUID, purpose: Annotated[str, Query(max_length=40)], caller: Annotated[Caller, service]) -> dict[str, Any]:
        """Read a content for a stated purpose; the read is logged."""
        with api.database.session() as session:
            row = vault.read(session, str(key), reader=caller.subject, purpose=purpose, now=api.clock.now())
        if row is None:
            raise ProblemError(404, "Không có hoặc đã xóa.")
        return {"kind": row.kind, "content": row.content}


def _filing(body: Submission, caller: Caller, dossier: UUID) -> Filing:
    officer = bool(caller.roles & set(OFFICERS))
    if body.channel != "online" and not officer:
        raise ProblemError(403, "Nộp trực tiếp hoặc qua bưu chính do cán bộ một cửa nhập.")
    if officer:
        must_be_in(caller, "one-stop", body.receiving)
    return Filing(
        procedure=body.procedure,
        channel=body.channel,
        receiving=body.receiving,
        settling=body.settling,
        form=dict(body.form),
        attachments=tuple(attachment.part() for attachment in body.attachments),
        return_channel=body.return_channel,
        applicant=(body.applicant or f"walk-in-{dossier}") if officer else caller.subject,
        source="one-stop" if officer else "province",
    )


def _may_see(state: Dossier, caller: Caller) -> bool:
    submitted = state.submitted
    if caller.may("service") or caller.may("operator") or caller.subject == submitted.applicant:
        return True
    return any(caller.may(role, agency) for role in OFFICERS for agency in (submitted.receiving, submitted.settling))


def _must_own(state: Dossier, caller: Caller) -> None:
    """The applicant, or an officer of the receiving one-stop on the applicant's behalf; to others it does not exist."""
    if caller.subject != state.submitted.applicant and not any(caller.may(role, state.submitted.receiving) for role in OFFICERS):
        raise ProblemError(404, "Không tìm thấy hồ sơ.")


def _must_serve(state: Dossier, caller: Caller) -> None:
    if not any(caller.may(role, state.submitted.receiving) for role in OFFICERS):
        must_be_in(caller, "one-stop", state.submitted.receiving)


def _summary(dossier: UUID, state: Dossier, row: views.DossierRow | None) -> dict[str, Any]:
    submitted, received = state.submitted, state.received
    due_at = row.due_at if row and row.due_at else (received.deadline.due_at if received and received.deadline else None)
    return {
        "id": str(dossier),
        "code": state.code,
        "phase": state.phase.value,
        "status": row.status if row else 1,
        "procedure": submitted.procedure,
        "procedure_version": submitted.procedure_version,
        "receiving": submitted.receiving,
        "settling": submitted.settling,
        "channel": submitted.channel,
        "applicant": submitted.applicant,
        "amendments": state.amendments,
        "submitted_at": _iso(submitted.effective_at),
        "gate_due_at": _iso(submitted.gate.due_at) if submitted.gate else None,
        "due_at": _iso(due_at),
        "needed": msgspec.to_builtins(row.needed) if row else None,
        "received": msgspec.to_builtins(received) if received else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
