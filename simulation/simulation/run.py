"""One run from one seed: arrivals over days, everything that follows, and what must hold of it."""

import random
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import worktime
from catalogue.province import load_data
from chassis.collecting import collecting_seldom
from chassis.ids import chance_from
from contracts.catalogue import Agency, Procedure
from motcua.client import Client
from motcua.play.plan import Life as Planned
from motcua.play.plan import Province, lives
from simulation.calendars import another
from simulation.chance import SeededChance, dice, minutes
from simulation.faults import Faults
from simulation.invariants import Broken, Checker
from simulation.lives import Life
from simulation.people import Stuck
from simulation.poison import poison
from simulation.shop import Shop
from simulation.wire import DirectWire

START = date(2026, 3, 2)
"""A Monday."""
LONGEST_TAIL = timedelta(days=120)
HOLD_ENDED = timedelta(hours=1)
"""How long an ended dossier is kept at most, once all have heard of it."""
GOOD = 20
"""Facts to one damaged message: where nothing else came, an inbox would rightly stop, for the fault would seem to be ours."""
BUSY_DAY = 300
"""Dossiers a day."""
MORNING = 60
"""Minutes after the doors open in which those who waited for it come, on average."""


@dataclass(frozen=True)
class Settings:
    """`dossiers` are filed over `days`; `only` plays some of the planned lives; `most_faults` stops faults after so many."""

    seed: int
    days: int = 5
    dossiers: int = 40
    faults: tuple[str, ...] = ()
    only: frozenset[int] | None = None
    most_faults: int | None = None
    start: date = START
    thorough: bool = True

    @property
    def is_busy(self) -> bool:
        """Whether so many come that services take what has gathered, instead of each fact by itself."""
        return self.dossiers >= BUSY_DAY * self.days

    @property
    def wanted(self) -> int:
        """How many dossiers are played."""
        return self.dossiers if self.only is None else len([number for number in self.only if 1 <= number <= self.dossiers])

    @property
    def beginning(self) -> datetime:
        """Midnight before the first day, in Viet Nam."""
        return datetime.combine(self.start, time(), worktime.VN)


@dataclass
class Outcome:
    """What came of a run. `hash` is over every fact of every dossier, in the order of its partition."""

    seed: int
    dossiers: int = 0
    ended: int = 0
    facts: int = 0
    commands: int = 0
    crashes: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    culprit: int | None = None
    hash: str = ""
    simulated_days: float = 0.0
    story: list[str] = field(default_factory=list)
    """The culprit's facts in order, where a run broke."""


def first_day(written: str, days: int) -> date:
    """The day on which a run of so many days may begin. Raises `ValueError` where the catalogue or the calendar does not reach."""
    first = date.fromisoformat(written)
    begins = min(procedure.valid_from for procedure in province().procedures)
    if first < begins:
        raise ValueError(f"the catalogue begins on {begins}")
    try:
        for day in (first, first + timedelta(days=days) + LONGEST_TAIL):
            worktime.calendar().next_working_minute(datetime.combine(day, time(), worktime.VN))
    except (ValueError, OverflowError) as outside:
        raise ValueError(f"a run from {written} over {days} days: {outside}") from outside
    return first


@cache
def province() -> Province:
    """The catalogue that the services of a run know."""
    records = load_data()
    agencies = {record.code: record for record in records if isinstance(record, Agency)}
    return Province(agencies, [record for record in records if isinstance(record, Procedure) and record.valid_to is None])


@cache
def departments() -> tuple[str, ...]:
    """Whose opinion may be asked."""
    return tuple(agency.code for agency in province().agencies.values() if agency.level == "department")


