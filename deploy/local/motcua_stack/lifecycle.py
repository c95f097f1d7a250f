"""Start, stop and ask: what `make run` and `motcua up`, `down`, `status` do."""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from . import kafka, postgres, services, state, supervisor
from .choice import Choice, choose
from .ending import Ended, noticed, one_signal_ends
from .home import check_is_whole, disk_problem, motcua_home, only_one, open_home
from .plan import Plan, make_plan
from .ports import is_free
from .problem import StackProblem
from .program import NAMED_SECONDS
from .registry import SERVICES, installed, spec
from .state import Running
from .supervisor import Supervisor, launch, wait_for, why_not

Say = Callable[[str], None]


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def stage(name: str, tell: Say) -> Iterator[list[str]]:
    """Time a stage and print its line at its end; the block may add details."""
    began, details = time.monotonic(), list[str]()
    yield details
    tell(f"{name:<14}{time.monotonic() - began:6.1f} s  {', '.join(details)}".rstrip())


def up(
    clock: str = "system", environment: str | None = None, tell: Say = say, home: Path | None = None, start: datetime | None = None
) -> Running:
    """Start everything and return when it is ready; it goes on when this process ends, until `down()`.

    Args:
        clock: `system` or `virtual`.
        environment: `development`; `production` is refused, as it refuses the tokens that are made here. Default: `MOTCUA_ENV`.
        start: where a new virtual clock begins; the present moment without it.
    Raises:
        StackProblem: something could not start; what had started is stopped again.
    """
    try:
        with one_signal_ends():
            return _up(clock, environment, tell, home, start)
    except Ended as ended:
        raise StackProblem("Stopped before it was ready.") from ended


def _environment(wished: str | None) -> str:
    named = wished or os.environ.get("MOTCUA_ENV") or "development"
    if named not in ("development", "production"):
        raise StackProblem(f"--environment, or MOTCUA_ENV, is development or production, not {named!r}.")
    return named


