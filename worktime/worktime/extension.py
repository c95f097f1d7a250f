"""The one extension (gia hạn): which new dates the law allows, and whether the slip came in time."""

from datetime import date, datetime, timedelta

import msgspec

from worktime.counting import HOUR, units_between
from worktime.derivation import Refusal
from worktime.moments import DAY, in_viet_nam, say_date
from worktime.rules import RuleSet
from worktime.term import Term, say_units, term_of
from worktime.working_calendar import Calendar

_SHARES = {2: "hai", 3: "ba", 4: "tư", 5: "năm"}


class Extension(msgspec.Struct, frozen=True, kw_only=True):
    """An accepted new date. `due_at`: the end of that date's last working half-day. `late_notice`: the slip came too late,
    so lateness is still judged against `old_due_at`. `legal_dates`: what could have been chosen. `cap`: the third, in the
    term's unit; None where the rule set has none."""

    new_date: date
    due_at: datetime
    old_due_at: datetime
    asked_at: datetime
    late_notice: bool
    cap: int | None
    legal_dates: tuple[date, ...]
    article: str


def extension_cap(term: Term | str, rules: RuleSet) -> int | None:
    """The greatest extension in the term's own unit: floor(term ÷ 3) under the Tuyên Quang rule; None: no cap."""
    divisor = rules.settings.extension_divisor
    return None if divisor is None else term_of(term).amount // divisor


def say_share(rules: RuleSet) -> str:
    """The part of the term that an extension may add, in words: `một phần ba` where the rule set divides by three."""
    divisor = rules.settings.extension_divisor or 1
    return f"một phần {_SHARES[divisor]}" if divisor in _SHARES else f"1/{divisor}"


def last_day_in_time(due_at: datetime, calendar: Calendar, rules: RuleSet) -> date:
    """The last Viet Nam date on which the slip is in time: n working or calendar days before the due date."""
    day, lead = in_viet_nam(due_at).date(), rules.settings.extension_lead
    if lead is None:
        return day
    before = Term.parse(lead)
    if before.unit == "d":
        return day - timedelta(days=before.amount)
    table = calendar.table
    return date.fromordinal(table.working_date(table.days_until(day.toordinal() - 1) - before.amount + 1))


def no_extension(term: Term | str, *, already_extended: bool, rules: RuleSet) -> Refusal | None:
    """Why the law gives no new date at all: the extension is used, or the share of the term is less than a unit. Else None."""
    if _used_up(already_extended, rules):
        return Refusal("Việc hẹn lại ngày trả kết quả chỉ được thực hiện một lần", rules.article("extension_once"))
    if extension_cap(term, rules) == 0:
        said = f"{say_share(rules).capitalize()} của thời hạn {term_of(term).say()}"
        return Refusal(f"{said} chưa đủ một đơn vị nên không được gia hạn", rules.article("extension_divisor"))
    return None


def legal_extension_dates(
    *,
    term: Term | str,
    due_at: datetime,
    calendar: Calendar,
    rules: RuleSet,
    already_extended: bool = False,
    asked_at: datetime | None = None,
    most: int = 30,
) -> list[date]:
    """The working dates to which the due date may move, at most `most` where the rule set has no cap; `asked_at`: none over by then."""
    if _used_up(already_extended, rules):
        return []
    due, cap, term = in_viet_nam(due_at), extension_cap(term, rules), term_of(term)
    found: list[date] = []
    day = due.date() + DAY
    while len(found) < most and not _beyond(term, due, day, cap, calendar):
        if calendar.is_working(day) and (asked_at is None or calendar.table.end_of(day.toordinal()) > asked_at):
            found.append(day)
        day += DAY
    return found


def check_extension(
    *, term: Term | str, due_at: datetime, new_date: date, asked_at: datetime, already_extended: bool, calendar: Calendar, rules: RuleSet
) -> Extension:
    """The extension to `new_date`, or Refusal: a second one, a date not after the due date, a day off, more than the third.

    A slip sent too late is never refused (NĐ 118 Đ19.6, TQ25.2a); it is marked.
    """
    term, due, asked = term_of(term), in_viet_nam(due_at), in_viet_nam(asked_at)
    if rules.settings.guards:
        _guard(term, due, new_date, already_extended, calendar, rules)
    if not calendar.is_working(new_date):
        raise Refusal(f"{say_date(new_date)} là ngày nghỉ, không hẹn trả kết quả được", rules.article("extension_date"))
    legal = legal_extension_dates(term=term, due_at=due, calendar=calendar, rules=rules) if rules.settings.guards else []
    return Extension(
        new_date=new_date,
        due_at=calendar.table.end_of(new_date.toordinal()),
        old_due_at=due,
        asked_at=asked,
        late_notice=asked.date() > last_day_in_time(due, calendar, rules),
        cap=extension_cap(term, rules),
        legal_dates=tuple(legal),
        article=rules.article("extension_once"),
    )


def _guard(term: Term, due: datetime, new_date: date, already_extended: bool, calendar: Calendar, rules: RuleSet) -> None:
    never = no_extension(term, already_extended=already_extended, rules=rules)
    if never is not None:
        raise never
    if new_date <= due.date():
        raise Refusal(f"Ngày hẹn mới phải sau ngày hẹn hiện tại ({say_date(due)})", rules.article("extension_date"))
    cap = extension_cap(term, rules)
    if calendar.is_working(new_date) and _beyond(term, due, new_date, cap, calendar):
        why = f"Chỉ được gia hạn thêm không quá {say_units(cap or 0, term.unit)} ({say_share(rules)} của {term.say()})"
        raise Refusal(why, rules.article("extension_divisor"))


def _used_up(already_extended: bool, rules: RuleSet) -> bool:
    return rules.settings.extensions is not None and int(already_extended) >= rules.settings.extensions


def _beyond(term: Term, due: datetime, day: date, cap: int | None, calendar: Calendar) -> bool:
    """Whether moving the due date to the end of that date adds more than the cap, counted in the term's unit."""
    if cap is None or not calendar.is_working(day):
        return cap == 0
    added = units_between(term.unit, due, calendar.table.end_of(day.toordinal()), calendar.table)
    return added > cap * (HOUR if term.unit == "wh" else 1)
