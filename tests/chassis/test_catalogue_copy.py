"""A service's copy of the catalogue, kept in memory by each of its processes and in one place by all of them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catalogue.province import load_data
from chassis.catalogue import Catalogue, put_entry
from chassis.service import Blueprint
from chassis.serving import application
from chassis.settings import Settings
from chassis.store import Database, Unit
from chassis.store.memory import MemoryDatabase
from chassis.tokens import development_keys
from contracts.catalogue import Agency
from tests.chassis.rescheduling_conformance import publish, version
from tests.chassis.sample import BECAUSE, postgres_store
from tests.chassis.stores import InMemory, OnPostgres
from worktime import parse_moment

if TYPE_CHECKING:
    from motcua_stack import Servers

FIRST, SECOND = load_data().agencies[:2]


def heard_elsewhere(store: Database, *agencies: Agency) -> None:
    """What the inbox of another process of the service does when these come."""
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for agency in agencies:
            put_entry(unit, agency)
        unit.commit()


class CopyConformance:
    """Needs a fixture `store`: an empty `Database` of the sample service."""

    @pytest.mark.req("CA-01")
    def test_what_another_process_of_the_service_heard_is_known_after_the_next_look(self, store: Database) -> None:
        """Regression: of two replicas only the one whose inbox applied a change told by it; the other went by the old for ever."""
        copy = Catalogue(store)
        heard_elsewhere(store, FIRST)
        copy.look()
        assert list(copy.agencies()) == [FIRST.code]
        heard_elsewhere(store, SECOND)
        assert list(copy.agencies()) == [FIRST.code]
        copy.look()
        assert sorted(copy.agencies()) == sorted([FIRST.code, SECOND.code])

    def test_a_look_at_what_has_not_changed_reads_nothing_again(self, store: Database) -> None:
        copy = Catalogue(store)
        heard_elsewhere(store, FIRST)
        copy.look()
        before = copy.agencies()
        copy.look()
        assert copy.agencies() is before


def test_of_a_new_calendar_only_the_days_that_a_date_was_counted_over_are_told() -> None:
    """Regression: a date that a flood in October moved was explained by the days off of a January before the dossier existed."""
    store = MemoryDatabase("sample")
    publish(store, version(1, "2026-03-04", "2026-04-07", "2026-10-05"))

    def cause(first: str, last: str) -> str:
        since, until = (parse_moment(f"{day}T09:00") for day in (first, last))
        return Catalogue(store).calendar_cause("vn-2026.2", "H60.X1", since, until)

    assert cause("2026-04-07", "2026-04-30") == "05/CĐ-UBND (thứ Ba 07/04/2026: Bão số 5)"
    assert cause("2026-04-08", "2026-04-30") == "05/CĐ-UBND"
    assert cause("2026-03-02", "2026-10-05").count("Bão số 5") == 3


class TestInMemory(InMemory, CopyConformance):
    pass


class TestOnPostgres(OnPostgres, CopyConformance):
    pass


async def test_a_running_service_looks_by_itself(stack: "Servers", database: str, tmp_path: Path) -> None:
    with postgres_store(stack, database) as store:
        settings = Settings(database_url=store.dsn, kafka=stack.kafka, jwks=development_keys(tmp_path).as_uri(), files=str(tmp_path))
        app, process = application(Blueprint(name=store.service, hears_catalogue=False), settings)
        async with app.router.lifespan_context(app), asyncio.timeout(30):
            heard_elsewhere(store, FIRST)
            while list(process.parts.catalogue.agencies()) != [FIRST.code]:
                await asyncio.sleep(0.05)
            heard_elsewhere(store, SECOND)
            while SECOND.code not in process.parts.catalogue.agencies():
                await asyncio.sleep(0.05)
