"""The register (form 07) and the report on completeness."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

import msgspec
from fastapi import Depends, Path, Query

import forms
from chassis.http import Api, Pdf, answers
from chassis.http.auth import must_be_in
from chassis.http.moments import Day
from chassis.http.paging import cursor_of, key_from
from chassis.http.problem import ProblemError
from chassis.service import Parts
from chassis.tokens import Caller
from intake import completeness, register, views
from intake.answers import Completeness, RegisterPage
from intake.api.access import OFFICERS
from intake.domain.reception import BOOK
from worktime import VN

Year = Annotated[int, Path(ge=2018, le=2100)]


def add_register_routes(api: Api, parts: Parts) -> None:
    officer = Depends(api.auth.needs(*OFFICERS))

    @api.app.get("/registers/{agency}/{year}", tags=["register"])
    @answers(RegisterPage)
    def entries(
        agency: str,
        year: Year,
        caller: Annotated[Caller, officer],
        since: Day | None = None,
        until: Day | None = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> dict[str, Any]:
        """The register of a one-stop for a year, or for days of it (`until` included), by ordinal."""
        must_be_in(caller, OFFICERS, agency)
        begin, end = _period(year, since, until)
        after = key_from(cursor, views.DOSSIER, views.REGISTER_ORDER)
        with api.database.session() as session:
            rows = views.registered(session, agency, begin, end, between=None, after=after, limit=limit + 1)
            lines = register.rows_of(session, parts, rows[:limit], caller, api.clock.now())
        more = cursor_of(rows[limit - 1], views.REGISTER_ORDER) if len(rows) > limit else None
        return {"items": [msgspec.to_builtins(line) for line in lines], "next": more}

    @api.app.get("/registers/{agency}/{year}/books/{number}", tags=["register"], response_class=Pdf)
    def book(agency: str, year: Year, number: Annotated[int, Path(ge=1, le=1000)], caller: Annotated[Caller, officer]) -> Pdf:
        """One book of the register as PDF (form 07, A4)."""
        must_be_in(caller, OFFICERS, agency)
        begin, end = register.year_of(year)
        between = ((number - 1) * BOOK + 1, number * BOOK)
        with api.database.session() as session:
            rows = views.registered(session, agency, begin, end, between=between, after=None, limit=BOOK)
            if not rows and number > 1:
                raise ProblemError(404, "Sổ không có quyển này.")
            lines = register.rows_of(session, parts, rows, caller, api.clock.now())
        printed = register.book(parts, agency, year, number, lines, api.clock.now())
        return Pdf(forms.render(printed))

    @api.app.get("/completeness", tags=["register"])
    @answers(Completeness)
    def complete(
        caller: Annotated[Caller, Depends(api.auth.needs(*OFFICERS, "operator"))],
        agency: Annotated[str, Query(max_length=60)],
        since: Day,
        until: Day,
    ) -> dict[str, Any]:
        """Is every dossier of these days in the system with its steps? Exceptions are listed."""
        if not caller.may("operator"):
            must_be_in(caller, OFFICERS, agency)
        working = parts.catalogue.calendar(agency)
        with api.database.session() as session:
            return completeness.report(session, working, agency, _midnight(since), _midnight(until + timedelta(days=1)), api.clock.now())


def _period(year: int, since: Day | None, until: Day | None) -> tuple[datetime, datetime]:
    begin, end = register.year_of(year)
    return max(begin, _midnight(since)) if since else begin, min(end, _midnight(until + timedelta(days=1))) if until else end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VN)
