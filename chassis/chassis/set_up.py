"""What must stand before the services start, made by the owners of database and bus: `python -m chassis.set_up schema` and `… topics`.

In a cluster a Job does it (deploy/k8s/set-up.yaml): the schema of each service in that service's own image, then the topics. Both may be
run again at any time, and do nothing where nothing is missing. The roles of the services are the database's own affair: they exist.
"""

import sys

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.bus.topics import TOPICS, TopicsRefused, create_topics
from chassis.migrate import ChangedMigration, migrate


class Owner(BaseSettings):
    """`owner_url` may make schemas and tables; `database_url` is the service's own address, whose role gets its rights."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", extra="ignore")

    service: str = ""
    owner_url: str = ""
    database_url: str = ""
    kafka: str = ""
    replication: int = 3


def schema(owner: Owner) -> str:
    """Bring the service's schema up to date. Raises `psycopg.Error`, `ChangedMigration`."""
    own = owner.service.replace("-", "_")
    role = conninfo_to_dict(owner.database_url).get("user") or f"motcua_{own}"
    applied = migrate(owner.owner_url, owner.service, own, str(role), own)
    return f"{owner.service}: {', '.join(applied) or 'nothing to do'}"


def topics(owner: Owner) -> str:
    """Make the topics that are missing. Raises `TopicsRefused`."""
    create_topics(owner.kafka, TOPICS, owner.replication)
    return f"topics: {', '.join(TOPICS)}"


WORK = {"schema": schema, "topics": topics}


def main(words: list[str]) -> int:
    """Exit 0 when it stands, 1 with the reason when it does not, 2 for wrong use."""
    if len(words) != 1 or words[0] not in WORK:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(WORK[words[0]](Owner()))
    except (psycopg.Error, ChangedMigration, TopicsRefused) as problem:
        print(f"{words[0]}: {problem}".strip(), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
