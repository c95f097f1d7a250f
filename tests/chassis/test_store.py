"""The store's conformance suite against memory and against PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from chassis.store import Database
from chassis.store.memory import MemoryDatabase
from tests.chassis.conformance.store import StoreConformance
from tests.chassis.sample import CASES, postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(StoreConformance):
    @pytest.fixture
    def store(self) -> Database:
        return MemoryDatabase("sample")


class TestOnPostgres(StoreConformance):
    @pytest.fixture
    def store(self, stack: "Servers", database: str) -> Iterator[Database]:
        with postgres_store(stack, database) as store:
            yield store


def test_threads_that_need_a_second_connection_do_not_wait_for_one_another(stack: "Servers", database: str) -> None:
    with postgres_store(stack, database, pool_size=2) as store:
        ready = threading.Barrier(2)

        def nested(_: int) -> int:
            with store.session() as outer:
                outer.count(CASES)
                ready.wait()
                with store.session() as inner:
                    return inner.count(CASES)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(nested, range(2))) == [0, 0]
