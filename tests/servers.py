"""Real servers for tests: one pair for the whole run, made by the first test that asks (no skip when they cannot start)."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from motcua_stack import Servers, create_topics, servers
from motcua_stack.topics import Topic


@contextmanager
def temporary_servers() -> Iterator[Servers]:
    """PostgreSQL and Kafka by the usual choice in a folder that goes afterwards."""
    home = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    try:
        with servers(home, durable=False) as started:
            yield started
    finally:
        shutil.rmtree(home, ignore_errors=True)


def fresh_database(stack: Servers) -> str:
    """A new empty database; the owner's address. Roles are shared by the databases of a server, schemas are not."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(stack.postgres_dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    owner = conninfo_to_dict(stack.postgres_dsn)
    return f"postgresql://{owner['user']}:{owner.get('password', '')}@{owner['host']}:{owner.get('port', 5432)}/{name}"


def fresh_topics(stack: Servers, prefix: str, topics: Mapping[str, Topic] | None = None) -> dict[str, str]:
    """New topics with names of their own: `dossiers.v1` → `<prefix>-1a2b3c4d.dossiers.v1`; leaders are ready.

    Args:
        topics: name → its partitions and settings; default: one `dossiers.v1` of 12 partitions.
    """
    mark = f"{prefix}-{uuid.uuid4().hex[:8]}"
    wanted = topics or {"dossiers.v1": Topic()}
    names = {name: f"{mark}.{name}" for name in wanted}
    create_topics(stack.kafka, {names[name]: topic for name, topic in wanted.items()})
    return names
