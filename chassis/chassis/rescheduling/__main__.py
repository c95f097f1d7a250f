"""`python -m chassis.rescheduling SERVICE MODULE`: sweep a service's open clocks until none is left. Started by the service; its
environment says which database. Whether it ends well, is killed, or outlives the service: each page is whole or was never there."""

import sys
from concurrent.futures import ThreadPoolExecutor

from chassis.catalogue import Catalogue
from chassis.collecting import collect_seldom
from chassis.rescheduling.sweep import Sweep
from chassis.rescheduling.task import owner_in
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.logs import start_logging
from chassis.virtual_clock import clock_of

THREADS = 2
"""While one page is written by the database another is counted here."""


def main(service: str, module: str) -> None:
    """Raises what a page raised."""
    settings = Settings()
    start_logging(service, settings.log_level)
    database, clock, owner = PostgresDatabase(service, settings.database_url, pool_size=THREADS + 1), clock_of(settings), owner_in(module)
    catalogue = Catalogue(database)
    collect_seldom()
    with ThreadPoolExecutor(THREADS) as pool:
        for sweep in [pool.submit(Sweep(database, catalogue, clock, owner).run) for _ in range(THREADS)]:
            sweep.result()
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
