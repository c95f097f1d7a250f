"""A service on real servers, its keys and its topics."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chassis.inbox import Handler
from chassis.relay import record_of
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry import tracing
from chassis.tokens import development_keys
from tests.chassis.sample import CASES
from tests.chassis.service.given import Bug, handler_with

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def topics(stack: "Servers") -> dict[str, str]:
    from motcua_stack.topics import Topic
    from tests.servers import fresh_topics

    return fresh_topics(stack, "service", {"in": Topic(), "out": Topic()})


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    development_keys(folder)
    return folder


@pytest.fixture
def service(
    store: PostgresDatabase, stack: "Servers", topics: dict[str, str], keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Blueprint, Settings, Bug]:
    monkeypatch.setattr(tracing, "_tracer", tracing._tracer)
    bug = Bug()

    def handle(parts: Parts) -> Handler:
        return handler_with(bug)

    blueprint = Blueprint(
        name=store.service,
        outbound=lambda fact: record_of(topics["out"], fact),
        handle=handle,
        tables=(CASES,),
        topics=(topics["in"],),
        hears_catalogue=False,
    )
    settings = Settings(
        database_url=store.dsn, kafka=stack.kafka, jwks=(keys / "jwks.json").as_uri(), files=str(tmp_path), vault_url="http://vault"
    )
    return blueprint, settings, bug
