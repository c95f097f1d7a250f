"""A calendar change over open clocks, against memory and against PostgreSQL."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chassis.store import Database
from chassis.store.memory import MemoryDatabase
from tests.chassis.rescheduling_conformance import ReschedulingConformance
from tests.chassis.sample import postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(ReschedulingConformance):
    @pytest.fixture
    def store(self) -> Database:
        return MemoryDatabase("sample")


class TestOnPostgres(ReschedulingConformance):
    @pytest.fixture
    def store(self, stack: "Servers", database: str) -> Iterator[Database]:
        with postgres_store(stack, database) as store:
            yield store
