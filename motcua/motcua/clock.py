"""`motcua clock`: the virtual clock of the running system, which stands still until somebody moves it on."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol

import typer

import worktime
from chassis import virtual_clock
from chassis.errors import Refused
from motcua.client import Client, Problem
from motcua.connection import connect
from motcua.operations import services_of
from motcua.waiting import NotInTime, until
from motcua_stack import StackProblem, motcua_home, running

clock_app = typer.Typer(no_args_is_help=True, help="The virtual clock of a system that was started with `motcua up --clock virtual`.")
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
ONLY_VIRTUAL = "This system keeps the machine's time, as every production system does; only `motcua up --clock virtual` has a clock to set."


class StoryClock(Protocol):
    """A clock that stands still until it is moved on."""

    def now(self) -> datetime: ...

    def move_to(self, moment: datetime) -> None: ...


class RunningClock:
    """The clock of the running system. A move returns when every service has seen it; `patience` in seconds."""

    def __init__(self, owner_dsn: str, client: Client, patience: float = 30) -> None:
        self._dsn, self._client, self._patience = owner_dsn, client, patience

    def now(self) -> datetime:
        return virtual_clock.standing(self._dsn)

    def move_to(self, moment: datetime) -> None:
        """Raises `Refused` when that would turn time back, `NotInTime` when a service does not see the move."""
        virtual_clock.move(self._dsn, moment)
        services = services_of(self._client)
        with ThreadPoolExecutor(len(services)) as pool:
            list(pool.map(lambda service: self._wait(service, moment), services))

    def _wait(self, service: str, moment: datetime) -> None:
        until(f"the moved clock in {service}", lambda: self._sees(service, moment), self._patience)

    def _sees(self, service: str, moment: datetime) -> bool | None:
        try:
            seen = self._client.operations.ready(service).get("clock")
        except Problem:
            return None
        return True if seen and datetime.fromisoformat(seen) >= moment else None


def time_of(client: Client) -> datetime:
    """What the services take for the present, as the first that answers says: a virtual clock's moment, else the machine's time."""
    for service in client.wire.services:
        try:
            seen = client.operations.ready(service).get("clock")
        except Problem:
            continue
        return datetime.fromisoformat(seen) if seen else datetime.now(UTC)
    return datetime.now(UTC)


def running_clock(client: Client) -> RunningClock:
    """The clock of the system that runs here. Raises `StackProblem` where there is none."""
    system = running(motcua_home())
    if system is None:
        raise StackProblem("Motcua does not run here: start it with motcua up --clock virtual.")
    if system.clock != "virtual":
        raise StackProblem(ONLY_VIRTUAL)
    return RunningClock(system.postgres_dsn, client)


def span(text: str) -> timedelta:
    """`90m`, `8h`, `3d`, `2w`. Raises `BadParameter`."""
    found = re.fullmatch(r"(\d{1,4})([mhdw])", text.strip())
    if found is None:
        raise typer.BadParameter("a number and m, h, d or w, for example 90m or 3d", param_hint="SPAN")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def moment(text: str) -> datetime:
    """ISO 8601; without a zone it is Viet Nam time. Raises `BadParameter`."""
    try:
        read = worktime.parse_moment(text)
    except (OverflowError, ValueError) as bad:
        raise typer.BadParameter("a moment like 2026-04-24T16:10 (Viet Nam time)", param_hint="MOMENT") from bad
    return _counted(read, "MOMENT")


def _counted(moment: datetime, hint: str) -> datetime:
    if not worktime.is_in_calendars(moment):
        years = worktime.CALENDAR_YEARS
        raise typer.BadParameter(f"a moment in the years {years[0]} to {years[-1]}, which calendars count", param_hint=hint)
    return moment


@clock_app.command()
def show() -> None:
    """Where the clock stands, in Viet Nam time."""
    _tell(_clock().now())


@clock_app.command("set")
def set_to(to: Annotated[str, typer.Argument(metavar="MOMENT", help="For example 2026-04-24T16:10, Viet Nam time.")]) -> None:
    """Move the clock on to a moment; it never goes back."""
    _move(_clock(), moment(to))


@clock_app.command()
def advance(by: Annotated[str, typer.Argument(metavar="SPAN", help="90m, 8h, 3d or 2w.")]) -> None:
    """Move the clock on by a span of time."""
    clock = _clock()
    try:
        to = clock.now() + span(by)
    except OverflowError:
        to = datetime.max.replace(tzinfo=UTC)
    _move(clock, _counted(to, "SPAN"))


def _clock() -> RunningClock:
    return running_clock(connect("operator", "operator", agencies=("*",), patience=10))


def _move(clock: RunningClock, to: datetime) -> None:
    try:
        clock.move_to(to)
    except Refused as back:
        typer.echo("motcua clock: it never goes back, and it already stands later than that", err=True)
        raise typer.Exit(1) from back
    except NotInTime as late:
        typer.echo(f"motcua clock: {late}", err=True)
        raise typer.Exit(1) from late
    _tell(to)


def _tell(now: datetime) -> None:
    typer.echo(f"{worktime.in_viet_nam(now).isoformat()}  {worktime.say_moment(now)}")
