"""The service of these tests over memory and over PostgreSQL, with a clerk's token and without one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from chassis.store import Database
from chassis.store.memory import MemoryDatabase
from chassis.tokens import development_keys, issue
from tests.chassis.sample import postgres_store

if TYPE_CHECKING:
    from motcua_stack import Servers

from tests.chassis.http.given import client_of


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    development_keys(folder)
    return folder


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "memory":
        yield MemoryDatabase("sample")
        return
    stack: Servers = request.getfixturevalue("stack")
    with postgres_store(stack, request.getfixturevalue("database")) as store:
        yield store


@pytest.fixture
async def client(store: Database, keys: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(store, keys) as client:
        client.headers["Authorization"] = f"Bearer {issue(keys, 'clerk-1', ['clerk'], ['H60.01'])}"
        yield client


@pytest.fixture
async def anonymous(keys: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(MemoryDatabase("sample"), keys) as client:
        yield client
