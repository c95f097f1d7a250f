"""The other limits of a dossier's life, each by its article and its rule set's setting."""

from datetime import date, datetime

from worktime.clock import due
from worktime.counting import today_counts
from worktime.derivation import DueDate, Step
from worktime.moments import in_viet_nam, moment_of, say_moment
from worktime.rules import RuleSet
from worktime.term import Term
from worktime.working_calendar import Calendar

_NO_LIMIT = "this rule set has no such limit"


def gate_due(submitted_at: datetime, received_by_system_at: datetime, calendar: Calendar, rules: RuleSet) -> DueDate:
    """By when an online dossier is accepted, supplemented or refused: 8 working hours (NĐ 118 Đ17.2c).

    They start at submission (DN12.1a, SL10.2a) or at receipt by the provincial system (NĐ 118), as the rule set says.
    """
    start = submitted_at if rules.settings.gate_start == "submitted" else received_by_system_at
    in_viet_nam(submitted_at), in_viet_nam(received_by_system_at)
    if rules.settings.gate_term is None:
        raise ValueError(f"{rules.name}: {_NO_LIMIT} (gate_term)")
    return due(rules.settings.gate_term, start, calendar, rules, point="gate_term")


def restart_after_supplement(
    term: Term | str, arrived_at: datetime, calendar: Calendar, rules: RuleSet, *, start: datetime | None = None
) -> DueDate:
    """The full pinned term from the arrival of the last item (NĐ 118 Đ19.5). `start`: the first reception, to be told too."""
    return due(term, start or arrived_at, calendar, rules, restart=arrived_at)


def deficiency_limit(
    received_at: datetime, calendar: Calendar, rules: RuleSet, *, settlement_due_at: datetime | None = None
) -> datetime | None:
    """Until when processing may ask for a supplement: 3 working days after reception (NĐ 118 Đ19.5), or the settlement's due
    moment where the rule set says so (SL13.3d; give it as `settlement_due_at`). None: no limit."""
    limit = rules.settings.deficiency_limit
    if limit is None:
        return None
    if limit == "settlement":
        return None if settlement_due_at is None else in_viet_nam(settlement_due_at)
    return due(limit, received_at, calendar, rules, point="deficiency_limit").due_at


def supplement_last_day(notice_at: datetime, calendar: Calendar, rules: RuleSet, *, stage: str = "processing") -> date | None:
    """The last date on which a supplement is accepted: notice date + 15, moved past days off (NĐ 118 Đ19.5). None: no limit."""
    days = rules.settings.gate_close_days if stage == "gate" else rules.settings.close_after_days
    if days is None:
        return None
    return date.fromordinal(calendar.table.roll(in_viet_nam(notice_at).toordinal() + days))


def supplement_deadline(notice_at: datetime, calendar: Calendar, rules: RuleSet, *, stage: str = "processing") -> datetime | None:
    """24:00 of `supplement_last_day`, written as 00:00 of the day after. At or before it: accepted. None: no closing."""
    last = supplement_last_day(notice_at, calendar, rules, stage=stage)
    return None if last is None else moment_of(last.toordinal(), 1440)


def closing_moment(deadline: datetime, calendar: Calendar) -> datetime:
    """When `Closed` is recorded: the first working minute after the supplement's deadline."""
    return calendar.next_working_minute(deadline)


def handover_due(received_at: datetime, calendar: Calendar, rules: RuleSet) -> DueDate:
    """By when paper is handed over (NĐ 118 Đ18.2): received by 15:00:00 the same day, else the next working morning.

    "Đầu giờ ngày làm việc tiếp theo" ends with that day's first half-day (our reading: a limit at the opening could never be kept).
    """
    local, table, until = in_viet_nam(received_at), calendar.table, rules.settings.paper_until
    if until is None:
        raise ValueError(f"{rules.name}: {_NO_LIMIT} (paper_until)")
    ordinal = local.toordinal()
    if today_counts(local, table, until):
        result, why = table.end_of(ordinal), f"Tiếp nhận không muộn hơn {until:%H:%M}; chuyển hồ sơ giấy ngay trong ngày"
    else:
        ordinal = table.working_date(table.days_until(ordinal) + 1)
        result, why = (
            moment_of(ordinal, table.halves(ordinal)[0][1]),
            f"Tiếp nhận sau {until:%H:%M} hoặc ngoài ngày làm việc; chuyển đầu giờ ngày làm việc tiếp theo",
        )
    source = f"{rules.article('paper_until')}; lịch {calendar.version}; bộ quy tắc {rules.name}"
    steps = (
        Step(step="start", from_=local.isoformat(), to=local.isoformat(), why=f"Tiếp nhận lúc {say_moment(local)}", source=source),
        Step(step="result", from_=local.isoformat(), to=result.isoformat(), why=f"{why}: chậm nhất {say_moment(result)}", source=source),
    )
    provisional = not all(calendar.is_official(year) for year in range(local.year, result.year + 1))
    return DueDate(
        due_at=result,
        original_due_at=result,
        term="paper",
        calendar=calendar.version,
        rule_set=rules.name,
        derivation=steps,
        provisional=provisional,
    )