def _check_settings() -> None:
    """What the services will read from the environment, before anything is started."""
    from pydantic import ValidationError

    from chassis.settings import Settings

    try:
        Settings()
    except ValidationError as wrong:
        faults = (f"MOTCUA_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in wrong.errors())
        raise StackProblem("; ".join(faults) + ".") from wrong


def _up(clock: str, wished: str | None, tell: Say, home: Path | None, start: datetime | None) -> Running:
    environment = _environment(wished)
    _check_settings()
    if start is not None and clock != "virtual":
        raise StackProblem("Only a virtual clock begins at a chosen moment: add --clock virtual.")
    if clock == "virtual" and environment == "production":
        raise StackProblem("A production system keeps the system's clock: leave --clock virtual away.")
    if environment == "production":
        raise StackProblem(
            "Production refuses the development tokens that this command gives to the services: run them with MOTCUA_ISSUER, MOTCUA_JWKS "
            "and MOTCUA_SERVICE_TOKEN of your own (deploy/k8s shows all settings), or leave --environment production (MOTCUA_ENV) away."
        )
    folder = open_home(home or motcua_home())
    with only_one(folder):
        check_is_whole(folder)
        running = state.read(folder)
        if running and running.ready:
            raise StackProblem(f"Motcua already runs in {folder} (process {running.supervisor}): stop it with .venv/bin/motcua down.")
        down(tell, folder)
        try:
            return _start(folder, clock, environment, tell, start)
        except OSError as problem:
            down(tell, folder)
            raise disk_problem(folder, problem) from problem
        except BaseException:
            noticed()
            down(tell, folder)
            raise


def _lives(watcher: Supervisor, plan: Plan, name: str) -> Callable[[], bool]:
    """Whether a server that was started here still runs; what others run is not ours to know."""
    return lambda: watcher.is_alive(name) if plan.server(name) else True


def _patience(choice: Choice) -> float | None:
    return NAMED_SECONDS if choice.kind == "address" else None


def _start(home: Path, clock: str, environment: str, tell: Say, start: datetime | None) -> Running:
    from . import stages
    from .topics import create_topics

    for service in SERVICES:
        if not service.is_installed():
            tell(f"skipped       {service.name} is not installed")
    services.check_ports(installed())
    chosen = choose()
    if chosen["kafka"].kind == "embedded":
        with stage("Kafka's jars", tell):
            kafka.fetch()
    with stage("servers", tell) as details:
        plan = make_plan(home, chosen, clock, environment)
        if _port_taken(plan):
            plan = make_plan(home, chosen, clock, environment)
        details += plan.origins
    process, socket = launch(home, plan.programs)
    running = Running(process.pid, psutil.Process(process.pid).create_time(), socket, plan.postgres_dsn, plan.kafka, clock, plan.containers)
    state.write(home, running)
    wait_for(process, socket, home)
    watcher = Supervisor(socket)
    for program in plan.servers:
        watcher.start(program.name)
    with stage("PostgreSQL", tell):
        postgres.wait_ready(plan.postgres_dsn, plan.server("postgres"), _lives(watcher, plan, "postgres"), _patience(chosen["postgres"]))
    with stage("migrations", tell):
        stages.migrate(plan.postgres_dsn, plan.services, home)
        if clock == "virtual":
            stages.start_virtual_clock(plan.postgres_dsn, start)
    log = home / "log" / "catalogue-load.log"
    loads = any(service.module == "catalogue.main" for service in plan.services)
    loading = stages.begin_catalogue(plan.environment("catalogue"), log) if loads else None
    for service in plan.services:  # they are long in coming up, and wait for their topics by themselves
        watcher.start(service.name)
    with stage("Kafka", tell):
        kafka.wait_ready(plan.kafka, plan.server("kafka"), _lives(watcher, plan, "kafka"), _patience(chosen["kafka"]))
    with stage("topics", tell) as details:
        create_topics(plan.kafka, stages.TOPICS)
        details += stages.TOPICS
    with stage("services", tell) as details:
        _wait_for_services(watcher, plan)
        details.append(f"{len(plan.services) - len(services.held_back(plan.services))} ready")
    with stage("catalogue", tell) as details:
        if loading is None:
            details.append("nothing to load")
        else:
            stages.finish_catalogue(loading, log)
            details += _catch_up(watcher, plan)
    addresses, held = {s.name: s.address for s in plan.services}, services.held_back(plan.services)
    running = replace(running, services=addresses, databases=plan.databases, held=held, ready=True)
    state.write(home, running)
    return running


def _port_taken(plan: Plan) -> bool:
    """Whether somebody took a server's port while the data folders were made."""
    ports = {"postgres": urlsplit(plan.postgres_dsn).port or 0, "kafka": int(plan.kafka.rpartition(":")[2])}
    return any(plan.server(name) is not None and not is_free(port) for name, port in ports.items())


def _catch_up(watcher: Supervisor, plan: Plan) -> list[str]:
    """Wait until the services know the catalogue; after a long stop they may have more to read than a start should wait for."""
    try:
        services.wait_caught_up(plan.services, watcher.process)
    except services.NotReady as behind:
        return [f"{behind.service.name} is still reading what it missed"]
    return []


def _wait_for_services(watcher: Supervisor, plan: Plan) -> None:
    try:
        services.wait_ready(plan.services, watcher.process)
    except services.NotReady as problem:
        services.check_ports([problem.service], watcher.process)
        raise StackProblem(why_not(plan.program(problem.service.name))) from problem


def down(tell: Say = say, home: Path | None = None) -> bool:
    """Stop everything in order: services, simulators, Kafka, PostgreSQL, the supervisor. False when nothing ran.

    A service ends its HTTP first, then finishes the batches it holds; what stays over its time is killed (25 s in all).
    """
    folder, began = home or motcua_home(), time.monotonic()
    watched = supervisor.of_home(folder)
    for process in watched:
        supervisor.end(process, supervisor.socket_of(folder), stop_order)
    left = _end_orphans(folder)
    _stop_containers(folder)
    supervisor.forget_socket(folder)
    state.forget(folder)
    if watched:
        tell(f"stopped in {time.monotonic() - began:.1f} s")
    elif left:
        tell(f"stopped what a killed supervisor had left: {', '.join(left)}")
    return bool(watched or left)


def _stop_containers(home: Path) -> None:
    for name in state.containers(home):
        from . import containers

        containers.stop(name)


def stop_order(programs: Iterable[str]) -> list[list[str]]:
    """The names of the programs in the waves in which they stop: nothing stops before what needs it."""
    names = set(programs)
    waves = [[s.name for s in SERVICES if s.wave == wave] for wave in ("services", "simulators")] + [["kafka"], ["postgres"]]
    return [present for wave in waves if (present := [name for name in wave if name in names])]


def _end_orphans(home: Path) -> list[str]:
    """The names of what still ran without a supervisor, and has ended now."""
    left = services.end_leftovers(home)
    left += ["kafka"] if kafka.end_leftover(home) else []
    left += ["postgres"] if postgres.end_leftover(home) else []
    return left


def run(clock: str = "system", environment: str | None = None, tell: Say = say) -> None:
    """`up()`, then wait in the foreground; a signal, or `down()` from elsewhere, ends it.

    Raises:
        StackProblem: something could not start.
    """
    if began := os.environ.get("MOTCUA_STARTED"):
        tell(f"{'environment':<14}{max(0.0, time.time() - float(began)):6.1f} s")
    running: Running | None = None
    with one_signal_ends():
        try:
            running = _up(clock, environment, tell, None, None)
            tell_addresses(running, tell)
            _wait_for_the_end(running)
        except Ended:
            noticed()
            tell("stopping" if running else "stopped before it was ready")
            if _is_ours(motcua_home()):
                down(tell)
        else:
            _after_the_end(tell)


def _is_ours(home: Path) -> bool:
    """Whether this very process started what runs there: a signal may come between any two steps of the start."""
    with suppress(psutil.NoSuchProcess):
        return any(process.ppid() == os.getpid() for process in supervisor.of_home(home))
    return False


def _wait_for_the_end(running: Running) -> None:
    with suppress(psutil.NoSuchProcess):
        psutil.Process(running.supervisor).wait()


def _after_the_end(tell: Say) -> None:
    """The supervisor is gone: `down()` from elsewhere leaves nothing, a kill leaves everything that it watched."""
    if down(tell):
        raise StackProblem(f"The supervisor was killed: see {motcua_home() / 'log' / 'supervisord.log'}, and start again.")
    tell("stopped by somebody else")


def tell_addresses(running: Running, tell: Say = say) -> None:
    """That it is ready, or which services need an operator, and where everything is."""
    tell("Motcua runs, and these need an operator (docs/operations.md):" if running.held else "Motcua is ready")
    for name, why in running.held.items():
        tell(f"  {name:<18}{why}")
    for name, address in running.services.items():
        tell(f"  {name:<18}{address}{'' if spec(name).wave == 'simulators' else f'   {address}/docs'}")
    server = running.postgres_dsn.rpartition("@")[2]
    tell(f"  {'Kafka':<18}{running.kafka}\n  {'PostgreSQL':<18}{server}\n  {'data, logs':<18}{motcua_home()}")
