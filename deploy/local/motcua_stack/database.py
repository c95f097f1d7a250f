"""One role and one schema a service; the schema belongs to the owner, so a service cannot change its own tables."""

import hashlib
import hmac
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from .home import motcua_home, secret
from .problem import StackProblem

OLDEST = 16
"""The oldest PostgreSQL, by its first number."""
_SERVES = """
SELECT d.datname FROM pg_db_role_setting AS s JOIN pg_roles AS r ON r.oid = s.setrole JOIN pg_database AS d ON d.oid = s.setdatabase
WHERE r.rolname = %s AND d.datname <> current_database() ORDER BY 1
"""
"""The other databases of the server that a role has its schema in."""


def schema_of(service: str) -> str:
    """`sync-national` → `sync_national`."""
    return service.replace("-", "_")


def role_of(service: str) -> str:
    """`sync-national` → `motcua_sync_national`."""
    return f"motcua_{schema_of(service)}"


def password_of(service: str, key: str) -> str:
    """The role's password: the same in every database of a cluster, for roles belong to the cluster."""
    return hmac.new(key.encode(), role_of(service).encode(), hashlib.sha256).hexdigest()[:40]


def service_dsn(dsn: str, service: str, key: str) -> str:
    """The service's own address in the owner's database."""
    owner = conninfo_to_dict(dsn)
    address = f"{owner.get('host', '127.0.0.1')}:{owner.get('port', 5432)}"
    return f"postgresql://{role_of(service)}:{password_of(service, key)}@{address}/{owner['dbname']}"


def prepare_postgres(dsn: str, services: Iterable[str], home: Path | None = None) -> dict[str, str]:
    """Make or correct each service's role and schema. May be run again at any time.

    Args:
        dsn: the owner's address: may make roles and schemas in that database.
        services: names of services (`sync-national`).
        home: whose `secrets/roles` key the passwords follow from; default: `motcua_home()`.
    Returns:
        service → its own address.
    Raises:
        StackProblem: the database is too old or not in UTF-8, or its server holds another system, whose services this one's
            passwords would lock out.
    """
    key = secret(home or motcua_home(), "roles")
    names = list(services)
    with psycopg.connect(dsn) as connection:
        _must_fit(connection.info.server_version, connection.info.parameter_status("server_encoding") or "")
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('motcua roles'))")
        for service in names:
            _must_not_be_anothers(connection, service, service_dsn(dsn, service, key))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        for service in names:
            _prepare(connection, service, password_of(service, key))
    return {service: service_dsn(dsn, service, key) for service in names}


def _must_fit(version: int, encoding: str) -> None:
    """A database in another encoding takes some of what is written and gives it back as something else."""
    if version < OLDEST * 10_000 or encoding != "UTF8":
        raise StackProblem(
            f"Motcua needs PostgreSQL {OLDEST} or newer with a database in UTF8; this is PostgreSQL {version // 10_000} with {encoding}: "
            "nothing was changed; make the database anew (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0) or name another server."
        )


def _must_not_be_anothers(connection: psycopg.Connection, service: str, address: str) -> None:
    """A role is the whole server's: one that serves another database may be made anew only by who knows its password."""
    others = [name for (name,) in connection.execute(_SERVES, [role_of(service)]).fetchall()]
    if not others:
        return
    try:
        psycopg.connect(address, connect_timeout=5).close()
    except psycopg.OperationalError as refused:
        if "password authentication" in str(refused):
            raise StackProblem(
                f"This PostgreSQL server holds another Motcua (database {', '.join(others)}), and nothing was changed: "
                "give this one a server of its own, or start it with the other one's secrets/roles."
            ) from refused


def _prepare(connection: psycopg.Connection, service: str, password: str) -> None:
    role, schema = sql.Identifier(role_of(service)), sql.Identifier(schema_of(service))
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role_of(service)]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    rights = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD"
    connection.execute(sql.SQL("{} ROLE {} {} {}").format(verb, role, sql.SQL(rights), sql.Literal(password)))
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))
    connection.execute(sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}").format(role, database, schema))
