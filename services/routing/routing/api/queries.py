"""Queries: where a dossier is, what is asked, what is late, what is supervised."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Query
from fastapi.responses import JSONResponse

from chassis.errors import NotHeardOf
from chassis.http import Api, Page, answers
from chassis.http.paging import key_from, page_of
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.store import Because, Table, Unit
from chassis.store.session import Condition
from chassis.tokens import Caller
from routing import application, views
from routing.answers import ConsultationWords, DossierShown
from routing.api.commands import Code, Number
from routing.domain.case import Case
from routing.domain.consultation import late_from
from routing.domain.state import Asked
from routing.views import ALERT_ORDER, ALERTS, CASE, CONSULTATION_ORDER, CONSULTATIONS, SUPERVISED_ORDER, ConsultationRow, LegRow
from worktime import judge_by_minute

STAFF = ("one-stop", "one-stop-head", "department-head", "specialist", "leader", "clerk", "operator")
ONE_STOP = ("one-stop", "one-stop-head", "operator")
Cursor = Annotated[str | None, Query(max_length=500)]
Limit = Annotated[int, Query(ge=1, le=200)]


def add_queries(api: Api, parts: Parts) -> None:
    """All queries of routing."""
    _add_dossier(api)
    _add_consultations(api)
    _add_one_stop(api)
    _add_words(api, parts)


def _add_dossier(api: Api) -> None:
    staff = Depends(api.auth.needs(*STAFF))

    @api.app.get("/dossiers/{dossier}", tags=["legs"])
    @answers(DossierShown)
    def show(dossier: UUID, caller: Annotated[Caller, staff]) -> JSONResponse:
        """Where a dossier is: its legs and its consultations, for the agencies concerned."""
        with api.database.session() as session:
            case = next(iter(session.rows(CASE, [(dossier,)])), None)
            if case is None:
                raise NotHeardOf(str(dossier))
            legs, asked = views.legs(session, dossier), views.consultations(session, dossier)
            version = len(session.history([dossier])[dossier])
        concerned = {*case.one_stops(), case.settling, *(leg.agency for leg in case.process.legs), *(row.asked for row in asked)}
        if "*" not in caller.agencies and not concerned & caller.agencies:
            raise ProblemError(403, "Hồ sơ không thuộc cơ quan của bạn.", article=case.article("transfer"))
        body = {
            "dossier": str(dossier),
            "code": case.code,
            "mode": case.process.mode,
            "due_at": case.due_at and case.due_at.isoformat(),
            "supervising": case.supervising,
            "legs": [_shown_leg(leg, case.due_at, api.clock.now()) for leg in legs],
            "planned": [msgspec.to_builtins(part) for part in case.process.legs if part.leg not in {leg.leg for leg in legs}],
            "consultations": [_shown_consultation(row, api.clock.now()) for row in asked],
        }
        return JSONResponse(body, headers={"ETag": f'"{version}"'})


def _shown_leg(leg: LegRow, promised: datetime | None, now: datetime) -> dict[str, Any]:
    """A leg with its verdict by the minute (exact readings 2), and whether it may end after the applicant's date."""
    row: dict[str, Any] = msgspec.to_builtins(leg)
    row["timeliness"] = judge_by_minute(leg.ended_at, leg.due_at, now) if leg.due_at else None
    row["beyond_settlement"] = leg.due_at is not None and promised is not None and leg.due_at > promised
    return row


def _shown_consultation(asked: ConsultationRow, now: datetime) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(asked)
    row["timeliness"] = judge_by_minute(asked.answered_at, asked.reply_by, now)
    return row


def _was_late(asked: Asked) -> bool:
    """By the answer's own time, which an outage's back-entry may have put before the limit; told once there was none by then."""
    return asked.late if asked.answered_at is None else asked.answered_at >= late_from(asked.reply_by)


