"""Due dates of Vietnamese administrative law that explain themselves. Pure: no clock, no network, no state."""

from worktime.calendar_data import CalendarData, Closure, Holiday, Layer, MakeUp, OfficialYear, Swap, Week, WrongParent
from worktime.clock import due, due_at
from worktime.counting import Pause
from worktime.derivation import DueDate, Refusal, Step, say_steps
from worktime.extension import (
    Extension,
    check_extension,
    extension_cap,
    last_day_in_time,
    legal_extension_dates,
    no_extension,
    say_share,
)
from worktime.limits import (
    closing_moment,
    deficiency_limit,
    gate_due,
    handover_due,
    restart_after_supplement,
    supplement_deadline,
    supplement_last_day,
)
from worktime.moments import PROVISIONAL, VN, in_viet_nam, parse_moment, say_date, say_moment
from worktime.packaged import calendar, calendar_versions
from worktime.question import Question, WrongUse, answer, answer_json, question, question_from_row
from worktime.rules import (
    NoRulesThen,
    Rulebook,
    RuleSet,
    Settings,
    UnknownRuleSet,
    WrongRuleSet,
    article_of,
    rule_set,
    rule_set_for,
    rule_sets,
    rulebook,
)
from worktime.running import Running
from worktime.table import CALENDAR_YEARS, SAID_YEARS, OutsideCalendar, minutes_of
from worktime.term import Term, TermByChannel
from worktime.verdict import Verdict, judge, judge_by_minute
from worktime.working_calendar import Calendar, Note, WrongWeek, calendar_from_data, calendar_to_data, halves_of

__all__ = [
    "CALENDAR_YEARS",
    "PROVISIONAL",
    "SAID_YEARS",
    "VN",
    "Calendar",
    "CalendarData",
    "Closure",
    "DueDate",
    "Extension",
    "Holiday",
    "Layer",
    "MakeUp",
    "NoRulesThen",
    "Note",
    "OfficialYear",
    "OutsideCalendar",
    "Pause",
    "Question",
    "Refusal",
    "RuleSet",
    "Rulebook",
    "Running",
    "Settings",
    "Step",
    "Swap",
    "Term",
    "TermByChannel",
    "UnknownRuleSet",
    "Verdict",
    "Week",
    "WrongParent",
    "WrongRuleSet",
    "WrongUse",
    "WrongWeek",
    "answer",
    "answer_json",
    "article_of",
    "calendar",
    "calendar_from_data",
    "calendar_to_data",
    "calendar_versions",
    "check_extension",
    "closing_moment",
    "deficiency_limit",
    "due",
    "due_at",
    "extension_cap",
    "gate_due",
    "halves_of",
    "handover_due",
    "in_viet_nam",
    "judge",
    "judge_by_minute",
    "last_day_in_time",
    "legal_extension_dates",
    "minutes_of",
    "no_extension",
    "parse_moment",
    "question",
    "question_from_row",
    "restart_after_supplement",
    "rule_set",
    "rule_set_for",
    "rule_sets",
    "rulebook",
    "say_date",
    "say_moment",
    "say_share",
    "say_steps",
    "supplement_deadline",
    "supplement_last_day",
]
