"""Every service over a real PostgreSQL, in one process, with dossiers at each stage of their lives."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.migrate import migrate
from chassis.store.postgres import PostgresDatabase
from motcua_stack import prepare_postgres
from motcua_stack.database import role_of, schema_of
from tests.generated.services import blueprints
from tests.harness import Service, World
from tests.servers import fresh_database
from tests.walk.town import Town

if TYPE_CHECKING:
    from motcua_stack import Servers

ROOT = Path(__file__).resolve().parents[2]
BLUEPRINTS = blueprints(ROOT)
POOL = 4


@dataclass
class RealTown(Town):
    """The town of the walk over real databases; `owner` is their owner's address."""

    owner: str
    world: World
    all: dict[str, Service]

    def __post_init__(self) -> None:
        self.intake, self.routing, self.processing, self.results, self.tracking = (
            self.all[name] for name in ("intake", "routing", "processing", "results", "tracking")
        )


@contextmanager
def real_town(stack: "Servers", folder: Path) -> Iterator[RealTown]:
    """Migrated, filled with the province, closed afterwards."""
    owner = fresh_database(stack)
    addresses = prepare_postgres(owner, list(BLUEPRINTS), stack.home)
    with ExitStack() as closing:

        def store(name: str) -> PostgresDatabase:
            migrate(owner, name, schema_of(name), role_of(name), name.replace("-", "_"))
            database = PostgresDatabase(name, addresses[name], pool_size=POOL)
            closing.callback(database.close)
            return database

        world = World(store=store)
        every = {name: world.add(blueprint, certificates=str(folder / "certificates")) for name, blueprint in BLUEPRINTS.items()}
        yield RealTown(owner, world, every)