def _add_consultations(api: Api) -> None:
    staff = Depends(api.auth.needs(*STAFF))

    @api.app.get("/consultations", tags=["consultations"])
    @answers(Page[ConsultationRow])
    def consultations(
        caller: Annotated[Caller, staff],
        agency: Code | None = None,
        is_open: Annotated[bool | None, Query(alias="open")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> dict[str, Any]:
        """Consultations put to the caller's agencies, the most urgent first."""
        asked = _own_agencies(caller, agency)
        after = key_from(cursor, CONSULTATIONS, CONSULTATION_ORDER)
        with api.database.session() as session:
            rows = session.find(CONSULTATIONS, views.consultations_asked(asked, is_open), CONSULTATION_ORDER, after, limit + 1)
        return page_of(rows, limit, CONSULTATION_ORDER)


def _add_one_stop(api: Api) -> None:
    one_stop = Depends(api.auth.needs(*ONE_STOP))

    @api.app.get("/alerts", tags=["one-stop"])
    @answers(Page[views.AlertRow])
    def alerts(caller: Annotated[Caller, one_stop], agency: Code | None = None, cursor: Cursor = None, limit: Limit = 50) -> dict[str, Any]:
        """What the head of the one-stop was told: late consultations and paper that did not leave, the newest first (PR-05, RT-01)."""
        told = _own_agencies(caller, agency)
        return _page(api, ALERTS, [("told", "in", told)] if told is not None else [], ALERT_ORDER, cursor, limit)

    @api.app.get("/supervised", tags=["one-stop"])
    @answers(Page[Case])
    def supervised(
        caller: Annotated[Caller, one_stop], agency: Code | None = None, cursor: Cursor = None, limit: Limit = 50
    ) -> dict[str, Any]:
        """Dossiers that other one-stops received for agencies of this one-stop, which supervises them (Đ20.1, IN-35)."""
        mine = _own_agencies(caller, agency)
        where: list[Condition] = [("ended", "=", False)]
        where.append(("supervising", "in", mine) if mine is not None else ("supervising", "is not null", None))
        return _page(api, CASE, where, SUPERVISED_ORDER, cursor, limit)


def _own_agencies(caller: Caller, agency: str | None) -> list[str] | None:
    """The caller's agencies, or the one wished of them; None for everywhere."""
    if agency is not None and "*" not in caller.agencies and agency not in caller.agencies:
        raise ProblemError(403, f"Bạn không thuộc cơ quan {agency}.")
    if agency is not None:
        return [agency]
    return None if "*" in caller.agencies else sorted(caller.agencies)


def _page(api: Api, table: Table[Any], where: list[Condition], order: tuple[str, ...], cursor: str | None, limit: int) -> dict[str, Any]:
    with api.database.session() as session:
        rows = session.find(table, where, order, key_from(cursor, table, order), limit + 1)
    return page_of(rows, limit, order)


def _add_words(api: Api, parts: Parts) -> None:
    reader = Depends(api.auth.needs(*application.ANSWERERS))

    @api.app.get("/dossiers/{dossier}/consultations/{number}", tags=["consultations"])
    @answers(ConsultationWords)
    def words(dossier: UUID, number: Number, caller: Annotated[Caller, reader]) -> dict[str, Any]:
        """What is asked, and what was answered, for the two agencies; every read of the vault is logged there."""
        with api.database.session() as session:
            unit = Unit(session, Because(actor=caller.subject, correlation=dossier))
            asked = application.consultation_for(unit, caller, dossier, number)
        question = parts.vault.get(asked.question, "handle")
        answer = parts.vault.get(asked.answer, "handle") if asked.answer else None
        return {
            "consultation": number,
            "asking": asked.asking,
            "asked": asked.asked,
            "reply_by": asked.reply_by.isoformat(),
            "answered_at": asked.answered_at and asked.answered_at.isoformat(),
            "late": _was_late(asked),
            "question": question and question["question"],
            "answer": answer and answer["answer"],
        }
