"""A service in memory: its routes, its inbox and its timers over the twins of store and bus, with a clock that the test moves."""

import asyncio
import atexit
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from fastapi.testclient import TestClient

from catalogue.province import load_data
from chassis.bus.memory import MemoryBus
from chassis.catalogue import ENTRIES, Catalogue, CatalogueEntry, entry_of, keep
from chassis.clock import VirtualClock
from chassis.files import Files
from chassis.http import Api, Auth, Command, create_app
from chassis.http.operations import add_parked_routes
from chassis.inbox import Inbox
from chassis.relay import Relay
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store import Because, Unit
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from chassis.timers import fire_due
from chassis.tokens import Account, Keys, development_keys, issue
from chassis.vault import MemoryVault, Vault
from contracts.fact import Fact
from contracts.topics import CATALOGUE, DOSSIERS
from tests.described import DescribedClient

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""


_KEYS = count()


@cache
def catalogue_entries() -> list[CatalogueEntry]:
    """The province's catalogue as rows."""
    return [entry_of(record) for record in load_data()]


@cache
def keys_folder() -> Path:
    """One development key pair for the whole run."""
    folder = Path(mkdtemp(prefix="motcua-keys-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    development_keys(folder)
    return folder


def certificates() -> str:
    """The folder of the seals and signatures that the tests make, once for the whole run."""
    return str(keys_folder() / "certificates")


def token(subject: str, *roles: str, agencies: Sequence[str] = ("*",), account: Account = "e-id") -> str:
    """A development token."""
    return issue(keys_folder(), subject, roles, agencies, account=account)


class _App:
    """The routes of a blueprint over shells of a service's parts; whose service it is, says what the shells share."""

    def __init__(self, blueprint: Blueprint, parts: Parts, inbox: Inbox) -> None:
        self._shells = [object.__new__(type(thing)) for thing in _inside(parts, inbox)]
        database, clock, catalogue, files, vault, shell = self._shells
        own = replace(parts, database=database, clock=clock, catalogue=catalogue, files=files, vault=vault)
        self.serve(parts, inbox)
        self.app = _routes(blueprint, own, lambda: shell)

    def serve(self, parts: Parts, inbox: Inbox) -> None:
        for shell, thing in zip(self._shells, _inside(parts, inbox), strict=True):
            shell.__dict__ = thing.__dict__


_SPARE: dict[tuple[Any, ...], list[_App]] = defaultdict(list)


def _inside(parts: Parts, inbox: Inbox) -> tuple[Any, ...]:
    return parts.database, parts.clock, parts.catalogue, parts.files, parts.vault, inbox


def _routes(blueprint: Blueprint, parts: Parts, inbox: Callable[[], Any]) -> FastAPI:
    async def fine() -> dict[str, Any]:
        return {"ok": True}

    app = create_app(blueprint.name, "test", Metrics(blueprint.name), fine, fine)
    app.state.max_body = blueprint.max_body
    jwks = (keys_folder() / "jwks.json").as_uri()
    auth = Auth(Keys(jwks, parts.settings.issuer, parts.settings.audience, production=False))
    api = Api(app, parts.database, parts.clock, auth, Command(parts.database, parts.clock))
    if blueprint.routes:
        blueprint.routes(api, parts)
    add_parked_routes(api, inbox)
    return app


@dataclass
class World:
    """What services of one test share."""

    clock: VirtualClock = field(default_factory=lambda: VirtualClock(START))
    bus: MemoryBus = field(default_factory=MemoryBus)
    vault: Vault = field(default_factory=MemoryVault)
    services: "list[Service]" = field(default_factory=list)
    store: Callable[[str], Any] = MemoryDatabase

    def add(self, blueprint: Blueprint, **settings: Any) -> "Service":
        service = Service(self, blueprint, Settings(**settings))
        self.services.append(service)
        return service

    def settle(self) -> None:
        """Relay and apply until nothing moves any more."""
        while any([service.relay_once() for service in self.services]) or any([service.hear() for service in self.services]):
            pass

    def history(self, subject: UUID) -> list[Fact]:
        """All facts of a dossier on the bus, in partition order."""
        from contracts.fact import decode

        records = [r for partition in self.bus.partitions(DOSSIERS) for r in partition if r.key == str(subject).encode()]
        return [decode(dict(r.headers)["ce_type"].decode(), r.value or b"") for r in records]


class Service:
    """One service of a world."""

    def __init__(self, world: World, blueprint: Blueprint, settings: Settings) -> None:
        self.world = world
        self.blueprint = blueprint
        self.database = world.store(blueprint.name)
        self.parts = Parts(settings, self.database, world.clock, Catalogue(self.database), Files("memory:"), world.vault, lambda: None)
        self._fill_catalogue()
        handle = blueprint.handle(self.parts) if blueprint.handle else (lambda unit, message: None)
        self.inbox = Inbox(
            handle,
            world.clock,
            tables=blueprint.tables,
            entries={CATALOGUE: keep},
            prefetch_history=blueprint.prefetch_history,
            prepare=blueprint.prepare,
        )
        self.relay = Relay(self.database, world.bus, blueprint.outbound) if blueprint.outbound else None

    def _fill_catalogue(self) -> None:
        with self.database.session() as session:
            unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
            for entry in catalogue_entries():
                unit.put(ENTRIES, entry)
            unit.commit()

    @cached_property
    def client(self) -> TestClient:
        """The service's routes, when a test first asks for them, over an app that no living test holds: to make one takes long."""
        spare = _SPARE[(self.blueprint.name, repr(self.parts.settings), *map(type, _inside(self.parts, self.inbox)))]
        lent = spare.pop() if spare else _App(self.blueprint, self.parts, self.inbox)
        lent.serve(self.parts, self.inbox)
        client = DescribedClient(lent.app, raise_server_exceptions=True)
        weakref.finalize(client, spare.append, lent)
        return client

    def relay_once(self) -> int:
        """Move one page; without facts no loop is started, for a test settles often."""
        if self.relay is None or not self.database.page(self.database.relay_position(), 1):
            return 0
        return asyncio.run(self.relay.step())

    def hear(self) -> int:
        """Apply one batch of each partition; how many records were read."""
        read = 0
        positions = {(t, p): o for t, p, o, _ in self.database.positions()}
        catalogue = (CATALOGUE,) if self.blueprint.hears_catalogue else ()
        for topic in (*catalogue, *(self.blueprint.topics if self.blueprint.handle else ())):
            for number, _ in enumerate(self.world.bus.partitions(topic)):
                records = self.world.bus.read(topic, number, positions.get((topic, number), 0))
                if records:
                    with self.database.session() as session:
                        self.inbox.apply(records, session)
                    if topic == CATALOGUE:
                        self.parts.catalogue.forget()
                    read += len(records)
        return read

    def fire(self) -> int:
        """Fire the timers that are due."""
        assert self.blueprint.fire is not None
        fired = fire_due(self.database, self.world.clock, self.blueprint.fire(self.parts))
        self.world.settle()
        return fired

    def tell(self, subject: UUID, *facts: Fact, source: str | None = None) -> None:
        """Let this service hear facts that another service recorded."""
        other = MemoryDatabase(source or facts[0].OWNER)
        for known in self.world.services:
            if known.database.service == other.service:
                other = known.database
        with other.session() as session:
            unit = Unit(session, Because(actor="test", correlation=subject))
            unit.record(subject, *facts)
            unit.commit()
        from chassis.relay import record_of

        relay = Relay(other, self.world.bus, lambda fact: record_of(DOSSIERS, fact))
        if other.service not in {s.database.service for s in self.world.services}:
            sent = sum(1 for _ in self.world.history(subject) if other.service == _.OWNER)
            _renumber(other, sent)
            asyncio.run(relay.step())
        self.world.settle()

    def facts(self, subject: UUID) -> list[Fact]:
        """What this service has recorded about a dossier."""
        return [recorded.fact for recorded in self.database.streams.get(subject, [])]

    def post(self, path: str, who: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        """A command with a token and a fresh Idempotency-Key."""
        sent = {"Authorization": f"Bearer {who}", "Idempotency-Key": key or f"{path}-{next(_KEYS)}", **headers}
        return self.client.post(path, json=body if body is not None else {}, headers=sent)

    def get(self, path: str, who: str | None = None, **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {who}"} if who else {}
        return self.client.get(path, params=params, headers=headers)


def _renumber(database: MemoryDatabase, sent: int) -> None:
    """Facts of a service that is not in the world continue its sequence on the bus."""
    import msgspec

    database.stored[:] = [msgspec.structs.replace(r, originator_version=r.originator_version + sent) for r in database.stored]


def types(facts: Iterable[Fact]) -> list[str]:
    """The class names of facts, for short assertions."""
    return [type(fact).__name__ for fact in facts]
