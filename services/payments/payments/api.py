"""Payments over HTTP: the bank gives notice, the one-stop collects, the owner sees what is owed."""

from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import NotHeardOf
from chassis.http import Answer, Api, Items, Page, answers
from chassis.http.auth import must_be_in
from chassis.http.back_entry import BackEntries, BackEntryIn, vault_keeper
from chassis.http.citing import as_heard, cite_pinned_rules
from chassis.http.imports import add_import_route, of_heard
from chassis.http.moments import CalendarMoment
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from payments import application, views
from payments.answers import Collected, NoticeHeard, ObligationShown
from payments.domain import BankNotice, Match, Obligation, to_budget
from worktime import rule_set

STAFF = ("one-stop", "one-stop-head", "specialist", "department-head", "leader", "clerk", "operator")
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z.\-]+$")]
Amount = Annotated[int, Field(gt=0, le=10**13, strict=True)]


class BankNoticeIn(BaseModel):
    """A debit that succeeded, as the bank tells it; `succeeded_at` is the bank's own time (DNG9.2c)."""

    POINT: ClassVar[str] = "payment_proof"
    model_config = ConfigDict(extra="forbid")

    dossier: UUID
    obligation: Name
    amount_vnd: Amount
    voucher: str = Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z./_\-]+$")
    succeeded_at: CalendarMoment


class CollectionIn(BaseModel):
    """Money taken at the counter; in an outage with the paper receipt's time."""

    POINT: ClassVar[str] = "collection"
    model_config = ConfigDict(extra="forbid")

    obligation: Name
    amount_vnd: Amount
    back_entry: BackEntryIn | None = None


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of payments."""
    cite_pinned_rules(api, parts, as_heard(views.CASES))
    _add_commands(api, parts)
    _add_queries(api, parts)
    add_import_route(api, "payments", of_heard(lambda unit, dossier: unit.get(views.CASES, dossier)))


def _add_commands(api: Api, parts: Parts) -> None:
    rules_on = parts.settings.rules_on
    bank = Depends(api.auth.needs("bank"))
    one_stop = Depends(api.auth.needs("one-stop"))
    entries = BackEntries(api.auth, api.clock, parts.catalogue, "one-stop-head")

    def moment(unit: Unit, request: Request, case: views.Case, body: CollectionIn) -> datetime:
        law, owed = application.rules_of(case, rules_on, api.clock.now()), unit.get(views.OBLIGATIONS, case.dossier, body.obligation)
        keep, since = vault_keeper(parts.vault.put, case.dossier), owed.opened_at if owed else None
        return entries.moment(unit, request, body.back_entry, agency=case.receiving, keep=keep, law=law, not_before=since)

    @api.app.post("/bank-notices", tags=["payments"])
    @answers(NoticeHeard, also=(202,))
    def hear_bank(body: BankNoticeIn, request: Request, caller: Annotated[Caller, bank]) -> JSONResponse:
        """A success notice of a bank. The same voucher again changes nothing; one that is early is kept (PY-06)."""

        def act(unit: Unit) -> Answer:
            state = application.hear_bank(unit, rules_on, BankNotice(**body.model_dump(), heard_at=api.clock.now()))
            return Answer(body={"voucher": body.voucher, "state": state}, status=200 if state == "applied" else 202)

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=body.dossier)

    @api.app.post("/dossiers/{dossier}/collections", status_code=201, tags=["payments"])
    @answers(Collected)
    def collect(dossier: UUID, body: CollectionIn, request: Request, caller: Annotated[Caller, one_stop]) -> JSONResponse:
        """Money was taken at the counter of the receiving one-stop (PY-02); the answer names the receipt."""

        def act(unit: Unit) -> Answer:
            case = views.case_of(unit, dossier)
            must_be_in(caller, "one-stop", case.receiving)
            voucher = application.collect(unit, rules_on, dossier, body.obligation, body.amount_vnd, moment(unit, request, case, body))
            return Answer(body={"voucher": voucher}, status=201, version=unit.version(dossier))

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=dossier)


def _add_queries(api: Api, parts: Parts) -> None:
    reader = Depends(api.auth.needs("citizen", *STAFF))
    operator = Depends(api.auth.needs("operator"))

    @api.app.get("/dossiers/{dossier}/obligations", tags=["payments"])
    @answers(Items[ObligationShown])
    def obligations(dossier: UUID, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        """What is owed and what was paid, with the proof (PY-08), and by when money that came online has to be in the budget."""
        with api.database.session() as session:
            rows = session.rows(views.CASES, [(dossier,)])
            if not rows:
                raise NotHeardOf(f"dossier {dossier}")
            _may_read(caller, rows[0])
            return {"items": [_shown(parts, rows[0], owed) for owed in views.obligations(session, dossier)]}

    @api.app.get("/bank-notices", tags=["payments"])
    @answers(Page[BankNotice])
    def notices(
        _: Annotated[Caller, operator],
        state: Match | None = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """What the bank told and what became of it; `waiting` ones wait for their obligation, all but `applied` else for a person."""
        with api.database.session() as session:
            return views.notices_page(session, state, cursor, limit)


def _shown(parts: Parts, case: views.Case, owed: Obligation) -> dict[str, Any]:
    shown = {**msgspec.to_builtins(owed), "state": "paid" if owed.paid_at else "lapsed" if owed.lapsed_at else "open"}
    if case.rule_set and not case.imported:
        limit = to_budget(owed, rule_set(case.rule_set), parts.catalogue.calendar(case.receiving, case.calendar))
        shown["to_budget_by"] = limit.due_at.isoformat() if limit else None
    return shown


def _may_read(caller: Caller, case: views.Case) -> None:
    owner = "citizen" in caller.roles and case.applicant == caller.subject
    here = "*" in caller.agencies or bool({case.receiving, case.settling} & caller.agencies)
    if not owner and not (here and caller.roles & set(STAFF)):
        raise ProblemError(403, "Hồ sơ không thuộc về bạn hoặc cơ quan của bạn.")
