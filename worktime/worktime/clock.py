"""The settlement clock: from a term and a start to a due date, with or without its derivation."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache

from worktime.counting import HOUR, Pause, Shift, begin, merged, moment_at, position_of, shifts, today_counts
from worktime.derivation import DueDate, Step, due_sentence
from worktime.extension import Extension
from worktime.moments import in_viet_nam, say_date, say_moment, written
from worktime.rules import RuleSet
from worktime.term import Term, Unit, say_units, term_of
from worktime.working_calendar import Calendar, Note

_THREE_PM = time(15)


def due_at(
    term: Term | str, start: datetime, calendar: Calendar, pauses: Iterable[Pause] = (), *, same_day_until: time = _THREE_PM
) -> datetime:
    """The due moment (+07:00) alone, quickly. A moment without a zone raises ValueError."""
    term, local, table = term_of(term), in_viet_nam(start), calendar.table
    position = begin(term, local, table, same_day_until)
    for moved, _ in shifts(term.unit, position, merged(pauses, local) if pauses else (), table):
        position = moved
    return moment_at(term.unit, position, table)


def due(
    term: Term | str,
    start: datetime,
    calendar: Calendar,
    rules: RuleSet,
    *,
    pauses: Iterable[Pause] = (),
    restart: datetime | None = None,
    restart_asked_at: datetime | None = None,
    extension: Extension | None = None,
    point: str = "term",
) -> DueDate:
    """A due date with its derivation (BLDS 2015 Đ147–148; NĐ 118 Đ17.3, Đ19).

    `restart`: the arrival of the last item of a supplement; the full term runs from there and earlier pauses are spent;
    `restart_asked_at`: when it was asked for, which is told.
    `extension`: an accepted new date; pauses that begin after it was asked for move the new date. One asked for before
    the restart is spent too; one asked for before the start raises ValueError, and so does a moment without a zone.
    `point` names the article of the term (`term`, `gate_term` …).
    """
    if extension is not None and extension.asked_at < start:
        raise ValueError("the extension was asked for before the start")
    account = _Account(term_of(term), in_viet_nam(start), calendar, rules, point)
    if restart is not None:
        account.restart(in_viet_nam(restart), restart_asked_at)
    account.play(merged(pauses, account.start), extension)
    return account.closed()


class _Account:
    """Keeps the position of one clock and writes down each thing that moves it."""

    def __init__(self, term: Term, start: datetime, calendar: Calendar, rules: RuleSet, point: str) -> None:
        self.term, self.start, self.calendar, self.rules, self.point = term, start, calendar, rules, point
        self.table = calendar.table
        self.tail = f"; lịch {calendar.version}; bộ quy tắc {rules.name}"
        self.first = start
        self.restarted: Step | None = None
        self.moves: list[Step] = []
        self.extended: Extension | None = None
        self._begin()

    def _begin(self) -> None:
        self.position = begin(self.term, self.start, self.table, self.rules.settings.same_day_until)

    def play(self, pauses: list[Pause], extension: Extension | None) -> None:
        """What happened on the way, in order; `original` is the due moment as if there had been no extension."""
        position = self.position
        for moved, _ in shifts(self.term.unit, position, pauses, self.table) if pauses else ():
            position = moved
        self.original = moment_at(self.term.unit, position, self.table)
        if extension is None or extension.asked_at < self.start:
            self.pause(pauses)
            self.moves += [self._spent(extension)] if extension else []
        else:
            self.pause(pause for pause in pauses if pause.from_ < extension.asked_at)
            self.extend(extension)
            self.pause(pause for pause in pauses if pause.from_ >= extension.asked_at)

    def _spent(self, extension: Extension) -> Step:
        why = f"Đã gia hạn đến {say_moment(extension.due_at)}, nhưng thời hạn được tính lại từ đầu nên ngày đó không còn áp dụng"
        return self._step("extension", extension.old_due_at.isoformat(), extension.due_at.isoformat(), why, "extension_once")

    def _step(self, step: str, from_: str | None, to: str, why: str, point: str) -> Step:
        return Step(step=step, from_=from_, to=to, why=why, source=self.rules.article(point) + self.tail)

    def restart(self, arrival: datetime, asked_at: datetime | None) -> None:
        asked = f"Yêu cầu bổ sung lúc {say_moment(in_viet_nam(asked_at))}; h" if asked_at is not None else "H"
        why = f"{asked}ồ sơ được bổ sung đầy đủ lúc {say_moment(arrival)}; thời hạn được tính lại từ đầu"
        self.restarted = self._step("restart", self.start.isoformat(), arrival.isoformat(), why, "supplement_restart")
        self.start = arrival
        self._begin()

    def pause(self, pauses: Iterable[Pause]) -> None:
        for moved, shift in shifts(self.term.unit, self.position, pauses, self.table):
            self.position = moved
            self.moves.append(self._paused(shift))

    def _paused(self, shift: Shift) -> Step:
        reason = f" ({shift.pause.reason})" if shift.pause.reason else ""
        why = (
            f"Tạm dừng từ {say_moment(shift.pause.from_)} đến {say_moment(shift.pause.to)}{reason}: "
            f"cộng {say_count(shift.units, self.term.unit)}, hạn chuyển đến {say_moment(shift.due_at)}"
        )
        return self._step("pause", shift.pause.from_.isoformat(), shift.pause.to.isoformat(), why, "pause")

    def extend(self, extension: Extension) -> None:
        old = moment_at(self.term.unit, self.position, self.table)
        self.extended = extension
        self.position = position_of(self.term.unit, extension.new_date, self.table)
        new = moment_at(self.term.unit, self.position, self.table)
        notice = "phiếu gửi muộn, trễ hạn vẫn xét theo ngày hẹn cũ" if extension.late_notice else "phiếu gửi trong hạn"
        why = f"Gia hạn một lần: từ {say_moment(old)} đến {say_moment(new)} ({notice})"
        self.moves.append(self._step("extension", old.isoformat(), new.isoformat(), why, "extension_once"))

    def closed(self) -> DueDate:
        result = moment_at(self.term.unit, self.position, self.table)
        years = [year for year in range(self.first.year, result.year + 1) if not self.calendar.is_official(year)]
        steps = [
            _granted(self.term, self.rules.article(self.point) + self.tail),
            self._started(),
            *([self.restarted] if self.restarted else []),
            *self._days(result),
            *self.moves,
            *(self._provisional(year) for year in years),
            self._step("result", written(self.start), written(result), due_sentence(result), self.point),
        ]
        return DueDate(
            due_at=result,
            original_due_at=self.original,
            term=str(self.term),
            calendar=self.calendar.version,
            rule_set=self.rules.name,
            derivation=tuple(steps),
            provisional=bool(years),
            late_notice=self.extended is not None and self.extended.late_notice,
        )

    def _started(self) -> Step:
        to, why, point = _start(self.term, self.first, self)
        return self._step("start", written(self.first), written(to), why, point)

    def _days(self, result: datetime) -> Iterator[Step]:
        first, last = self.start.toordinal(), result.toordinal()
        if self.term.unit == "d":
            yield from self._rolled(last)
            return
        yield from self._told(first + (self.term.unit == "wd"), last)

    def _told(self, first: int, last: int) -> tuple[Step, ...]:
        """What is told of the days from `first` to `last`; dossiers of one calendar and rule set share it."""
        place = (first, last, self.term.unit == "wh", self.tail)
        told = self.calendar.told
        if place not in told:
            noted = [(self.calendar.note(ordinal), date.fromordinal(ordinal)) for ordinal in range(first, last + 1)]
            told[place] = tuple(
                _noted(note, day, self.tail) for note, day in noted if note and (note.kind != "closed" or self.term.unit == "wh")
            )
        return told[place]

    def _rolled(self, last: int) -> Iterator[Step]:
        if self.position == last:
            return
        names = [f"{say_date(date.fromordinal(ordinal))}: {self._name(ordinal)}" for ordinal in range(self.position, last)]
        why = f"Ngày cuối cùng của thời hạn là ngày nghỉ ({'; '.join(names)}); chuyển sang ngày làm việc tiếp theo"
        yield self._step("rolled", date.fromordinal(self.position).isoformat(), date.fromordinal(last).isoformat(), why, "roll")

    def _name(self, ordinal: int) -> str:
        note = self.calendar.note(ordinal)
        return note.name if note else ""

    def _provisional(self, year: int) -> Step:
        why = f"Chưa có lịch nghỉ chính thức của năm {year}; ngày hẹn là tạm tính"
        return Step(step="provisional", from_=str(year), to=str(year), why=why, source=f"quy ước của hệ thống{self.tail}")


@lru_cache(maxsize=1024)
def _granted(term: Term, source: str) -> Step:
    return Step(step="term", to=str(term), why=f"Thời hạn: {term.say()}", source=source)


def _noted(note: Note, day: date, tail: str) -> Step:
    written = day.isoformat()
    why = f"{say_date(day)}: {note.name}"
    return Step(step=note.kind, from_=written, to=written, why=why, source=(note.source or "lịch của cơ quan") + tail)


def _start(term: Term, start: datetime, account: _Account) -> tuple[datetime, str, str]:
    """Where counting begins, why, and the article's point."""
    table, told = account.table, say_moment(start)
    if term.unit == "wh":
        first = table.next_working(start)
        if first == start:
            return first, f"Tính từ {told}", "start" if account.point == "term" else account.point
        return first, f"Bắt đầu lúc {told}, ngoài giờ làm việc; tính từ {say_moment(first)}", "out_of_hours"
    if term.unit == "same-day":
        return _same_day_start(start, account)
    why = f"Bắt đầu lúc {told}; ngày bắt đầu không tính vào thời hạn"
    ordinal = start.toordinal() + 1 if term.unit == "d" else table.working_date(table.days_until(start.toordinal()) + 1)
    first = start.replace(hour=0, minute=0, second=0, microsecond=0) if term.unit == "d" else table.start_of(ordinal)
    if term.unit == "d":
        first = first + (date.fromordinal(ordinal) - start.date())
    return first, f"{why}, ngày thứ nhất là {say_date(first)}", "first_day"


def _same_day_start(start: datetime, account: _Account) -> tuple[datetime, str, str]:
    until = account.rules.settings.same_day_until
    if today_counts(start, account.table, until):
        return start, f"Tiếp nhận lúc {say_moment(start)}, không muộn hơn {until:%H:%M}; trả trong ngày", "same_day"
    first = account.table.start_of(account.table.working_date(account.table.days_until(start.toordinal()) + 1))
    return first, f"Tiếp nhận lúc {say_moment(start)}, sau {until:%H:%M} hoặc ngoài ngày làm việc; trả trong {say_date(first)}", "same_day"


def say_count(units: int, unit: Unit) -> str:
    """Units that a pause added, in Vietnamese: `03 ngày làm việc`, `02 giờ 30 phút làm việc`."""
    if unit != "wh":
        return say_units(units, unit)
    minutes = units * 60 // HOUR
    return f"{minutes // 60:02} giờ {minutes % 60:02} phút làm việc"
