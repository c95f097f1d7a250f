"""What applicants do, and officers on their behalf."""

from collections.abc import Sequence, Set
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api, answers
from chassis.http.auth import must_be_in
from chassis.http.problem import ProblemError
from chassis.http.uploads import must_be_stored, must_be_theirs
from chassis.ids import new_id
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.dossier.payments import FEE
from contracts.refusal import Law, Refused
from intake import application
from intake.answers import AmendmentTaken, FactsRecorded, Filed
from intake.api.access import OFFICERS, must_own
from intake.api.back_entry import LawTime
from intake.api.bodies import Amendment, AttachmentIn, StopIn, Submission
from intake.application import Desk, Filing, load


def add_applicant_routes(api: Api, parts: Parts, desk: Desk, law: LawTime) -> None:
    filer = Depends(api.auth.needs("citizen", *OFFICERS))
    sender = Depends(api.auth.needs("citizen", *OFFICERS, "service"))

    @api.app.post("/dossiers", status_code=201, tags=["applicant"])
    @answers(Filed)
    def submit(body: Submission, request: Request, caller: Annotated[Caller, sender]) -> JSONResponse:
        """File a dossier online, or at the counter on behalf of an applicant; the portal's gateway forwards what was filed there."""
        dossier = new_id()
        filing = filing_of(body, caller, dossier, desk.rules_on(api.clock.now()))
        _check_files(body.attachments, caller, parts)

        def act(unit: Unit) -> Answer:
            unit.begin(dossier)
            moment = law.of(unit, request, body.back_entry, dossier, body.receiving)
            submitted = application.submit(unit, desk, dossier, filing, moment)
            gate = submitted.gate.due_at.isoformat() if submitted.gate else None
            answer = {"id": str(dossier), "status": 1, "message": "Gửi thành công.", "gate_due_at": gate}
            answer["to_pay"] = {"obligation": FEE, "amount_vnd": submitted.prepaid.amount_vnd} if submitted.prepaid else None
            return Answer(body=answer, status=201, version=1, location=f"/dossiers/{dossier}")

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier, begins=True)

    @api.app.post("/dossiers/{dossier}/amendments", tags=["applicant"])
    @answers(AmendmentTaken)
    def amend(dossier: UUID, body: Amendment, request: Request, caller: Annotated[Caller, filer]) -> JSONResponse:
        """Amend an unreceived dossier, or send what was asked for."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_own(state, caller)
            _check_files(
                body.attachments, caller, parts, standing={paper.file.key for papers in state.attachments.values() for paper in papers}
            )
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            attachments = [attachment.part() for attachment in body.attachments]
            number = application.amend(unit, desk, dossier, body.form, attachments, caller.subject, moment, fields=body.fields)
            return Answer(body={"amendment": number}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)

    @api.app.post("/dossiers/{dossier}/stop-requests", tags=["applicant"])
    @answers(FactsRecorded)
    def request_stop(dossier: UUID, body: StopIn, request: Request, caller: Annotated[Caller, filer]) -> JSONResponse:
        """Ask to stop or to adjust; the holder answers."""

        def act(unit: Unit) -> Answer:
            state = load(unit, dossier)
            must_own(state, caller)
            moment = law.of(unit, request, body.back_entry, dossier, state.submitted.receiving)
            recorded = application.request_stop(unit, desk, dossier, body.wish, body.reason, caller.subject, moment)
            return Answer(body={"recorded": recorded}, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _check_files(attachments: Sequence[AttachmentIn], caller: Caller, parts: Parts, standing: Set[str] = frozenset()) -> None:
    """Each file was uploaded, by who names it; `standing`: keys that the dossier has already, whoever sent them."""
    for number, attachment in enumerate(attachments):
        ref, field = attachment.file.ref(), f"attachments.{number}.file"
        if ref.key not in standing:
            must_be_theirs(ref, caller, field)
        must_be_stored(parts.files, ref, field)


def filing_of(body: Submission, caller: Caller, dossier: UUID, law: Law) -> Filing:
    """What the body says, for who sends it: a citizen for themselves, an officer for an applicant, the portal's gateway."""
    if caller.may("service"):
        return _forwarded(body, law)
    officer = bool(caller.roles & set(OFFICERS))
    if body.submitted_at is not None:
        raise Refused("Thời điểm nộp do hệ thống ghi.", article=law.article("online_channel"), field="submitted_at", status=422)
    if body.channel != "online" and not officer:
        raise ProblemError(403, "Nộp trực tiếp hoặc qua bưu chính do cán bộ một cửa nhập.")
    if officer:
        must_be_in(caller, OFFICERS, body.receiving)
    elif body.applicant not in (None, caller.subject):
        why = "Công dân chỉ nộp hồ sơ cho tài khoản của mình."
        raise Refused(why, article=law.article("accounts"), field="applicant", status=422)
    return Filing(
        procedure=body.procedure,
        channel=body.channel,
        receiving=body.receiving,
        settling=body.settling,
        form=dict(body.form),
        attachments=tuple(attachment.part() for attachment in body.attachments),
        return_channel=body.return_channel,
        return_at=body.return_at,
        applicant=(body.applicant or f"walk-in-{dossier}") if officer else caller.subject,
        source="one-stop" if officer else "province",
        account=caller.account,
        helper=caller.subject if officer and body.channel == "online" else None,
        waybill=body.waybill,
    )


def _forwarded(body: Submission, law: Law) -> Filing:
    """From the National Portal: its acknowledgement is the submission, and the account is the portal's (IN-04, IN-13)."""
    if body.applicant is None or body.submitted_at is None or body.channel != "online":
        why = "Hồ sơ chuyển từ Cổng cần applicant, submitted_at và kênh trực tuyến."
        raise Refused(why, article=law.article("online_channel"), field="submitted_at", status=422)
    return Filing(
        procedure=body.procedure,
        channel=body.channel,
        receiving=body.receiving,
        settling=body.settling,
        form=dict(body.form),
        attachments=tuple(attachment.part() for attachment in body.attachments),
        return_channel=body.return_channel,
        return_at=body.return_at,
        applicant=body.applicant,
        source="national-portal",
        submitted_at=body.submitted_at,
    )
