"""A store over the real server, for what only a real server shows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from chassis.store.postgres import PostgresDatabase
from tests.chassis.sample import postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def store(stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
    with postgres_store(stack, database) as store:
        yield store
