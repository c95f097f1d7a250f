"""One dossier's story while it is told: people act at a moment of the clock, and what must follow is waited for and compared."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import worktime
from contracts.catalogue import Procedure
from contracts.fact import Fact
from contracts.national_status import Status
from motcua.client import Client, Json, Problem
from motcua.names import short
from motcua.play.stories.stage import Stage
from motcua.waiting import NotInTime, accepted, until

T = TypeVar("T")
SYSTEM = "system"
DAY = timedelta(days=1)


class NotAsTold(Exception):
    """The history differs from what the story says must be there."""


@dataclass(frozen=True)
class Line:
    """A fact that the story says must follow: who did it, when it happened, when it was recorded."""

    type: str
    actor: str
    effective_at: datetime
    recorded_at: datetime

    def __str__(self) -> str:
        return f"{short(self.type)} by {self.actor} at {self.effective_at:%d/%m/%Y %H:%M} (recorded {self.recorded_at:%d/%m/%Y %H:%M})"


class Tale:
    """What all who act in a story share. Moments are in Viet Nam time."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.stage = stage
        self.receiving = stage.one_stop(number)
        self.dice = random.Random(number)
        self.calendar = worktime.calendar(self.receiving.code)
        self.procedure: Procedure
        self.dossier = ""
        self.received: Json = {}
        self.history: list[Json] = []

    # time
    @property
    def now(self) -> datetime:
        return worktime.in_viet_nam(self.stage.clock.now())

    def begins(self, hour: str, fits: Callable[[date], bool] | None = None) -> None:
        """The first working day from now on that fits, at that hour."""
        day = self.now.date()
        while not (self.moment(day, hour) > self.now and self.calendar.is_working(day) and (fits is None or fits(day))):
            day += DAY
        self.on(day, hour)

    def on(self, day: date, hour: str) -> None:
        """Move the clock on to an hour of a day."""
        self.stage.clock.move_to(self.moment(day, hour))

    def at(self, hour: str) -> None:
        """Move the clock on to an hour of the same day."""
        self.on(self.now.date(), hour)

    def workday(self, number: int, after: date | None = None) -> date:
        """The n-th working day after a day (today), counted one by one."""
        day = after or self.now.date()
        for _ in range(number):
            day += DAY
            while not self.calendar.is_working(day):
                day += DAY
        return day

    def moment(self, day: date, hour: str) -> datetime:
        """An hour of a day."""
        return datetime.combine(day, time.fromisoformat(hour), worktime.VN)

    # what is done
    def tell(self, words: str) -> None:
        self.stage.say(f"{self.now:%d/%m/%Y %H:%M}  {words}")

    def acts(self, words: str, do: Callable[[], T]) -> T:
        """Do it; asked again while a service has not heard of what came before."""
        self.tell(words)
        return accepted(words, do, self.stage.patience)

    def is_refused(self, words: str, article: str, do: Callable[[], object]) -> None:
        """It must be refused, with that article; told with the decree that the service names."""
        answers: list[str] = []

        def attempt() -> str | None:
            try:
                do()
            except Problem as problem:
                answers.append(f"{problem.status} {problem.detail} {problem.article}")
                return problem.article if article in problem.article else None
            raise NotAsTold(f"{words}: accepted, although {article} refuses it")

        try:
            cited = until(words, attempt, self.stage.patience)
        except NotInTime as late:
            raise NotAsTold(f"{words}: refused otherwise: {answers[-1]}") from late
        self.tell(f"{words}: bị từ chối theo {cited}")

    # what follows
    def by(self, who: Client, *facts: type[Fact], happened: datetime | None = None) -> list[Line]:
        """Facts that somebody records now, or that `happened` before."""
        assert who.actor is not None
        return [Line(str(fact.TYPE), who.actor.subject, happened or self.now, self.now) for fact in facts]

    def by_itself(self, *facts: type[Fact], happened: datetime | None = None) -> list[Line]:
        """Facts that services record of themselves now, with the paper's time where they follow what `happened` on paper."""
        return [Line(str(fact.TYPE), SYSTEM, happened or self.now, self.now) for fact in facts]

    def follows(self, *lines: Line) -> list[Json]:
        """Wait until the history has these lines next, in whatever order services add them; raises `NotAsTold` for any other."""
        begin, end = len(self.history), len(self.history) + len(lines)

        def heard() -> list[Json] | None:
            history = self._history()
            return history if len(history) >= end else None

        try:
            self.history = until("what must follow", heard, self.stage.patience)[:end]
        except NotInTime as late:
            raise NotAsTold(f"{_words(lines, _lines(self._history()[begin:]))}") from late
        found = _lines(self.history[begin:])
        if Counter(found) != Counter(lines):
            raise NotAsTold(_words(lines, found))
        return self.history[begin:]

    def _history(self) -> list[Json]:
        try:
            return self.stage.client.tracking.history(self.dossier)
        except Problem as problem:
            if problem.status != 404:
                raise
            return []

    # what must be true
    @property
    def due_day(self) -> date:
        """The day of the date in force."""
        return datetime.fromisoformat(self._seen()["due_at"]).date()

    def must_be_due(self, day: date, hour: str = "17:00") -> None:
        """The date in force."""
        shown = datetime.fromisoformat(self._seen()["due_at"])
        if shown != self.moment(day, hour):
            raise NotAsTold(f"due {shown:%d/%m/%Y %H:%M} instead of {day:%d/%m/%Y} {hour}")

    def must_stand(self, status: Status, standing: str | None = None) -> None:
        """The national status everywhere, and how the dossier stands to its date."""
        wanted = {"status": int(status)} | ({"standing": standing} if standing else {})
        self._must_show("tracking", self._seen, wanted)
        self._must_show("intake", lambda: self.stage.client.intake.dossier(self.dossier), {"status": int(status)})

    def ends(self, status: Status, standing: str) -> None:
        """So it ends, with nothing in the history that was not told."""
        self.must_stand(status, standing)
        rest = _lines(self._history()[len(self.history) :])
        if rest:
            raise NotAsTold(_words((), rest))

    def _must_show(self, where: str, ask: Callable[[], Json], wanted: Json) -> None:
        shown: Json = {}

        def agrees() -> bool | None:
            shown.update({key: ask().get(key) for key in wanted})
            return True if shown == wanted else None

        try:
            until(where, agrees, self.stage.patience)
        except NotInTime as late:
            raise NotAsTold(f"{where} shows {shown} instead of {wanted}") from late

    def _seen(self) -> Json:
        return self.stage.client.tracking.dossier(self.dossier)


def _lines(history: Sequence[Json]) -> list[Line]:
    moments = [(datetime.fromisoformat(event["effective_at"]), datetime.fromisoformat(event["recorded_at"])) for event in history]
    return [Line(event["type"], event["actor"], *both) for event, both in zip(history, moments, strict=True)]


def _words(wanted: Sequence[Line], found: Sequence[Line]) -> str:
    missing, surplus = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
    told = [f"missing: {line}" for line in missing.elements()] + [f"not told: {line}" for line in surplus.elements()]
    return "; ".join(told)
