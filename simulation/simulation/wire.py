"""The typed client's connection in a run: straight to the routes; a service that dies under a request is asked again with its key."""

import itertools
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from chassis.http.uploads import folder_of, media_type_of
from chassis.ids import new_id
from motcua.client import Actor, Json, Problem
from motcua.client.wire import Wire
from simulation.faults import Crash
from simulation.shop import Shop
from simulation.station import Station, token_of

TRIES = 50


class DirectWire(Wire):
    """Requests of people. `sent` counts commands that were answered with 2xx."""

    def __init__(self, shop: Shop) -> None:
        super().__init__({}, lambda actor: actor.subject)
        self._shop = shop
        self._numbers = itertools.count(1)
        self._uploads: dict[str, dict[bytes, tuple[UUID, Json]]] = {}
        self.sent = 0

    def request(self, service: str, method: str, path: str, actor: Actor | None = None, *, once: bool = False, **options: Any) -> Any:
        station = self._shop.stations[service]
        if "files" in options:
            assert actor is not None
            return self._upload(options["files"]["file"][1], actor)
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

    def _upload(self, content: bytes, actor: Actor) -> Json:
        """Equal papers of one person are one file."""
        folder = folder_of(actor.subject)
        papers = self._uploads.setdefault(folder, {})
        if content not in papers:
            number = new_id()
            ref = self._shop.files.put(number, folder, content, media_type_of(content))
            papers[content] = number, msgspec.to_builtins(ref)
        return papers[content][1]

    def forget(self, subject: str) -> None:
        """Drop the papers of a person who comes no more."""
        for number, _ in self._uploads.pop(folder_of(subject), {}).values():
            self._shop.files.forget(number)


def _forget_key(station: Station, subject: str, key: str) -> None:
    """The answer has arrived: nobody will ask with this key again."""
    station.storage.drop("idempotency", (subject, key))


@lru_cache(maxsize=8192)
def _token(actor: Actor) -> str:
    return token_of(actor.subject, actor.roles, actor.agencies)
