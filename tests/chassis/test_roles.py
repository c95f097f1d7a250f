"""Every service's own role on real tables: it may insert and read its facts, and nothing else anywhere else."""

from collections.abc import Iterator
from itertools import permutations
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from chassis.migrate import migrate
from motcua_stack import prepare_postgres
from motcua_stack.database import role_of, schema_of
from motcua_stack.registry import SERVICES

if TYPE_CHECKING:
    from motcua_stack import Servers

NAMES = [service.name for service in SERVICES if service.database]
PACKAGES = {service.name: service.package for service in SERVICES}
FORBIDDEN = [
    "UPDATE facts SET state = state",
    "DELETE FROM facts",
    "TRUNCATE facts",
    "DROP TABLE facts",
    "ALTER TABLE facts DISABLE TRIGGER ALL",
    "CREATE TRIGGER mine BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "LOCK TABLE facts IN ACCESS EXCLUSIVE MODE",
    "CREATE TABLE mine (a int)",
    "SELECT setval('facts_position_seq', 1)",
    "INSERT INTO facts (originator_id, originator_version, position, topic, state, event_id, recorded_at, actor, correlation)"
    " OVERRIDING SYSTEM VALUE VALUES (gen_random_uuid(), 1, 1000000000, 't', '', gen_random_uuid(), now(), 'a', gen_random_uuid())",
]


@pytest.fixture(scope="module")
def addresses(stack: "Servers", database: str) -> dict[str, str]:
    """Service → its role's address, every schema migrated as the running system does it."""
    addresses = prepare_postgres(database, NAMES, stack.home)
    for name in NAMES:
        migrate(database, name, schema_of(name), role_of(name), PACKAGES[name])
    return addresses


@pytest.fixture(scope="module")
def owner(addresses: dict[str, str], database: str) -> "Iterator[psycopg.Connection]":
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("service", NAMES)
def test_a_role_may_not_change_or_remove_a_fact(addresses: dict[str, str], service: str) -> None:
    for forbidden in FORBIDDEN:
        with pytest.raises(InsufficientPrivilege), psycopg.connect(addresses[service]) as connection:
            connection.execute(forbidden.encode())
            pytest.fail(f"{service} may: {forbidden}")
    with psycopg.connect(addresses[service]) as connection:
        assert connection.execute("SELECT count(*) FROM facts").fetchone() == (0,)


@pytest.mark.parametrize("service", NAMES)
def test_on_facts_a_role_has_two_rights_and_no_third(owner: "psycopg.Connection", service: str) -> None:
    rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
    asked = ", ".join(f"has_table_privilege('{role_of(service)}', '{schema_of(service)}.facts', '{right}')" for right in rights)
    assert owner.execute(f"SELECT {asked}".encode()).fetchone() == (True, False, False, False, False, False, False)
    columns = "SELECT array_agg(column_name::text) FROM information_schema.column_privileges WHERE grantee = %s AND table_schema = %s"
    told = owner.execute(columns + " AND table_name = 'facts' AND privilege_type = 'INSERT'", (role_of(service), schema_of(service)))
    (may,) = told.fetchone() or ([],)
    assert "state" in may and "position" not in may


def test_no_role_may_use_the_schema_or_a_table_or_function_of_another(owner: "psycopg.Connection") -> None:
    for mine, other in permutations(NAMES, 2):
        may = owner.execute("SELECT has_schema_privilege(%s, %s, 'USAGE')", (role_of(mine), schema_of(other))).fetchone()
        assert may == (False,), f"{mine} may look into {other}"
    granted = owner.execute(
        "SELECT DISTINCT grantee, table_schema FROM information_schema.role_table_grants WHERE table_schema = ANY(%s)",
        ([schema_of(name) for name in NAMES],),
    ).fetchall()
    owners = {grantee for grantee, _ in granted} - {role_of(name) for name in NAMES}
    assert len(owners) == 1
    assert {(g, s) for g, s in granted if g not in owners} == {(role_of(name), schema_of(name)) for name in NAMES}


@pytest.mark.parametrize("service", NAMES)
def test_reading_another_services_facts_is_refused(addresses: dict[str, str], service: str) -> None:
    for other in set(NAMES) - {service}:
        with pytest.raises(InsufficientPrivilege), psycopg.connect(addresses[service]) as connection:
            connection.execute(f"SELECT * FROM {schema_of(other)}.facts".encode())


def test_no_role_is_more_than_a_login(owner: "psycopg.Connection") -> None:
    rows = owner.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls,"
        " (SELECT count(*) FROM pg_auth_members WHERE member = pg_roles.oid) FROM pg_roles WHERE rolname = ANY(%s)",
        ([role_of(name) for name in NAMES],),
    ).fetchall()
    assert rows == [(False, 0)] * len(NAMES)
