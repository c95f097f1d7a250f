"""The whole one-stop shop on one thread: services, people and the portal as events on one line of time."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import worktime
from chassis.bus import Record
from chassis.errors import Retry, VersionConflict
from chassis.inbox import Gap, TooManyParked
from chassis.settings import Settings
from contracts.calendar_version import CalendarVersion
from contracts.catalogue import Record as CatalogueRecord
from contracts.catalogue import decode
from simulation.bus import Bus
from simulation.chance import SimulatedClock, dice, minutes
from simulation.faults import Crash, Faults
from simulation.portal import SimulatedPortal
from simulation.services import blueprints
from simulation.station import DoorVault, MemoryFiles, Station, Surroundings, TakenTwice

Act = Callable[[], None]
NETWORK_MINUTES, BUSY_MINUTES = 0.002, 15.0
"""The most that a fact takes from one service to the next."""
AWAY_MINUTES = 90
RESTART_MINUTES = 0.1
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SWEEP_MINUTES = 60
PAGE = 500
BATCHES = (1, 2, 5, 50, PAGE)


class Shop:
    """Runs events in the order of simulated time; ties in the order in which they were planned."""

    def __init__(self, catalogue: Sequence[CatalogueRecord]) -> None:
        self.clock = SimulatedClock(FIRST)
        self.bus, self.files = Bus(), MemoryFiles()
        vault = DoorVault()
        calm = Faults(dice(0), ())
        self._around = Surroundings(Settings(), self.clock, self.bus, self.files, vault, calm, dice(0), self._wake, self._ring)
        self.stations = {blueprint.name: Station(blueprint, self._around, catalogue) for blueprint in blueprints()}
        vault.intake = self.stations["intake"]
        self._order = itertools.count()
        self.open(0, FIRST, self._around.faults)

    def open(self, seed: int, start: datetime, faults: Faults, *, busy: bool = False) -> None:
        """The first day of a run: everything empty, all dice from the seed. The services' routes are made once a process.

        A `busy` province's services take what has gathered, in full batches; a quiet one's each fact by itself, or a few.
        """
        self._network = BUSY_MINUTES if busy else NETWORK_MINUTES
        self._batches = (PAGE,) if busy else BATCHES
        self.clock.restart(start)
        self.faults = self._around.faults = faults
        self._around.dice = dice(seed, "inbox")
        self._dice = dice(seed, "network")
        self._plan: list[tuple[datetime, int, Act]] = []
        self._planned: dict[tuple[str, str], datetime] = {}
        self.bus.empty()
        self.files.empty()
        self.calendars = [worktime.calendar()]
        self._places: dict[tuple[str, str], worktime.Calendar] = {}
        self.portal = SimulatedPortal(dice(seed, "portal"), faults)
        self.crashes: dict[str, int] = defaultdict(int)
        self.stopped: dict[str, str] = {}
        for station in self.stations.values():
            station.reset()

    # time
    def at(self, moment: datetime, act: Act) -> None:
        """Do something then."""
        heapq.heappush(self._plan, (moment.astimezone(UTC), next(self._order), act))

    def after(self, of_minutes: float, act: Act) -> None:
        self.at(self.clock.now() + timedelta(minutes=of_minutes), act)

    def run(self, until: datetime) -> None:
        """Everything that is planned up to a moment."""
        while self._plan and self._plan[0][0] <= until:
            moment, _, act = heapq.heappop(self._plan)
            if moment > self.clock.now():
                self.clock.move_to(moment)
            act()
        if until > self.clock.now():
            self.clock.move_to(until)

    def jump(self, by: timedelta) -> None:
        """All clocks go on at once; what was planned meanwhile happens late."""
        self.faults.struck["clock"] += 1
        self.clock.advance(by)

    # services
    def _once(self, station: Station, what: str, delay: float, act: Callable[[Station], int]) -> None:
        """Plan one turn of a loop; a loop is planned once at a time."""
        key = (station.name, what)
        moment = self.clock.now() + timedelta(minutes=delay)
        if key in self._planned and self._planned[key] <= moment:
            return
        self._planned[key] = moment

        def turn() -> None:
            if self._planned.get(key) == moment:
                del self._planned[key]
                self._turn(station, what, act)

        self.at(moment, turn)

    def _turn(self, station: Station, what: str, act: Callable[[Station], int]) -> None:
        try:
            if act(station):
                self._once(station, what, NETWORK_MINUTES, act)
        except Crash:
            self.died(station)
            self._once(station, what, RESTART_MINUTES, act)
        except (Retry, VersionConflict):
            self._once(station, what, RESTART_MINUTES, act)
        except (Gap, TakenTwice, TooManyParked) as fatal:
            self.stopped.setdefault(station.name, f"{type(fatal).__name__}: {fatal}")

    def died(self, station: Station) -> None:
        """The process of a service was killed; its supervisor starts it again, and all its loops look for work."""
        self.crashes[station.name] += 1
        station.restart()
        self._ring(station)
        self._once(station, "hear", RESTART_MINUTES, self._hear)

    def _ring(self, station: Station) -> None:
        self._once(station, "relay", self._dice.random() * self._network, self._relay)

    def _relay(self, station: Station) -> int:
        sent = station.relay()
        if sent:
            self.hear_all()
        return sent

    def hear_all(self) -> None:
        """Somebody else put something on the bus."""
        for station in self.stations.values():
            if station.topics:
                self._once(station, "hear", self._transport(), self._hear)

    def _transport(self) -> float:
        if self.faults.strikes("delay"):
            return minutes(self._dice, AWAY_MINUTES)
        return self._dice.random() * self._network

    def _hear(self, station: Station) -> int:
        heard = station.hear(self._dice.choice(self._batches))
        if heard:
            self._ring(station)
        return len(station.unread())

    def _wake(self, station: Station, table: str, moment: datetime) -> None:
        delay = max((moment - self.clock.now()).total_seconds() / 60, 0.0)
        if table == "timer" and station.fire:
            self._once_at(station, "timers", delay, self._fire)
        if table == "outgoing" and delay:
            self._once_at(station, "portal", delay, self._deliver)
        elif table == "outgoing":
            self._once(station, "portal", 0.0, self._deliver)

    def _once_at(self, station: Station, what: str, delay: float, act: Callable[[Station], int]) -> None:
        """A turn at a given time, beside others: timers are many."""
        self.after(delay, lambda: self._turn(station, what, act))

    # the calendar
    def calendar(self, agency: str, version: str) -> worktime.Calendar:
        """An agency's calendar in a version that was published or comes with `worktime`."""
        if version in worktime.calendar_versions():
            return worktime.calendar(agency, version)
        published = next(calendar for calendar in self.calendars if calendar.version == version)
        place = (version, published.data.known(agency) or "")
        if place not in self._places:
            self._places[place] = worktime.Calendar(published.data, agency)
        return self._places[place]

    def publish(self, record: Record) -> None:
        """A new version of the calendar: all hear of it, and those who own clocks look for ones that it moves."""
        known = decode(record.value or b"")
        assert isinstance(known, CalendarVersion)
        self.calendars.append(worktime.calendar_from_data(known.data))
        self.bus.send_now([record])
        self.hear_all()
        for station in self.stations.values():
            if station.sweep:
                self._once(station, "sweep", self._transport(), self._sweep)

    def _sweep(self, station: Station) -> int:
        """A page at a time; then again later, for clocks that were begun before the calendar was heard of."""
        if station.move_clocks():
            self._ring(station)
            return 1
        self._once(station, "sweep", SWEEP_MINUTES, self._sweep)
        return 0

    def _fire(self, station: Station) -> int:
        fired = station.fire_due() if station.storage.has_due("timer", self.clock.now()) else 0
        if fired:
            self._ring(station)
        return fired

    def _deliver(self, station: Station) -> int:
        now = self.clock.now()
        tried = self.portal.take(station.storage, now) if self.portal.is_late or station.storage.has_due("outgoing", now) else 0
        if tried:
            self._ring(station)
        return tried

    # quiet
    def settle(self, patience: timedelta = timedelta(days=1)) -> None:
        """Let everything under way arrive."""
        limit = self.clock.now() + patience
        while self.is_moving() and self._plan and self._plan[0][0] <= limit:
            self.run(self._plan[0][0])

    def is_moving(self) -> bool:
        """Whether a fact is still on its way."""
        return any(self._is_behind(station) for station in self.stations.values())

    def _is_behind(self, station: Station) -> bool:
        return bool(station.unread()) or station.storage.relay_position() < len(station.storage.stored)
