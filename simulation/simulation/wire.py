"""The typed client's connection in a run: straight to the routes; a service that dies under a request is asked again with its key."""

import itertools
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from chassis.http.uploads import folder_of, media_type_of
from chassis.ids import new_id
from chassis.tokens import Caller
from motcua.client import Actor, Json, Problem
from motcua.client.wire import Wire
from simulation.faults import Crash
from simulation.shop import Shop
from simulation.station import MemoryFiles, Station, token_of

TRIES = 50
KEPT = timedelta(days=120)
"""How long a file is kept: longer than any dossier takes. Nobody tells a run when a file is no longer asked for."""


class DirectWire(Wire):
    """Requests of people. `sent` counts commands that were answered with 2xx."""

    def __init__(self, shop: Shop) -> None:
        super().__init__({}, lambda actor: actor.subject)
        self._shop = shop
        self._numbers = itertools.count(1)
        self._uploads: dict[tuple[str, bytes], tuple[UUID, datetime, Json]] = {}
        self.sent = 0

    def request(self, service: str, method: str, path: str, actor: Actor | None = None, *, once: bool = False, **options: Any) -> Any:
        station = self._shop.stations[service]
        if "files" in options:
            assert actor is not None
            return self._upload(station.around.files, options["files"]["file"][1], actor)
        headers = {"Idempotency-Key": f"k{next(self._numbers)}"} if method == "POST" else {}
        answer = self._answered(station, method, path, _token(actor) if actor else None, headers, options)
        body: Any = msgspec.json.decode(answer.body) if answer.body else None
        if answer.status_code >= 400:
            raise Problem(answer.status_code, str(body.get("detail")), body.get("article") or "", body.get("field") or "", where=path)
        if headers and actor is not None:
            self.sent += 1
            _forget_key(station, actor.subject, headers["Idempotency-Key"])
        return body

    def _answered(self, station: Station, method: str, path: str, token: str | None, headers: dict[str, str], options: Json) -> Any:
        for _ in range(TRIES):
            try:
                return station.door.ask(method, path, token, headers, options.get("json"), options.get("params") or {})
            except Crash:
                self._shop.died(station)
        raise AssertionError(f"{station.name} died {TRIES} times under one request")

    def _upload(self, files: MemoryFiles, content: bytes, actor: Actor) -> Json:
        """Equal papers of one person are one file, kept from its last use on: a run need not hold a million of them."""
        place, now = (folder_of(Caller(actor.subject, frozenset(actor.roles), frozenset(actor.agencies))), content), self._shop.clock.now()
        number, ref = self._uploads.pop(place)[::2] if place in self._uploads else self._kept(files, *place)
        self._uploads[place] = (number, now, ref)
        self._forget_old(files, now - KEPT)
        return ref

    def _kept(self, files: MemoryFiles, folder: str, content: bytes) -> tuple[UUID, Json]:
        number = new_id()
        return number, msgspec.to_builtins(files.put(number, folder, content, media_type_of(content)))

    def _forget_old(self, files: MemoryFiles, before: datetime) -> None:
        """The first of them were used the longest ago."""
        while (oldest := next(iter(self._uploads.items())))[1][1] < before:
            files.forget(oldest[1][0])
            del self._uploads[oldest[0]]


def _forget_key(station: Station, subject: str, key: str) -> None:
    """The answer has arrived: nobody will ask with this key again."""
    station.storage.drop("idempotency", (subject, key))


@lru_cache(maxsize=8192)
def _token(actor: Actor) -> str:
    return token_of(actor.subject, actor.roles, actor.agencies)
