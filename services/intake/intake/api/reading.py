"""Reading: one dossier, lists, the gate's queue, printed forms."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends
from fastapi.responses import JSONResponse

from chassis.http import Api, Items, Pdf, answers
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.tokens import Caller
from chassis.vault import Purpose
from contracts.dossier.payments import FEE
from contracts.fact import Fact
from contracts.national_status import Status, national_status
from contracts.refusal import Refused
from intake import vault, views
from intake.answers import AmendmentShown, DossierShown, ToPay, WhatIfTold
from intake.api.access import OFFICERS, may_see
from intake.application import Desk
from intake.application.what_if import Answer as WhatIf
from intake.application.what_if import what_if
from intake.domain import Dossier, Phase, fold
from intake.events import Amended, Submitted
from intake.letters import Letters, reader
from worktime import say_moment


def add_read_routes(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))

    @api.app.get("/dossiers/{dossier}", tags=["reading"])
    @answers(DossierShown)
    def show(dossier: UUID, caller: Annotated[Caller, anyone]) -> JSONResponse:
        """One dossier as intake knows it; a dossier of somebody else is not found."""
        with api.database.session() as session:
            histories = session.history([dossier])[dossier]
            rows = session.rows(views.DOSSIER, [(dossier,)])
        facts = [recorded.fact for recorded in histories]
        state = fold(facts)
        if state is None or not may_see(state, caller):
            raise ProblemError(404, "Không tìm thấy hồ sơ.")
        body = _summary(dossier, state, rows[0] if rows else None, national_status(facts))
        return JSONResponse(body, headers={"ETag": f'"{len(histories)}"'})


def add_what_if_route(api: Api, desk: Desk) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS, "service", "operator"))

    @api.app.get("/dossiers/{dossier}/what-if", tags=["reading"])
    @answers(WhatIfTold)
    def ask(dossier: UUID, caller: Annotated[Caller, anyone]) -> dict[str, Any]:
        """What date reception now would give, with its derivation, or why it is refused; nothing is recorded."""
        with api.database.session() as session:
            state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
            row = next(iter(session.rows(views.DOSSIER, [(dossier,)])), None)
        if state is None or not may_see(state, caller):
            raise ProblemError(404, "Không tìm thấy hồ sơ.")
        now = api.clock.now()
        found = what_if(desk, state, row, now)
        return {"asked_at": now.isoformat(), "rule_set": desk.rules_of(state).name, "actions": [_told(answer) for answer in found]}


def _told(answer: WhatIf) -> dict[str, Any]:
    deadline, refused = answer.deadline, answer.refused
    outcome: dict[str, Any] = {}
    if deadline is not None:
        outcome = {"due_at": iso(deadline.due_at), "said": say_moment(deadline.due_at), "provisional": deadline.provisional}
        outcome["derivation"] = msgspec.to_builtins(deadline.derivation)
    return {
        "action": answer.action,
        "label": answer.label,
        "refused": {"why": refused.why, "article": refused.article} if refused else None,
        "outcomes": [outcome] if outcome else [],
        "notes": list(answer.notes),
    }


def add_history_route(api: Api) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS))

    @api.app.get("/dossiers/{dossier}/amendments", tags=["reading"])
    @answers(Items[AmendmentShown])
    def amendments(dossier: UUID, caller: Annotated[Caller, anyone]) -> dict[str, Any]:
        """Every amendment with what it changed: fields before and after, components that got new files."""
        with api.database.session() as session:
            facts = [recorded.fact for recorded in session.history([dossier])[dossier]]
            state = fold(facts)
            if state is None or not may_see(state, caller):
                raise ProblemError(404, "Không tìm thấy hồ sơ.")
            keys = [fact.form.key for fact in facts if isinstance(fact, Submitted | Amended) and fact.form is not None]
            purpose: Purpose = "own" if caller.subject == state.submitted.applicant else "handle"
            contents = vault.read_many(session, keys, reader=caller.subject, purpose=purpose, now=api.clock.now())
        return {"items": list(_changes(facts, contents))}


def _changes(facts: Sequence[Fact], contents: dict[str, Any]) -> Iterator[dict[str, Any]]:
    form: dict[str, Any] = {}
    for fact in facts:
        if not isinstance(fact, Submitted | Amended):
            continue
        after = (contents.get(fact.form.key) or {}) if fact.form is not None else form
        if isinstance(fact, Amended):
            names = [name for name in {**form, **after} if form.get(name) != after.get(name)]
            yield {
                "amendment": fact.amendment,
                "at": iso(fact.effective_at),
                "answers_supplement": fact.answers_supplement,
                "fields": {name: {"before": form.get(name), "after": after.get(name)} for name in names},
                "components": sorted({attachment.component for attachment in fact.attachments}),
            }
        form = after


def add_form_routes(api: Api, parts: Parts, desk: Desk) -> None:
    anyone = Depends(api.auth.needs("citizen", *OFFICERS))

    @api.app.get("/dossiers/{dossier}/forms/{number}", tags=["reading"], response_class=Pdf)
    def form(dossier: UUID, number: Literal["01", "02", "03", "05"], caller: Annotated[Caller, anyone], asked: bool = False) -> Pdf:
        """A form as PDF: receipt (01), supplement request (02), refusal (03), stop notice (05).

        Of a procedure with an immediate result there is a receipt only when the applicant asks (`asked`; Đ17.4).
        """
        with api.database.session() as session:
            state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
            if state is None or not may_see(state, caller):
                raise ProblemError(404, "Không tìm thấy hồ sơ.")
            if number == "01" and state.received is not None and state.received.immediate and not asked:
                why = "Thủ tục trả kết quả ngay: chỉ in giấy tiếp nhận khi người nộp yêu cầu (asked=true)."
                raise Refused(why, article=desk.rules_of(state).article("at_once"), field="asked")
            numbers = views.paper_numbers(session, dossier)
            stopped = next((row.stopped for row in session.rows(views.DOSSIER, [(dossier,)])), None)

            def read(key: str) -> Any:
                row = vault.read(session, key, reader=caller.subject, purpose="render", now=api.clock.now())
                return row.content if row else None

            letters = Letters(parts, state, desk.rules_of(state), reader(read), stopped=stopped, numbers=numbers)
            return Pdf(letters.render(number))


def _summary(dossier: UUID, state: Dossier, row: views.DossierRow | None, own: Status | None) -> dict[str, Any]:
    """`own` is the status by intake's own facts alone: known at once, while the row first hears them from the topic."""
    submitted, received = state.submitted, state.received
    due_at = row.due_at if row and row.due_at else (received.deadline.due_at if received and received.deadline else None)
    return {
        "id": str(dossier),
        "code": state.code,
        "phase": state.phase.value,
        "status": row.status if row and row.status != Status.REGISTERED else own,
        "procedure": submitted.procedure,
        "procedure_version": submitted.procedure_version,
        "receiving": submitted.receiving,
        "settling": submitted.settling,
        "channel": submitted.channel,
        "applicant": submitted.applicant,
        "helper": submitted.helper,
        "amendments": state.amendments,
        "submitted_at": iso(submitted.effective_at),
        "gate_due_at": iso(row.gate_due_at if row else state.gate.due_at if state.gate else None),
        "due_at": iso(due_at),
        "to_supplement": [
            {"component": item.component, "defect": item.defect} for item in (state.open_request.items if state.open_request else ())
        ],
        "to_pay": to_pay(state, row),
        "originals_to_show": list(state.originals_asked),
        "needed": msgspec.to_builtins(row.needed) if row else None,
        "received": msgspec.to_builtins(received) if received else None,
    }


def to_pay(state: Dossier, row: views.DossierRow | None) -> ToPay | None:
    """The fee whose payment reception waits for."""
    fee = state.submitted.prepaid
    if fee is None or state.phase not in (Phase.SUBMITTED, Phase.SUPPLEMENTING) or (row is not None and row.fee_paid_at is not None):
        return None
    return {"obligation": FEE, "amount_vnd": fee.amount_vnd}


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
