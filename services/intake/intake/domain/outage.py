"""Codes allotted in advance to a paper book, for days on which the system may be away (exact readings 4.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.outage import Outage
from contracts.refusal import Refused as Refusal
from intake.domain.reception import ISSUED, PAPER_FIRST, PAPER_LAST
from worktime import Calendar, RuleSet, in_viet_nam


def series(agency: str, day: date) -> str:
    """The series of a day's paper codes, of one agency."""
    return f"outage-code/{agency}/{day:%y%m%d}"


def code_of(agency: str, day: date, ordinal: int, rules: RuleSet) -> str:
    """The paper code of an ordinal, from 1. Raises `Refused` when the day's series is used up."""
    if PAPER_FIRST + ordinal - 1 > PAPER_LAST:
        why = f"Dãy số {PAPER_FIRST}–{PAPER_LAST} của ngày này đã cấp hết."
        raise Refusal(why, article=rules.article("outage"), field="count")
    code = f"{agency}-{day:%y%m%d}-{PAPER_FIRST + ordinal - 1:04d}"
    if not ISSUED.match(code):
        raise ValueError(f"{code} is no dossier code")
    return code


def next_days(now: datetime, working: Calendar, count: int) -> list[date]:
    """The next working days after today."""
    table, today = working.table, in_viet_nam(now).toordinal()
    first = table.days_until(today) + 1
    return [date.fromordinal(table.working_date(first + number)) for number in range(count)]


def closing_day(day: date, working: Calendar, days: int) -> datetime:
    """When a sheet is closed by itself: at the end of the last working day on which its entries are expected.

    `day`: the sheet's, or the one on which its outage ended: paper that lies there is entered after that.
    """
    table = working.table
    return table.end_of(table.working_date(table.days_until(day.toordinal()) + days))


def last_day_out(outages: Iterable[Outage], holder: str, day: date, now: datetime) -> date:
    """The day on which the last outage ended that struck the holder on the sheet's day; that day itself where none did."""
    return max([day, *(last for first, last in _days_out(outages, holder, now) if first <= day <= last)])


def check_struck(outages: Iterable[Outage], holder: str, day: date, now: datetime, rules: RuleSet) -> None:
    """Codes are allotted afterwards only for a day, gone or today, on which a declared outage struck the holder."""
    if not any(first <= day <= last for first, last in _days_out(outages, holder, now)):
        why = "Chỉ cấp mã bổ sung cho ngày có sự cố đã khai của bộ phận một cửa này."
        raise Refusal(why, article=rules.article("outage"), field="day", status=422)


def _days_out(outages: Iterable[Outage], holder: str, now: datetime) -> list[tuple[date, date]]:
    """The first and the last day of each of the holder's outages; of one that lasts, today."""
    struck = (known for known in outages if known.of(holder))
    return [(in_viet_nam(known.began_at).date(), in_viet_nam(known.ended_at or now).date()) for known in struck]


def sheet_id(holder: str, agency: str, day: date) -> UUID:
    """The stream that the voided codes of a sheet are recorded in."""
    return uuid5(NAMESPACE_URL, f"motcua/outage-sheet/{holder}/{agency}/{day.isoformat()}")


def check_usable(
    code: str, *, state: str, holder: str, day: date, receiving: str, agency: str, effective_at: datetime, rules: RuleSet
) -> None:
    """A code of the book is used once, by its holder, for the agency and on the day it was allotted for."""
    if state != "allotted":
        raise Refusal(f"Mã {code} đã dùng hoặc đã hủy.", article=rules.article("outage"), field="code")
    if holder != receiving:
        raise Refusal(f"Mã {code} thuộc sổ của một bộ phận một cửa khác.", article=rules.article("outage"), field="code", status=422)
    if not code.startswith(f"{agency}-"):
        raise Refusal(f"Mã {code} không thuộc cơ quan {agency} của hồ sơ này.", article=rules.article("outage"), field="code", status=422)
    if in_viet_nam(effective_at).date() != day:
        raise Refusal(f"Mã {code} chỉ dùng cho hồ sơ nhận ngày {day:%d/%m/%Y}.", article=rules.article("outage"), field="code", status=422)
