"""A calendar change over open clocks, against memory and against PostgreSQL."""

import asyncio
import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from chassis.catalogue import Catalogue
from chassis.clock import VirtualClock
from chassis.rescheduling import PROGRESS, Owner, sweeping
from chassis.rescheduling.task import owner_in
from chassis.service import Parts
from chassis.settings import Settings
from chassis.store import Database
from chassis.store.postgres import PostgresDatabase
from tests.chassis import rescheduling_conformance as given
from tests.chassis.rescheduling_conformance import ReschedulingConformance
from tests.chassis.sample import NOW
from tests.chassis.stores import InMemory, OnPostgres


@pytest.mark.parametrize("module", ["intake.application.clocks", "routing.clocks", "processing.application.clocks"])
def test_the_owners_of_clocks_are_found_by_name(module: str) -> None:
    service = import_module(f"{module.partition('.')[0]}.main")
    assert f'"{module}"' in inspect.getsource(service), "the service names its own module"
    assert isinstance(owner_in(module), Owner)


class TestInMemory(InMemory, ReschedulingConformance):
    pass


class TestOnPostgres(OnPostgres, ReschedulingConformance):
    def test_many_clocks_are_swept_by_a_process_of_its_own(
        self, store: PostgresDatabase, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clocks = range(1, 1201)
        monkeypatch.setattr("chassis.rescheduling.task.MANY", 200)
        given.keep(store, catalogue, "5wd", *clocks)
        given.publish(store, given.version(1, "2026-03-06"))
        monkeypatch.setenv("MOTCUA_DATABASE_URL", store.dsn)
        monkeypatch.chdir(Path(__file__).parents[2])
        rings, first = list[int](), list[bool]()
        parts: Any = Parts(Settings(), store, VirtualClock(NOW), catalogue, files=None, vault=None, ring=lambda: rung())  # type: ignore[arg-type]

        def rung() -> None:
            rings.append(given.progress(store).moved)
            first.append(parts.sweeping.is_set())

        task = sweeping(parts, given.__name__)
        asyncio.run(_until(lambda: _finished(store) and rings[-1] == len(clocks), task()))
        assert first[0] is False and first[-1] is True, "the inbox lets the facts go first while there are many"
        assert not parts.sweeping.is_set()
        told = given.progress(store)
        assert (told.examined, told.moved, told.stuck) == (len(clocks), len(clocks), 0)
        with store.connection() as conn:
            assert conn.execute("SELECT count(*), max(originator_version) FROM facts").fetchone() == (3 * len(clocks), 3)
        assert (rings[0], rings[-1]) == (1000, len(clocks)), "the relay is woken behind the last page too"


def _finished(store: Database) -> bool:
    with store.session() as session:
        return any(row.finished_at for row in session.find(PROGRESS))


async def _until(reached: Callable[[], bool], work: Any) -> None:
    task = asyncio.create_task(work)
    async with asyncio.timeout(120):
        while not await asyncio.to_thread(reached):
            await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
