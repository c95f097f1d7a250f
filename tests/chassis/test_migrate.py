"""Migrations, and what a service's role may do: insert and read its own facts, and nothing else anywhere else."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from chassis.ids import new_id
from chassis.migrate import ChangedMigration, migrate
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from tests.chassis.sample import BECAUSE, postgres_store, voided

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def store(stack: "Servers", database: str) -> Iterator[PostgresDatabase]:
    with postgres_store(stack, database) as store:
        with store.session() as session:
            unit = Unit(session, BECAUSE)
            unit.record(new_id(), voided())
            unit.commit()
        yield store


@pytest.mark.parametrize(
    "forbidden",
    [
        "UPDATE facts SET state = '\\x00'",
        "DELETE FROM facts",
        "TRUNCATE facts",
        "DROP TABLE facts",
        "ALTER TABLE facts ADD COLUMN more text",
        "CREATE TABLE mine (a int)",
        "ALTER FUNCTION append_one RENAME TO mine",
        "SELECT setval('facts_position_seq', 1)",
        "DELETE FROM inbox_position",
        "DELETE FROM ordinal",
        "INSERT INTO migration (name, digest) VALUES ('a', 'b')",
        "CREATE SCHEMA mine",
        "CREATE TABLE public.mine (a int)",
        "CREATE ROLE mine",
        "COPY facts TO PROGRAM 'cat'",
        "SET ROLE postgres",
    ],
)
@pytest.mark.req("PR-27")
def test_a_services_role_may_not(store: PostgresDatabase, forbidden: str) -> None:
    with pytest.raises(InsufficientPrivilege), psycopg.connect(store.dsn) as connection:
        connection.execute(f"SET search_path TO {store.schema}".encode())
        connection.execute(forbidden.encode())


@pytest.mark.parametrize("wish", ["SELECT * FROM {}.facts", "SELECT * FROM {}.sample_case", "INSERT INTO {}.ordinal VALUES ('a', 1)"])
def test_a_service_cannot_look_into_another_services_schema(store: PostgresDatabase, stack: "Servers", database: str, wish: str) -> None:
    with postgres_store(stack, database) as other:
        with pytest.raises(InsufficientPrivilege), psycopg.connect(store.dsn) as connection:
            connection.execute(wish.format(other.schema).encode())
        with pytest.raises(InsufficientPrivilege), psycopg.connect(store.dsn) as connection:
            connection.execute(f"SELECT {other.schema}.append_one(NULL,1,'','','{new_id()}',now(),'','{new_id()}',NULL,NULL)".encode())


def test_migrations_run_once_and_in_order(stack: "Servers", database: str, store: PostgresDatabase) -> None:
    role = f"motcua_{store.schema}"
    assert migrate(database, store.service, store.schema, role, "tests.chassis.sample") == []
    with psycopg.connect(database) as owner:
        names = owner.execute(f"SELECT name FROM {store.schema}.migration ORDER BY applied_at, name".encode()).fetchall()
    assert [name for (name,) in names] == [
        "chassis/0001_store.sql",
        "chassis/0002_settled.sql",
        "chassis/0003_discarded.sql",
        "chassis/0004_positions.sql",
        "chassis/0005_discarded_claims.sql",
        "chassis/0006_light_compression.sql",
        "chassis/0007_catalogue_change.sql",
        "chassis/0008_room.sql",
        "chassis/0009_relay_bus.sql",
        "tests.chassis.sample/0001_sample.sql",
        "tests.chassis.sample/0002_open_clock.sql",
    ]


def test_a_migration_that_was_edited_afterwards_is_refused(
    stack: "Servers", database: str, store: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "edited_service"
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").touch()
    script = folder / "migrations" / "0001_first.sql"
    script.write_text("CREATE TABLE first (a int);")
    monkeypatch.syspath_prepend(tmp_path)
    role = f"motcua_{store.schema}"
    assert migrate(database, store.service, store.schema, role, "edited_service") == ["edited_service/0001_first.sql"]
    script.write_text("CREATE TABLE first (a text);")
    with pytest.raises(ChangedMigration):
        migrate(database, store.service, store.schema, role, "edited_service")
    sys.modules.pop("edited_service")


def test_a_migration_that_fails_leaves_nothing_behind(
    stack: "Servers", database: str, store: PostgresDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "failing_service"
    (folder / "migrations").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "migrations" / "0001_fails.sql").write_text("CREATE TABLE half (a int); SELECT 1 / 0;")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(database, store.service, store.schema, f"motcua_{store.schema}", "failing_service")
    with psycopg.connect(database) as owner:
        assert owner.execute("SELECT to_regclass(%s)", (f"{store.schema}.half",)).fetchone() == (None,)
    sys.modules.pop("failing_service")
