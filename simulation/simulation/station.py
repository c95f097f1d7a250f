"""One service of a run: its real routes, inbox, timers and relay over the in-memory twins, as a process that can die."""

import hashlib
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import msgspec
from fastapi.responses import Response

from chassis.bus import Record
from chassis.catalogue import Catalogue, keep, put_entry
from chassis.clock import Clock
from chassis.errors import Fenced, Retry
from chassis.files import Files
from chassis.http import Api, Auth, Command, create_app
from chassis.inbox import Entry, Inbox
from chassis.rescheduling import Sweep
from chassis.service import Blueprint, Parts
from chassis.settings import Settings
from chassis.store import Because, Unit
from chassis.store.memory import MemoryDatabase
from chassis.telemetry.metrics import Metrics
from chassis.timers import fire_due
from chassis.tokens import Caller
from chassis.vault import Vault
from contracts.catalogue import Record as CatalogueRecord
from contracts.fact import FileRef, VaultRef
from contracts.topics import CATALOGUE
from simulation.bus import Bus
from simulation.door import Door
from simulation.faults import Faults
from simulation.services import OWNERS
from simulation.storage import Storage

SERVICE = "simulation service *"
PAGE = 1000
NOWHERE = (0, None)


class MemoryFiles(Files):
    """Files of a run: contents by key, dropped with their dossier."""

    def __init__(self) -> None:
        super().__init__("memory:")
        self._kept: dict[str, dict[str, bytes]] = {}

    def empty(self) -> None:
        """As a new folder."""
        self._kept.clear()

    def put(self, dossier: UUID, name: str, content: bytes, media_type: str) -> FileRef:
        digest = hashlib.sha256(content).hexdigest()
        key = f"dossiers/{dossier}/{name}/{digest}"
        self._kept.setdefault(str(dossier), {})[key] = content
        return FileRef(key=key, digest=digest, size=len(content), media_type=media_type)

    def has(self, ref: FileRef) -> bool:
        return ref.key in self._kept.get(ref.key.split("/")[1], {})

    def get(self, ref: FileRef) -> bytes:
        return self._kept[ref.key.split("/")[1]][ref.key]

    def forget(self, dossier: UUID) -> None:
        self._kept.pop(str(dossier), None)


class DoorVault:
    """Intake's vault as other services reach it: through intake's own routes."""

    def __init__(self) -> None:
        self.intake: Station | None = None

    def put(self, dossier: UUID, kind: str, content: Any) -> VaultRef:
        answer = self._ask("POST", f"/vault/{dossier}", {"kind": kind, "content": content}, {})
        return msgspec.convert(msgspec.json.decode(answer.body), VaultRef)

    def get(self, ref: VaultRef, purpose: str) -> Any:
        answer = self._ask("GET", f"/vault/{ref.key}", None, {"purpose": purpose})
        return None if answer.status_code == 404 else msgspec.json.decode(answer.body)["content"]

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        return {ref.key: content for ref in refs if (content := self.get(ref, purpose)) is not None}

    def _ask(self, method: str, path: str, body: Any, query: Mapping[str, Any]) -> Response:
        if self.intake is None:
            raise Retry("vault")
        answer = self.intake.door.ask(method, path, SERVICE, {}, body, query)
        if answer.status_code >= 500:
            raise Retry(f"vault answers {answer.status_code}")
        return answer


class TakenTwice(Exception):
    """A batch that had been applied was taken once more."""


class SimulatedKeys:
    """Tokens of a run say plainly who calls: subject, roles, agencies."""

    def known(self, token: str) -> Caller | None:
        return caller_of(token)

    def check(self, token: str) -> Caller:
        return caller_of(token)


@lru_cache(maxsize=65536)
def caller_of(token: str) -> Caller:
    """The caller that a token of a run names."""
    subject, roles, agencies = token.split(" ")
    return Caller(subject, frozenset(roles.split(",")), frozenset(agencies.split(",")))


def token_of(subject: str, roles: Iterable[str], agencies: Iterable[str]) -> str:
    """A token of a run."""
    return f"{subject} {','.join(sorted(roles))} {','.join(sorted(agencies))}"


@dataclass
class Surroundings:
    """What the services of a run share."""

    settings: Settings
    clock: Clock
    bus: Bus
    files: MemoryFiles
    vault: Vault
    faults: Faults
    dice: random.Random
    wake: Callable[["Station", str, datetime], None]
    ring: Callable[["Station"], None]


