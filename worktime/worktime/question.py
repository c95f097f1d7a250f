"""What a due date would be: the answer of `motcua due`, for one question or a row of a table of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from worktime.clock import due, due_at
from worktime.counting import Pause
from worktime.derivation import DueDate, Refusal
from worktime.extension import Extension, check_extension
from worktime.limits import deficiency_limit, supplement_deadline, supplement_last_day
from worktime.moments import parse_moment, say_date, say_moment
from worktime.packaged import calendar as packaged_calendar
from worktime.rules import RuleSet, UnknownRuleSet, rule_set, rule_sets
from worktime.table import SAID_YEARS, OutsideCalendar
from worktime.term import Term
from worktime.working_calendar import Calendar

DEFAULT_RULE_SET = "tuyen-quang-2025"
_OUTSIDE = f"Có ngày nằm ngoài lịch, là {SAID_YEARS}."
_MOMENT = "viết như 2026-04-24T16:10"
_SPAN = "viết TỪ..ĐẾN, như 2026-05-05T08:00..2026-05-07T08:00"
_AGENCY = re.compile(r"[A-Z][0-9A-Z]{2}(\.[0-9A-Z]{1,10})*")
_COLUMNS = ("term", "from", "rule_set", "agency", "pause", "supplement", "extend_to", "asked_at")
R = TypeVar("R")
_WAITING = "chờ bổ sung hồ sơ"


class WrongUse(ValueError):
    """The question itself is malformed (exit code 2 of `motcua due`); says why in Vietnamese."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A term from a start, with what happened on the way. Moments have a zone; `supplement` is (asked, completed)."""

    term: str
    start: datetime
    rule_set: str = DEFAULT_RULE_SET
    agency: str | None = None
    pauses: tuple[Pause, ...] = ()
    supplement: tuple[datetime, datetime] | None = None
    extend_to: date | None = None
    asked_at: datetime | None = None


def question(
    term: str,
    start: str,
    *,
    rule_set: str | None = None,
    agency: str | None = None,
    pauses: Sequence[str] = (),
    supplement: str | None = None,
    extend_to: str | None = None,
    asked_at: str | None = None,
) -> Question:
    """A question from words as a person writes them: `15wd`, `2026-04-24T16:10`, `FROM..TO`. Malformed: WrongUse."""
    if bool(extend_to) != bool(asked_at):
        raise WrongUse("Gia hạn cần cả ngày hẹn mới (extend_to) và lúc đề nghị (asked_at).")
    if agency and not _AGENCY.fullmatch(agency):
        raise WrongUse(f"“{agency}” không phải mã cơ quan: viết như H60 hoặc H60.14.")
    _read("thời hạn", term, Term.parse, "viết 8wh, 15wd, 15d hoặc same-day")
    return Question(
        term=term,
        start=_moment("lúc bắt đầu", start),
        rule_set=rule_set or DEFAULT_RULE_SET,
        agency=agency or None,
        pauses=tuple(Pause(from_=span[0], to=span[1]) for span in (_span("thời gian tạm dừng", text) for text in pauses)),
        supplement=_span("thời gian bổ sung", supplement) if supplement else None,
        extend_to=_read("ngày hẹn mới", extend_to, date.fromisoformat, "viết như 2026-05-27") if extend_to else None,
        asked_at=_moment("lúc đề nghị gia hạn", asked_at) if asked_at else None,
    )


def question_from_row(row: Mapping[str | None, Any]) -> Question:
    """A row of a table: columns term, from, rule_set, agency, pause (several joined by `;`), supplement, extend_to, asked_at."""
    if None in row:
        raise WrongUse("Dòng có nhiều ô hơn số cột.")
    cells = {str(column).strip(): str(value or "").strip() for column, value in row.items() if column}
    unknown = sorted(set(cells) - set(_COLUMNS))
    if unknown:
        raise WrongUse(f"Không hiểu cột {', '.join(unknown)}; các cột là {', '.join(_COLUMNS)}.")
    if not cells.get("term") or not cells.get("from"):
        raise WrongUse("Dòng cần có term và from.")
    return question(
        cells["term"],
        cells["from"],
        rule_set=cells.get("rule_set"),
        agency=cells.get("agency"),
        pauses=[span.strip() for span in cells.get("pause", "").split(";") if span.strip()],
        supplement=cells.get("supplement"),
        extend_to=cells.get("extend_to"),
        asked_at=cells.get("asked_at"),
    )


