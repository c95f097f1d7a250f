"""What the set-up of a cluster makes: a service's schema for its role, and the topics; again and again."""

import asyncio
import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from chassis import set_up
from chassis.bus.topics import TOPICS
from motcua_stack import prepare_postgres

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def own(stack: "Servers", database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    address = prepare_postgres(database, ["sync-national"], stack.home)["sync-national"]
    settings = {"SERVICE": "sync-national", "OWNER_URL": database, "DATABASE_URL": address, "KAFKA": stack.kafka, "REPLICATION": "1"}
    for name, value in settings.items():
        monkeypatch.setenv(f"MOTCUA_{name}", value)
    return address


def test_the_schema_is_made_for_the_role_of_the_service_and_then_there_is_nothing_to_do(
    own: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set_up.main(["schema"]) == 0 and "sync_national/0001" in capsys.readouterr().out
    with psycopg.connect(own) as connection:
        assert connection.execute("SELECT count(*) FROM sync_national.outgoing").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE sync_national.mine (n int)")
    assert set_up.main(["schema"]) == 0 and "nothing to do" in capsys.readouterr().out


def test_an_owner_who_may_not_is_said_and_fails(own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MOTCUA_OWNER_URL", own)
    assert set_up.main(["schema"]) == 1
    assert "permission denied" in capsys.readouterr().err


@pytest.mark.usefixtures("own")
def test_the_topics_are_made_and_what_kafka_refuses_is_said(
    stack: "Servers", monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mark = f"set-up-{uuid.uuid4().hex[:8]}"
    monkeypatch.setattr(set_up, "TOPICS", {f"{mark}.{name}": topic for name, topic in TOPICS.items()})
    assert set_up.main(["topics"]) == set_up.main(["topics"]) == 0
    assert {name.removeprefix(f"{mark}.") for name in asyncio.run(_topics(stack.kafka)) if name.startswith(mark)} == set(TOPICS)
    monkeypatch.setattr(set_up, "TOPICS", {f"{mark}.dossiers.v1": {"partitions": 3}})
    assert set_up.main(["topics"]) == 1
    assert "12 partitions instead of 3" in capsys.readouterr().err


def test_wrong_use_says_how() -> None:
    assert set_up.main([]) == set_up.main(["tables"]) == 2


async def _topics(bootstrap: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return list(await admin.list_topics())
    finally:
        await admin.close()
