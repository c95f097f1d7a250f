"""What a due date would be: the answer of `motcua due`, for one question or a row of a table of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from worktime.clock import due, due_at
from worktime.counting import Pause
from worktime.derivation import DueDate, Refusal
from worktime.extension import Extension, check_extension
from worktime.limits import deficiency_limit, supplement_deadline, supplement_last_day
from worktime.moments import in_viet_nam, parse_moment, say_date, say_moment
from worktime.packaged import calendar as packaged_calendar
from worktime.rules import RuleSet, rule_set
from worktime.term import Term
from worktime.working_calendar import Calendar

DEFAULT_RULE_SET = "tuyen-quang-2025"
_OUTSIDE = "the date lies outside the calendar (2000–2099)"
_WAITING = "chờ bổ sung hồ sơ"


class WrongUse(ValueError):
    """The question itself is malformed (exit code 2 of `motcua due`)."""


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
        raise WrongUse("an extension needs both its new date and the moment it was asked for")
    try:
        Term.parse(term)
        return Question(
            term=term,
            start=parse_moment(start),
            rule_set=rule_set or DEFAULT_RULE_SET,
            agency=agency or None,
            pauses=tuple(Pause(from_=span[0], to=span[1]) for span in map(_span, pauses)),
            supplement=_span(supplement) if supplement else None,
            extend_to=date.fromisoformat(extend_to) if extend_to else None,
            asked_at=parse_moment(asked_at) if asked_at else None,
        )
    except OverflowError as error:
        raise WrongUse(_OUTSIDE) from error
    except ValueError as error:
        raise WrongUse(str(error)) from error


def question_from_row(row: Mapping[str, str | None]) -> Question:
    """A row of a table: columns term, from, rule_set, agency, pause (several joined by `;`), supplement, extend_to, asked_at."""
    cells = {column.strip(): (value or "").strip() for column, value in row.items() if column}
    unknown = set(cells) - {"term", "from", "rule_set", "agency", "pause", "supplement", "extend_to", "asked_at"}
    if unknown or not cells.get("term") or not cells.get("from"):
        raise WrongUse(f"a row needs term and from; not understood: {', '.join(sorted(unknown)) or 'nothing'}")
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
    except OverflowError as error:
        raise WrongUse(_OUTSIDE) from error
    except (ValueError, KeyError) as error:
        raise WrongUse(str(error.args[0])) from error


def answer_json(asked: Question, calendar: Calendar | None = None) -> dict[str, Any]:
    """`DueDate.to_json()`, or `{"refused": {"why", "article"}}`. Malformed: WrongUse."""
    try:
        return answer(asked, calendar).to_json()
    except Refusal as refusal:
        return refusal.to_json()


def _answered(asked: Question, calendar: Calendar, rules: RuleSet) -> DueDate:
    pauses, restart = asked.pauses, None
    if asked.supplement is not None:
        _check_supplement(asked, asked.supplement, calendar, rules)
        if rules.settings.supplement_clock == "restart":
            restart = asked.supplement[1]
        else:
            pauses = (*pauses, Pause(from_=asked.supplement[0], to=asked.supplement[1], reason=_WAITING))
    extension = _extension(asked, pauses, restart, calendar, rules)
    return due(asked.term, asked.start, calendar, rules, pauses=pauses, restart=restart, extension=extension)


def _check_supplement(asked: Question, span: tuple[datetime, datetime], calendar: Calendar, rules: RuleSet) -> None:
    requested, completed = span
    if requested < asked.start:
        raise ValueError("the supplement was asked for before the start")
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
        raise ValueError("the extension was asked for before the start")
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


def _span(text: str) -> tuple[datetime, datetime]:
    begin, dots, end = text.partition("..")
    if not dots:
        raise ValueError(f"not a span FROM..TO: {text!r}")
    span = in_viet_nam(parse_moment(begin)), in_viet_nam(parse_moment(end))
    if span[1] < span[0]:
        raise ValueError(f"a span ends before it begins: {text!r}")
    return span