def answer(asked: Question, calendar: Calendar | None = None) -> DueDate:
    """The due date with its derivation. Refused by law: Refusal. Unknown rule set, dates out of order or out of range: WrongUse.

    Without a calendar the newest packaged one of the question's agency counts.
    """
    try:
        rules = rule_set(asked.rule_set)
        return _answered(asked, calendar or packaged_calendar(asked.agency), rules)
    except (OverflowError, OutsideCalendar) as error:
        raise WrongUse(_OUTSIDE) from error
    except UnknownRuleSet as error:
        raise WrongUse(f"Không có bộ quy tắc “{asked.rule_set}”; có: {', '.join(rules.name for rules in rule_sets())}.") from error


def answer_json(asked: Question, calendar: Calendar | None = None) -> dict[str, Any]:
    """`DueDate.to_json()`, or `{"refused": {"why", "article"}}`. Malformed: WrongUse."""
    try:
        return answer(asked, calendar).to_json()
    except Refusal as refusal:
        return refusal.to_json()


def _answered(asked: Question, calendar: Calendar, rules: RuleSet) -> DueDate:
    pauses, restart, restart_asked_at = asked.pauses, None, None
    if asked.supplement is not None:
        _check_supplement(asked, asked.supplement, calendar, rules)
        if rules.settings.supplement_clock == "restart":
            restart_asked_at, restart = asked.supplement
        else:
            pauses = (*pauses, Pause(from_=asked.supplement[0], to=asked.supplement[1], reason=_WAITING))
    extension = _extension(asked, pauses, restart, calendar, rules)
    return due(
        asked.term, asked.start, calendar, rules, pauses=pauses, restart=restart, restart_asked_at=restart_asked_at, extension=extension
    )


def _check_supplement(asked: Question, span: tuple[datetime, datetime], calendar: Calendar, rules: RuleSet) -> None:
    requested, completed = span
    if requested < asked.start:
        raise WrongUse("Yêu cầu bổ sung trước lúc bắt đầu.")
    if not rules.settings.guards:
        return
    settlement = due_at(asked.term, asked.start, calendar, asked.pauses, same_day_until=rules.settings.same_day_until)
    limit = deficiency_limit(asked.start, calendar, rules, settlement_due_at=settlement)
    if limit is not None and requested > limit:
        raise Refusal(f"Chỉ được yêu cầu bổ sung hồ sơ đến {say_moment(limit)}", rules.article("deficiency_limit"))
    last, deadline = supplement_last_day(requested, calendar, rules), supplement_deadline(requested, calendar, rules)
    if last is not None and deadline is not None and completed > deadline:
        raise Refusal(f"Hồ sơ không được bổ sung đến hết {say_date(last)} nên đã bị đóng", rules.article("close_after_days"))


def _extension(asked: Question, pauses: Sequence[Pause], restart: datetime | None, calendar: Calendar, rules: RuleSet) -> Extension | None:
    if asked.extend_to is None or asked.asked_at is None:
        return None
    moment = asked.asked_at
    if moment < asked.start:
        raise WrongUse("Đề nghị gia hạn trước lúc bắt đầu.")
    start = restart if restart is not None and restart <= moment else asked.start
    before = [pause for pause in pauses if pause.from_ < moment]
    current = due_at(asked.term, start, calendar, before, same_day_until=rules.settings.same_day_until)
    return check_extension(
        term=asked.term,
        due_at=current,
        new_date=asked.extend_to,
        asked_at=moment,
        already_extended=False,
        calendar=calendar,
        rules=rules,
    )


def _read(what: str, text: str, read: Callable[[str], R], how: str) -> R:
    try:
        return read(text)
    except OverflowError as error:
        raise WrongUse(_OUTSIDE) from error
    except ValueError as error:
        raise WrongUse(f"Không hiểu {what} “{text}”: {how}.") from error


def _moment(what: str, text: str) -> datetime:
    return _read(what, text, parse_moment, _MOMENT)


def _span(what: str, text: str) -> tuple[datetime, datetime]:
    begin, dots, end = text.partition("..")
    if not dots:
        raise WrongUse(f"Không hiểu {what} “{text}”: {_SPAN}.")
    span = _moment(what, begin), _moment(what, end)
    if span[1] < span[0]:
        raise WrongUse(f"{what.capitalize()} “{text}” kết thúc trước khi bắt đầu.")
    return span