class Run:
    """The state of one run."""

    def __init__(self, settings: Settings, shop: Shop) -> None:
        self.settings = settings
        self.start = settings.beginning
        self.faults = Faults(dice(settings.seed, "faults"), settings.faults, settings.most_faults)
        self.shop = shop
        shop.open(settings.seed, settings.beginning, self.faults, busy=settings.is_busy)
        self.calendar = worktime.calendar()
        self.wire = DirectWire(self.shop)
        self.client = Client({}, lambda actor: actor.subject, wire=self.wire)
        self.checker = Checker(self.shop, thorough=settings.thorough)
        self.outcome = Outcome(settings.seed)
        self.lives: dict[str, Life] = {}
        self.begun: list[Life] = []
        self.calendar_dice = dice(settings.seed, "calendar")
        self.poison_dice, self.poison_chance = dice(settings.seed, "poison"), SeededChance(settings.seed + 1, shop.clock)
        self.culprit: Life | None = None
        self.plan = self.arrivals()
        self.coming = next(self.plan, None)

    def arrivals(self) -> Iterator[tuple[datetime, Planned]]:
        """Who comes when, one after another in time; the whole plan of a year is never held."""
        settings = self.settings
        stream, minutes = dice(settings.seed, "arrivals"), settings.days * 1440
        moments = array("d", sorted(stream.random() * minutes for _ in range(settings.dossiers)))
        for moment, planned in zip(moments, lives(province(), settings.dossiers, settings.seed), strict=True):
            if settings.only is None or planned.number in settings.only:
                yield self.start + timedelta(minutes=moment), planned

    def _expect(self, until: datetime) -> None:
        """Plan what comes up to a moment."""
        while self.coming is not None and self.coming[0] <= until:
            moment, planned = self.coming
            stream = dice(self.settings.seed, "life", planned.number)
            life = self._life(planned, stream)
            self.shop.at(self._filing(moment, planned, stream), self._begin(life))
            self.begun.append(life)
            self.coming = next(self.plan, None)

    def _filing(self, moment: datetime, planned: Planned, stream: random.Random) -> datetime:
        """Half of what comes online is filed at any hour; the rest in office hours, most of it soon after the doors open."""
        if planned.channel == "online" and stream.random() < 0.5:
            return moment
        opening = self.calendar.next_working_minute(moment)
        return opening if opening == moment else self.calendar.next_working_minute(opening + timedelta(minutes=minutes(stream, MORNING)))

    def _life(self, planned: Planned, stream: random.Random) -> Life:
        asked = departments()
        return Life(
            planned.number, planned.kind, planned.procedure, planned.receiving, planned.settling, planned.channel,
            self.shop, self.client, stream, stream.choice(asked), asked[:2],
        )  # fmt: skip

    def _advance(self, life: Life, acts: Iterator[float]) -> None:
        try:
            pause = next(acts)
        except StopIteration:
            self.lives[life.dossier] = life
            return
        except Exception as failed:
            self._blame(life, failed)
            return
        moment = self.shop.clock.now() + timedelta(minutes=pause)
        self.shop.at(self.calendar.next_working_minute(moment) if pause > 5 else moment, lambda: self._advance(life, acts))

    def _blame(self, life: Life, failed: Exception) -> None:
        word = str(failed) if isinstance(failed, Stuck | Broken) else f"{type(failed).__name__}: {failed}"
        self.outcome.broken.append(f"life {life.number} ({life.kind}): {word}")
        self.culprit = self.culprit or life
        self.outcome.culprit = self.culprit.number

    def _begin(self, life: Life) -> Callable[[], None]:
        return lambda: self._advance(life, life.play())

    def play(self, progress: Callable[[int], None]) -> Outcome:
        """The whole run. Stops at the first broken invariant."""
        self.outcome.dossiers = self.settings.wanted
        day, last = self.start, self.start + timedelta(days=self.settings.days) + LONGEST_TAIL
        while not self.outcome.broken and not self.shop.stopped and day < last and self.outcome.ended < self.outcome.dossiers:
            day = max(day + timedelta(days=1), self.shop.clock.now())
            self._jump()
            self._poison()
            self._change_calendar()
            self._expect(day)
            self._day(day)
            self._end_of_day()
            progress(self.outcome.ended)
        self._finish()
        return self.outcome

    def _jump(self) -> None:
        if (
            self.faults.has("clock")
            and self.faults.may_strike()
            and self.shop.clock.now() > self.start
            and dice(self.settings.seed, "jump", self.shop.clock.now()).random() < 0.1
        ):
            self.shop.jump(timedelta(hours=3))

    def _poison(self) -> None:
        """At most one damaged message a day, and one among so many good ones that no inbox has to stop."""
        bus = self.shop.bus
        if not bus.waiting and bus.good >= GOOD and self.faults.strikes("poison"):
            poison(bus, self.poison_dice, self.poison_chance)

    def _change_calendar(self) -> None:
        """At most one new calendar a day."""
        if self.faults.strikes("calendar"):
            self.shop.publish(another(self.shop.calendars[-1], len(self.shop.calendars), self.shop.clock.now(), self.calendar_dice))

    def _day(self, end: datetime) -> None:
        """All that happens until then. Ended dossiers go as it passes: on the morning after a holiday more end than a day brings."""
        while self.shop.clock.now() < end:
            self.shop.run(min(end, self.shop.clock.now() + HOLD_ENDED))
            self._close_ended()

    def _close_ended(self) -> None:
        for dossier, life in sorted(self.lives.items()):
            if self.checker.is_quiet(dossier):
                self._guarded(life, self.checker.close, dossier)
                self.wire.forget(life.applicant_name)
                del self.lives[dossier]
                self.outcome.ended += 1

    def _end_of_day(self) -> None:
        for life in self.begun:
            if life.dossier and not life.ended and self.settings.thorough and self.checker.is_quiet(life.dossier):
                self._guarded(life, self.checker.one_work_list, life.dossier)
        self.begun = [life for life in self.begun if not life.ended]

    def _guarded(self, life: Life, check: Callable[[str], None], dossier: str) -> None:
        try:
            check(dossier)
        except Broken as broken:
            self._blame(life, broken)

    def _finish(self) -> None:
        outcome, shop = self.outcome, self.shop
        if not outcome.broken:
            outcome.broken += self.checker.final()
            left = outcome.dossiers - outcome.ended
            outcome.broken += [f"{left} dossiers never ended"] if left and not outcome.broken else []
        outcome.story = self.checker.story(self.culprit.dossier) if self.culprit and self.culprit.dossier else []
        outcome.facts, outcome.hash = self.checker.facts, self.checker.hash()
        outcome.commands, outcome.crashes = self.wire.sent, sum(shop.crashes.values())
        outcome.faults = self.faults.struck
        outcome.simulated_days = (shop.clock.now() - self.start) / timedelta(days=1)


def simulate(
    settings: Settings, prepare: Callable[[Shop], None] | None = None, *, progress: Callable[[int], None] = lambda ended: None
) -> Outcome:
    """Play one run. `prepare` may change the shop before it opens (a planted bug, for one); `progress` hears how many have ended."""
    shop = _shop() if prepare is None else Shop(tuple(load_data()))
    shop.clock.restart(settings.beginning)
    with chance_from(SeededChance(settings.seed, shop.clock)), collecting_seldom():
        run = Run(settings, shop)
        if prepare:
            prepare(shop)
        return run.play(progress)


@cache
def _shop() -> Shop:
    """One shop serves all runs of a process that plant nothing in it."""
    return Shop(tuple(load_data()))