class Station:
    """One service."""

    def __init__(self, blueprint: Blueprint, around: Surroundings, catalogue: Sequence[CatalogueRecord]) -> None:
        self.blueprint = blueprint
        self.around = around
        self.name = blueprint.name
        self.storage = Storage(blueprint.name, around.faults, lambda table, at: around.wake(self, table, at))
        self.parts = parts_of(self.storage, around, lambda: around.ring(self))
        _fill(self.storage, catalogue)
        self.inbox = self._inbox(self.parts)
        self.door = self._door()
        self.fire = blueprint.fire(self.parts) if blueprint.fire else None
        self.sweep = self._sweep()
        self._catalogue = catalogue

    def reset(self) -> None:
        """As on the first day: an empty database that knows the catalogue, and nothing in memory."""
        self.storage.empty(self.name)
        self.storage.faults = self.around.faults
        self.parts.catalogue.empty()
        _fill(self.storage, self._catalogue)
        self.restart()

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """What it hears."""
        own = tuple(self.blueprint.topics) if self.blueprint.handle else ()
        return own + ((CATALOGUE,) if self.blueprint.hears_catalogue else ())

    def _inbox(self, parts: Parts) -> Inbox:
        handle = self.blueprint.handle(parts) if self.blueprint.handle else (lambda unit, message: None)
        entries: dict[str, Entry] = {CATALOGUE: keep} if self.blueprint.hears_catalogue else {}
        return Inbox(
            handle,
            parts.clock,
            tables=self.blueprint.tables,
            entries=entries,
            prefetch_history=self.blueprint.prefetch_history,
            prepare=self.blueprint.prepare,
            reader=self.around.bus.reader,
            seconds=lambda: self.around.clock.now().timestamp(),
        )

    def _door(self) -> Door:
        async def fine() -> dict[str, Any]:
            return {"ok": True}

        app = create_app(self.name, "simulation", Metrics(self.name), fine, fine)
        command = Command(self.storage, self.around.clock, ring=lambda: self.around.ring(self))
        if self.blueprint.routes:
            keys: Any = SimulatedKeys()
            self.blueprint.routes(Api(app, self.storage, self.around.clock, Auth(keys), command), self.parts)
        return Door(app)

    def restart(self) -> None:
        """The process died: what it held in memory is gone."""
        self.parts.catalogue.forget()
        self.sweep = self._sweep()

    def _sweep(self) -> Sweep | None:
        owner = OWNERS.get(self.name)
        return Sweep(self.storage, self.parts.catalogue, self.around.clock, owner) if owner else None

    def relay(self) -> int:
        """Send one page; how many. Dies where the faults say so: before sending, or before the position is written."""
        if self.blueprint.outbound is None:
            return 0
        after = self.storage.relay_position()
        page = self.storage.page(after, PAGE)
        if page:
            self.around.faults.crash("relay-before")
            self.around.bus.send_now([self.blueprint.outbound(fact) for fact in page])
            self.around.faults.crash("relay-after")
            self.storage.set_relay_position(page[-1].position)
        return len(page)

    def unread(self) -> list[tuple[str, int, int]]:
        """Topic, partition and position wherever there is more."""
        held, found = self.storage.inbox, []
        for topic in self.topics:
            for number, log in enumerate(self.around.bus.topics.get(topic, ())):
                if log and len(log) > (position := held.get((topic, number), NOWHERE)[0]):
                    found.append((topic, number, position))
        return found

    def next_batch(self, limit: int) -> list[Record]:
        """What a consumer would be given now: the catalogue before facts, one partition after another, each in its order."""
        waiting = self.unread()
        if waiting and waiting[-1][0] == CATALOGUE:
            waiting = [place for place in waiting if place[0] == CATALOGUE]
        if len(waiting) > 1 and self.around.faults.strikes("reorder"):
            self.around.dice.shuffle(waiting)
        records: list[Record] = []
        for topic, partition, offset in waiting:
            records += self.around.bus.read(topic, partition, offset, limit - len(records))
            if len(records) == limit:
                break
        return records

    def hear(self, limit: int) -> int:
        """Apply one batch; how many records."""
        records = self.next_batch(limit)
        if not records:
            return 0
        read_by_former_owner = records
        if len(records) > 1 and self.around.faults.strikes("rebalance"):
            records = records[: self.around.dice.randrange(1, len(records))]
        self._apply(records)
        if records[0].topic == CATALOGUE:
            self.parts.catalogue.forget()
        if records is not read_by_former_owner:
            self._come_again(read_by_former_owner)
        if self.around.faults.strikes("duplicate"):
            self._come_again(records)
        return len(records)

    def _apply(self, records: Sequence[Record]) -> None:
        with self.storage.session() as session:
            self.inbox.apply(records, session)

    def _come_again(self, records: Sequence[Record]) -> None:
        """What was applied, or begins with it, is delivered once more: a consumer that lost its answer, or a former owner."""
        try:
            self._apply(records)
        except Fenced:
            return
        raise TakenTwice(f"from {records[0].topic} {records[0].partition}@{records[0].offset}")

    def fire_due(self) -> int:
        """Fire timers that are due; how many."""
        return fire_due(self.storage, self.around.clock, self.fire) if self.fire else 0

    def move_clocks(self) -> int:
        """Count a page of open clocks anew for the newest calendar; 0 when none is left."""
        return 1 if self.sweep and self.sweep.step() is not None else 0

    def fresh(self) -> tuple[MemoryDatabase, Inbox]:
        """An empty copy of this service's views, for folding anew."""
        database = MemoryDatabase(self.name)
        parts = parts_of(database, self.around, lambda: None)
        return database, self._inbox(replace(parts, catalogue=self.parts.catalogue))


def parts_of(database: MemoryDatabase, around: Surroundings, ring: Callable[[], None]) -> Parts:
    """A service's parts in a run: every clock is the run's."""
    return Parts(around.settings, database, around.clock, Catalogue(database), around.files, around.vault, ring, real=around.clock)


def _fill(database: MemoryDatabase, records: Sequence[CatalogueRecord]) -> None:
    with MemoryDatabase.session(database) as session:
        unit = Unit(session, Because(actor="simulation", correlation=UUID(int=0)))
        for record in records:
            put_entry(unit, record)
        unit.commit()
