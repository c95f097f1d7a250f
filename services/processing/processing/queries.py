"""What processing answers: one dossier, the work lists, the legal dates of an extension."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from chassis.errors import NotHeardOf
from chassis.http import Api, Page, Pdf, answers
from chassis.http.paging import key_from, page_of
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Condition, Session
from chassis.tokens import Caller
from contracts.refusal import Refused
from processing import views
from processing.answers import ApologyNeeded, DossierShown, ExtensionDates, WhatIf
from processing.application import law_of
from processing.domain import Case, State, extension, fold, steps
from processing.domain.clock import limited
from processing.domain.guards import stop_open, unpaid
from processing.domain.lateness import binding_due_at
from processing.domain.what_if import Answer, Outcome, Question, what_if
from processing.letters import form_04
from processing.views import CASE, TASK_ORDER, TASKS
from worktime import in_viet_nam, say_date, say_moment

STAFF = ("one-stop", "one-stop-head", "department-head", "specialist", "leader", "clerk")


def add_queries(api: Api, parts: Parts) -> None:
    """The routes that only read."""
    _add_dossier(api, parts)
    _add_form(api, parts)
    _add_tasks(api)
    _add_apologies(api)


def look(session: Session, dossier: UUID, caller: Caller, *, applicant: bool = False) -> tuple[Case, State]:
    """What is known of a dossier, for the staff of its agencies, and its applicant where `applicant` says so; to others it does not
    exist. Raises `NotHeardOf`."""
    cases = session.rows(CASE, [(dossier,)])
    if not cases:
        raise NotHeardOf(str(dossier))
    case = cases[0]
    agencies = {case.receiving, case.settling, *(leg.agency for leg in case.process.legs)}
    owns = applicant and "citizen" in caller.roles and caller.subject == case.applicant
    if (
        not owns
        and not caller.roles & {"operator", "service"}
        and not any(caller.may(role, agency) for role in STAFF for agency in agencies)
    ):
        raise ProblemError(404, "Không tìm thấy hồ sơ.")
    return case, fold([recorded.fact for recorded in session.history([dossier])[dossier]])


def _add_dossier(api: Api, parts: Parts) -> None:
    staff = Depends(api.auth.needs(*STAFF, "operator", "service"))

    @api.app.get("/dossiers/{dossier}", tags=["reading"])
    @answers(DossierShown)
    def show(dossier: UUID, caller: Annotated[Caller, staff]) -> JSONResponse:
        """A dossier as processing knows it, with both dates of an extension and the derivation of the one in force."""
        with api.database.session() as session:
            case, state = look(session, dossier, caller)
            tasks = views.tasks_of(session, dossier)
            version = len(session.history([dossier])[dossier])
        return JSONResponse(_summary(case, state, tasks), headers={"ETag": f'"{version}"'})

    @api.app.get("/dossiers/{dossier}/what-if", tags=["reading"])
    @answers(WhatIf)
    def ask(dossier: UUID, caller: Annotated[Caller, staff], extend_to: date | None = None) -> dict[str, Any]:
        """What date each legal next action would give, with its derivation, or why it is refused; nothing is recorded."""
        with api.database.session() as session:
            case, state = look(session, dossier, caller)
        now = api.clock.now()
        own = parts.catalogue.procedure(case.procedure, case.procedure_version).deficiency_limit
        law = limited(law_of(case, state, parts.catalogue), own)
        answers = what_if(Question(case=case, state=state, law=law, now=now, extend_to=extend_to))
        return {"asked_at": now.isoformat(), "rule_set": case.rule_set, "actions": [_told(answer) for answer in answers]}

    @api.app.get("/dossiers/{dossier}/extension-dates", tags=["reading"])
    @answers(ExtensionDates)
    def dates(dossier: UUID, caller: Annotated[Caller, staff]) -> dict[str, Any]:
        """To which dates the head may move the due date, or why to none."""
        with api.database.session() as session:
            case, state = look(session, dossier, caller)
        try:
            found = extension.legal_dates(case, state, law_of(case, state, parts.catalogue), api.clock.now())
        except Refused as refused:
            return {"dates": [], "refused": {"why": refused.why, "article": refused.article}}
        return {"dates": [day.isoformat() for day in found], "said": [say_date(day) for day in found], "refused": None}


def _add_form(api: Api, parts: Parts) -> None:
    reader = Depends(api.auth.needs("citizen", *STAFF, "operator", "service"))

    @api.app.get("/dossiers/{dossier}/forms/04", tags=["reading"], response_class=Pdf)
    def form(dossier: UUID, caller: Annotated[Caller, reader]) -> Pdf:
        """Form 04, the newest apology, as PDF: for the staff of its agencies, and for the applicant to whom it is written."""
        with api.database.session() as session:
            try:
                case, state = look(session, dossier, caller, applicant=True)
            except NotHeardOf as never:  # before reception, and for ever where there is none
                raise ProblemError(404, "Hồ sơ chưa có phiếu nào: chưa cơ quan nào thụ lý.") from never
        return Pdf(form_04(case, state, parts.vault, parts.catalogue, parts.settings.lookup_url))


def _add_tasks(api: Api) -> None:
    staff = Depends(api.auth.needs(*STAFF, "operator"))

    @api.app.get("/tasks", tags=["reading"])
    @answers(Page[views.TaskRow])
    def tasks(
        caller: Annotated[Caller, staff],
        agency: Annotated[str, Query(min_length=1, max_length=60)],
        assignee: Annotated[str | None, Query(max_length=100)] = None,
        state: Annotated[str | None, Query(max_length=20)] = None,
        skipped: Annotated[bool, Query(description="Only those decided with steps left out (PR-21).")] = False,
        paper_later_than: Annotated[int | None, Query(ge=0, le=10**6, description="Minutes after the e-dossier (PR-23).")] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """An agency's tasks, the oldest first."""
        _must_work_at(caller, agency)
        where: list[Condition] = [("agency", "=", agency)]
        where += [("assignee", "=", assignee)] if assignee else []
        where += [("state", "=", state)] if state else []
        where += [("skipped", ">", 0)] if skipped else []
        where += [("paper_lag", ">", paper_later_than)] if paper_later_than is not None else []
        after = key_from(cursor, TASKS, TASK_ORDER)
        with api.database.session() as session:
            return page_of(views.tasks(session, where, after, limit + 1), limit, TASK_ORDER)


