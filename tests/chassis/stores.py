"""The stores that a conformance suite runs against: memory, and the real server."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chassis.store import Database
from chassis.store.memory import MemoryDatabase
from chassis.store.postgres import PostgresDatabase
from tests.chassis.sample import postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers


class InMemory:
    """Gives a suite its `store`."""

    @pytest.fixture
    def store(self) -> Database:
        return MemoryDatabase("sample")


class OnPostgres:
    """Gives a suite its `store`."""

    @pytest.fixture
    def store(self, stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
        with postgres_store(stack, database) as store:
            yield store
