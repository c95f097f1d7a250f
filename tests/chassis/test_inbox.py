"""The inbox's conformance suite against memory and against PostgreSQL."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chassis.store import Database
from chassis.store.memory import MemoryDatabase
from tests.chassis.inbox_conformance import InboxConformance
from tests.chassis.sample import postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(InboxConformance):
    @pytest.fixture
    def store(self) -> Database:
        return MemoryDatabase("sample")


class TestOnPostgres(InboxConformance):
    @pytest.fixture
    def store(self, stack: "Servers", database: str) -> Iterator[Database]:
        with postgres_store(stack, database) as store:
            yield store
