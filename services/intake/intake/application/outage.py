"""The paper book: codes allotted in advance, used by back-entry, voided when nobody needed them."""

from datetime import date, datetime
from typing import Any

import msgspec

from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from contracts.refusal import Refused as Refusal
from intake.application import issuing
from intake.application.desk import Desk
from intake.domain import outage
from intake.events import CodeVoided
from intake.views import CLOSE_SHEET, OUTAGE_CODE, OutageCode
from worktime import RuleSet, in_viet_nam


def allot(
    unit: Unit, desk: Desk, holder: str, agency: str, count: int, officer: str, now: datetime, *, day: date | None = None
) -> list[OutageCode]:
    """Fill the holder's sheets of the next working days up to `count` codes each; the codes that are new.

    `day`: fill the sheet of that day alone, on which a declared outage struck the holder: it lasted longer than the book.
    """
    agencies, rules = desk.catalogue.agencies(), desk.rules_on(now)
    if holder not in agencies or not agencies[holder].one_stop:
        raise Refusal("Cơ quan này không có bộ phận một cửa.", article=rules.article("outage"), field="agency", status=422)
    if agency not in agencies:
        why = "Không có cơ quan giải quyết này trong danh mục."
        raise Refusal(why, article=rules.article("outage"), field="settling", status=422)
    working, days, outages = desk.catalogue.calendar(holder), rules.settings.outage_sheet_days, desk.catalogue.outages()
    if day is not None:
        outage.check_struck(outages, holder, day, now, rules)
    added: list[OutageCode] = []
    for wanted in [day] if day else outage.next_days(now, working, days):
        added += _fill(unit, holder, agency, wanted, count, officer, now, rules)
        last = max(outage.last_day_out(outages, holder, wanted, now), in_viet_nam(now).date()) if day else wanted
        sheet, closing = outage.sheet_id(holder, agency, wanted), outage.closing_day(last, working, days)
        unit.put(TIMERS, Timer(name=CLOSE_SHEET, subject=sheet, due_at=closing, detail=f"{holder} {agency} {wanted.isoformat()}"))
    return added


def _fill(unit: Unit, holder: str, agency: str, day: date, count: int, officer: str, now: datetime, rules: RuleSet) -> list[OutageCode]:
    missing = count - sum(row.state != "voided" for row in sheet(unit, holder, agency, day))
    rows = [
        OutageCode(
            code=issuing.next_code(unit, outage.series(agency, day), lambda ordinal: outage.code_of(agency, day, ordinal, rules)),
            agency=agency,
            day=day,
            holder=holder,
            allotted_by=officer,
            allotted_at=now,
        )
        for _ in range(missing)
    ]
    for row in rows:
        unit.insert(OUTAGE_CODE, row)
    return rows


def sheet(unit: Unit, holder: str, agency: str, day: date) -> list[OutageCode]:
    """The codes of one sheet, in order."""
    return unit.find(OUTAGE_CODE, [("holder", "=", holder), ("agency", "=", agency), ("day", "=", day)], ("code",))


def use(unit: Unit, code: str, *, dossier: Any, receiving: str, agency: str, effective_at: datetime, rules: RuleSet) -> None:
    """Give a code of the book to a dossier. Raises `Refused` for one that is not this one-stop's to use then."""
    row = unit.get(OUTAGE_CODE, code)
    if row is None:
        raise Refusal(f"Mã {code} không có trong sổ giấy nào.", article=rules.article("outage"), field="code", status=422)
    outage.check_usable(
        code,
        state=row.state,
        holder=row.holder,
        day=row.day,
        receiving=receiving,
        agency=agency,
        effective_at=effective_at,
        rules=rules,
    )
    unit.put(OUTAGE_CODE, msgspec.structs.replace(row, state="used", dossier=dossier))


def close_sheet(unit: Unit, desk: Desk, holder: str, agency: str, day: date, cause: str, now: datetime) -> int:
    """Void what was not used, each by a fact: then every ordinal is a dossier or a `CodeVoided`. How many."""
    if _still_out(desk, holder, day, now):
        article = desk.rules_on(now).article("outage")
        raise Refusal("Sự cố của ngày này chưa kết thúc; chưa hủy được mã.", article=article, field="day")
    unused = [row for row in sheet(unit, holder, agency, day) if row.state == "allotted"]
    for row in unused:
        unit.put(OUTAGE_CODE, msgspec.structs.replace(row, state="voided"))
    facts = [CodeVoided(effective_at=now, recorded_at=now, code=row.code, cause=cause) for row in unused]
    unit.record(outage.sheet_id(holder, agency, day), *facts)
    return len(unused)


def close_sheet_by_timer(unit: Unit, desk: Desk, timer: Timer, now: datetime) -> None:
    """Close a sheet whose days are over; while its outage lasts, look again a working day later. After it, paper that lies there
    gets as many working days to be entered as if the outage had been on the day on which it ended."""
    holder, agency, written = timer.detail.split(" ")
    day = date.fromisoformat(written)
    if _still_out(desk, holder, day, now):
        working = desk.catalogue.calendar(holder)
        tomorrow = outage.next_days(now, working, 1)[0]
        unit.put(TIMERS, msgspec.structs.replace(timer, due_at=working.table.end_of(tomorrow.toordinal())))
        return
    days = desk.rules_on(now).settings.outage_sheet_days
    closing = outage.closing_day(outage.last_day_out(desk.catalogue.outages(), holder, day, now), desk.catalogue.calendar(holder), days)
    if closing > timer.due_at:
        unit.put(TIMERS, msgspec.structs.replace(timer, due_at=closing))
        return
    close_sheet(unit, desk, holder, agency, day, "unused", now)


def _still_out(desk: Desk, holder: str, day: date, now: datetime) -> bool:
    return any(known.ended_at is None and known.valid_from <= day and known.covers(holder, now) for known in desk.catalogue.outages())
