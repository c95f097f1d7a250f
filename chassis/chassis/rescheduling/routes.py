"""What an owner of clocks answers about a calendar change: what it would move, and how far it has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, NotRequired, TypedDict

import msgspec
from fastapi import Depends, Query

from chassis.catalogue import Catalogue
from chassis.errors import NotHeardOf
from chassis.http import Api, answers
from chassis.http.paging import cursor_of, key_from
from chassis.http.problem import ProblemError
from chassis.rescheduling.open_clocks import OPEN_CLOCKS, OpenClock
from chassis.rescheduling.sweep import PROGRESS, Owner
from chassis.service import Parts
from chassis.store import Session
from chassis.tokens import Caller
from contracts.calendar_version import CalendarVersion, Status
from worktime import judge, judge_by_minute

READERS = ("catalogue-editor", "catalogue-approver", "operator")
ORDER = ("dossier", "clock")


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One clock that a version moves, and whether it is late before and after; no `code` before reception."""

    dossier: str
    code: str | None
    clock: str
    agency: str
    old_due_at: datetime
    new_due_at: datetime
    late_before: bool
    late_after: bool


class Moves(TypedDict):
    """What a version would move among the clocks that were examined; `next` until all were."""

    version: str
    status: Status
    examined: int
    moved: int
    stop_being_late: int
    start_being_late: int
    items: list[Move]
    next: NotRequired[str]


class ChangeProgress(TypedDict):
    """How far a change has come here; the moments once it has begun."""

    code: str
    number: int
    status: Status
    examined: int
    moved: int
    stuck: int
    left: int
    started_at: NotRequired[str]
    finished_at: NotRequired[str | None]


def add_calendar_change_routes(api: Api, parts: Parts, owner: Owner) -> None:
    """`GET /calendar-changes/{version}/preview` and `GET /calendar-changes/{version}`."""
    reader = Depends(api.auth.needs(*READERS))

    @api.app.get("/calendar-changes/{version}/preview", tags=["calendar"])
    @answers(Moves)
    def preview(
        version: str,
        _: Annotated[Caller, reader],
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    ) -> dict[str, Any]:
        """What a version would move among the next `limit` open clocks, with old and new dates; `next` until all were looked at."""
        known = _known(parts.catalogue, version)
        after = key_from(cursor, OPEN_CLOCKS, ORDER)
        with api.database.session() as session:
            clocks = session.find(OPEN_CLOCKS, (), ORDER, after, limit + 1)
            moves = moved(session, clocks[:limit], known, parts.catalogue, owner, api.clock.now())
        page = {"version": known.code, "status": known.status, "examined": len(clocks[:limit]), **totals(moves)}
        page["items"] = [msgspec.to_builtins(move) for move in moves]
        return page | ({"next": cursor_of(clocks[limit - 1], ORDER)} if len(clocks) > limit else {})

    @api.app.get("/calendar-changes/{version}", tags=["calendar"])
    @answers(ChangeProgress)
    def progress(version: str, _: Annotated[Caller, reader]) -> dict[str, Any]:
        """How far an approved version has come here: clocks looked at, moved, stuck, and left."""
        known = _known(parts.catalogue, version)
        with api.database.session() as session:
            rows = session.rows(PROGRESS, [(version,)])
            left = session.count(OPEN_CLOCKS, [("checked", "<", known.number)])
        told = msgspec.to_builtins(rows[0]) if rows else {"code": version, "number": known.number, "examined": 0, "moved": 0, "stuck": 0}
        return {**told, "status": known.status, "left": left}


def _known(catalogue: Catalogue, version: str) -> CalendarVersion:
    try:
        return catalogue.calendar_version(version)
    except NotHeardOf as unknown:
        raise ProblemError(404, "Chưa nghe thấy lịch này.") from unknown


def moved(
    session: Session, clocks: Sequence[OpenClock], known: CalendarVersion, catalogue: Catalogue, owner: Owner, now: datetime
) -> list[Move]:
    """The clocks among these that the version would move."""
    dated = [(clock, clock.moves_to(catalogue.calendar(clock.agency, known.code))) for clock in clocks]
    moving = [(clock, dates) for clock, dates in dated if dates is not None]
    codes = owner.codes(session, [clock.dossier for clock, _ in moving])
    return [_move(clock, codes.get(clock.dossier), dates, owner.by_minute, now) for clock, dates in moving]


def _move(clock: OpenClock, code: str | None, dates: tuple[datetime, datetime], by_minute: bool, now: datetime) -> Move:
    before = (clock.due_at, clock.original_due_at)
    return Move(
        dossier=str(clock.dossier),
        code=code,
        clock=clock.clock,
        agency=clock.agency,
        old_due_at=before[0],
        new_due_at=dates[0],
        late_before=_late(clock, before, by_minute, now),
        late_after=_late(clock, dates, by_minute, now),
    )


def _late(clock: OpenClock, dates: tuple[datetime, datetime], by_minute: bool, now: datetime) -> bool:
    moment = clock.waiting_since or now
    if by_minute:
        return judge_by_minute(None, dates[0], moment) == "late"
    original = dates[1] if clock.running.extension else None
    return judge(None, dates[0], original, not clock.late_extension, moment) == "late"


def totals(moves: Sequence[Move]) -> dict[str, int]:
    """How many move, and how many stop or start being late."""
    return {
        "moved": len(moves),
        "stop_being_late": sum(move.late_before and not move.late_after for move in moves),
        "start_being_late": sum(move.late_after and not move.late_before for move in moves),
    }
