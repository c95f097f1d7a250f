"""The embedded servers: that they really start, and what they allow."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from psycopg.conninfo import make_conninfo

from motcua_stack import Servers, StackProblem, create_topics, prepare_postgres
from motcua_stack.database import _must_fit
from tests.servers import fresh_database, fresh_topics


def test_a_second_system_on_one_server_is_refused_and_the_first_goes_on(stack: Servers, tmp_path: Path) -> None:
    """Regression: the second one gave the roles, which are the whole server's, passwords of its own, and locked the first one out."""
    first = prepare_postgres(fresh_database(stack), ["intake"], stack.home)["intake"]
    (tmp_path / "secrets").mkdir()
    with pytest.raises(StackProblem, match="holds another Motcua"):
        prepare_postgres(fresh_database(stack), ["intake"], tmp_path)
    psycopg.connect(first, connect_timeout=5).close()


def test_a_database_in_another_encoding_is_refused_before_anything_is_made(stack: Servers, tmp_path: Path) -> None:
    """Regression: in SQL_ASCII texts come back as bytes, and the catalogue's service died over and over without saying why."""
    (tmp_path / "secrets").mkdir()
    with psycopg.connect(stack.postgres_dsn, autocommit=True) as owner:
        owner.execute("CREATE DATABASE narrow ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    address = make_conninfo(stack.postgres_dsn, dbname="narrow")
    with pytest.raises(StackProblem, match=r"a database in UTF8; this is PostgreSQL 1\d with SQL_ASCII"):
        prepare_postgres(address, ["intake"], tmp_path)
    with psycopg.connect(address) as narrow:
        assert narrow.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'intake'").fetchone() is None


@pytest.mark.parametrize(("version", "encoding"), [(150_008, "UTF8"), (160_000, "LATIN1"), (160_000, "")])
def test_an_older_server_or_another_encoding_does_not_fit(version: int, encoding: str) -> None:
    with pytest.raises(StackProblem, match=f"this is PostgreSQL {version // 10_000} with {encoding}: nothing was changed"):
        _must_fit(version, encoding)
    _must_fit(160_000, "UTF8")


def test_each_service_has_a_schema_of_its_own_that_it_cannot_change(stack: Servers) -> None:
    addresses = prepare_postgres(fresh_database(stack), ["intake", "sync-national"], stack.home)
    with psycopg.connect(addresses["sync-national"]) as connection:
        assert connection.execute("SHOW search_path").fetchone() == ("sync_national",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (a int)")


def test_a_service_cannot_see_into_another_schema(stack: Servers) -> None:
    owner = fresh_database(stack)
    addresses = prepare_postgres(owner, ["intake", "routing"], stack.home)
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE intake.facts (a int)")
    with psycopg.connect(addresses["routing"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM intake.facts")


def test_roles_can_be_prepared_again_without_breaking_open_addresses(stack: Servers) -> None:
    owner = fresh_database(stack)
    first = prepare_postgres(owner, ["intake"], stack.home)
    assert prepare_postgres(owner, ["intake"], stack.home) == first
    psycopg.connect(first["intake"]).close()


def test_secrets_are_readable_by_their_owner_only(stack: Servers) -> None:
    prepare_postgres(fresh_database(stack), ["intake"], stack.home)
    files = list((stack.home / "secrets").iterdir())
    assert files and all(file.stat().st_mode & 0o077 == 0 for file in files)


def test_topics_have_twelve_partitions_and_are_kept_for_ever(stack: Servers) -> None:
    names = fresh_topics(stack, "kept", {"dossiers.v1": {}, "catalogue.v1": {"configs": {"cleanup.policy": "compact"}}})
    settings = asyncio.run(_settings(stack.kafka, names["dossiers.v1"]))
    assert (settings["retention.ms"], settings["retention.bytes"], settings["cleanup.policy"]) == ("-1", "-1", "delete")
    assert asyncio.run(_settings(stack.kafka, names["catalogue.v1"]))["cleanup.policy"] == "compact"
    assert asyncio.run(_partitions(stack.kafka, names["dossiers.v1"])) == 12


def test_a_topic_with_another_number_of_partitions_is_refused(stack: Servers) -> None:
    name = fresh_topics(stack, "few", {"t": {"partitions": 3}})["t"]
    with pytest.raises(StackProblem, match="3 partitions instead of 12"):
        create_topics(stack.kafka, {name: {}})


def test_a_topic_is_never_made_by_mistyping_its_name(stack: Servers) -> None:
    async def listed() -> list[str]:
        admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
        await admin.start()
        try:
            await admin.describe_topics(["dosiers.v1"])
            return list(await admin.list_topics())
        finally:
            await admin.close()

    assert "dosiers.v1" not in asyncio.run(listed())


async def _settings(kafka: str, topic: str) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {entry[0]: entry[1] for entry in answer.resources[0][4]}
    finally:
        await admin.close()


async def _partitions(kafka: str, topic: str) -> int:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        return len((await admin.describe_topics([topic]))[0]["partitions"])
    finally:
        await admin.close()
