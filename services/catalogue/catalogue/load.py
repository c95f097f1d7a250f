"""Publish the province's shipped catalogue, and wait until the bus has it: `python -m catalogue.load`."""

import sys
import time
from datetime import UTC, datetime
from uuid import UUID

from catalogue.application import publish_all
from catalogue.province import load_data
from catalogue.views import OUTGOING
from chassis.settings import Settings
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase

WAIT_SECONDS = 180
"""Longer than a start waits for its services, beside which this may run."""


def main() -> int:
    """Exit 0 when everything is published, 1 when the catalogue service did not take it in time."""
    database = PostgresDatabase("catalogue", Settings().database_url, pool_size=2)
    try:
        with database.session() as session:
            unit = Unit(session, Because(actor="province", correlation=UUID(int=0)))
            published = publish_all(unit, load_data(), datetime.now(UTC))
            unit.commit()
        print(f"{published} records to publish")
        return _wait(database)
    finally:
        database.close()


def _wait(database: PostgresDatabase) -> int:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with database.session() as session:
            if session.count(OUTGOING) == 0:
                return 0
        time.sleep(0.1)
    print("the catalogue service does not publish: is it running, is Kafka there?", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