def _add_apologies(api: Api) -> None:
    staff = Depends(api.auth.needs(*STAFF, "operator"))

    @api.app.get("/apologies/needed", tags=["reading"])
    @answers(Page[ApologyNeeded])
    def needed(
        caller: Annotated[Caller, staff],
        agency: Annotated[str, Query(min_length=1, max_length=60)],
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """What needs an apology today: due on the next working day, or late, without one (TQ25.1, 25.2a)."""
        _must_work_at(caller, agency)
        today = in_viet_nam(api.clock.now()).date()
        after = key_from(cursor, views.APOLOGIES, views.APOLOGY_ORDER)
        with api.database.session() as session:
            page = page_of(views.apologies(session, agency, today, after, limit + 1), limit, views.APOLOGY_ORDER)
        page["items"] = [row | {"late": _day(row["due_at"]) < today} for row in page["items"]]
        return page


def _day(moment: str) -> date:
    return in_viet_nam(datetime.fromisoformat(moment)).date()


def _must_work_at(caller: Caller, agency: str) -> None:
    if not caller.may("operator") and not any(caller.may(role, agency) for role in STAFF):
        raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.")


def _summary(case: Case, state: State, tasks: list[views.TaskRow]) -> dict[str, Any]:
    deadline = state.deadline or case.deadline
    return {
        "id": str(case.dossier),
        "code": case.code,
        "procedure": case.procedure,
        "receiving": case.receiving,
        "settling": case.settling,
        "rule_set": case.rule_set,
        "received_at": case.received_at.isoformat(),
        "deadline": msgspec.to_builtins(deadline),
        "first_due_at": _iso(case.deadline.due_at if case.deadline else None),
        "due_at": _iso(deadline.due_at if deadline else None),
        "binding_due_at": _iso(binding_due_at(case, state)),
        "waits_for_supplement": case.asked_at is not None,
        "unpaid": unpaid(case, state),
        "stop_open": stop_open(case, state),
        "stop_wish": case.stop_wish if stop_open(case, state) else None,
        "decision": "approved" if state.approved else "declined" if state.declined else None,
        "stopped": state.stopped is not None,
        "skipped": list(steps.skipped(case, state)),
        "apologies": len(state.apologies),
        "verifications": [{"leg": fact.leg, "at": fact.at.isoformat(), "officer": fact.officer} for fact in state.verifications],
        "extension": _extension(state),
        "legs": [msgspec.to_builtins(task) for task in tasks],
    }


def _told(answer: Answer) -> dict[str, Any]:
    refused = answer.refused
    return {
        "action": answer.action,
        "label": answer.label,
        "refused": {"why": refused.why, "article": refused.article} if refused else None,
        "outcomes": [_outcome(outcome) for outcome in answer.outcomes],
        "notes": list(answer.notes),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {"when": outcome.when, "due_at": _iso(outcome.deadline.due_at), "said": say_moment(outcome.deadline.due_at)}
    told |= {"late_notice": outcome.late_notice} if outcome.late_notice is not None else {}
    return told | {"provisional": outcome.deadline.provisional, "derivation": msgspec.to_builtins(outcome.deadline.derivation)}


def _extension(state: State) -> dict[str, Any] | None:
    proposed, extended = state.proposed, state.extended
    if proposed is None:
        return None
    return {
        "new_date": proposed.new_date.isoformat(),
        "late_notice": proposed.late_notice,
        "old_due_at": _iso(extended.old_due_at if extended else None),
        "due_at": _iso(extended.deadline.due_at if extended else None),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
