"""What an operator asks every service."""

from collections.abc import Iterator
from urllib.parse import quote

from motcua.client.wire import Actor, Json, Wire, segment


class Operations:
    """What every service answers to an operator: health, and what it put aside."""

    def __init__(self, wire: Wire, actor: Actor | None) -> None:
        self._wire = wire
        self._actor = actor

    def ready(self, service: str) -> Json:
        """`/health/ready` in one try; a service that is not ready answers 503 with its state all the same."""
        answer: Json = self._wire.state_of(service)
        return answer

    def parked(self, service: str, *, once: bool = True) -> Json:
        """`total` and `items`, oldest first. `once`: a service that is away is not waited for."""
        answer: Json = self._wire.request(service, "GET", "/parked", self._actor, once=once)
        return answer

    def parked_dossier(self, service: str, dossier: str) -> Json:
        answer: Json = self._wire.request(service, "GET", f"/parked/{_name(dossier)}", self._actor, once=True)
        return answer

    def preview(self, service: str, dossier: str) -> Json:
        """What a redrive would do now; nothing is kept."""
        answer: Json = self._wire.request(service, "GET", f"/parked/{_name(dossier)}/preview", self._actor, once=True)
        return answer

    def redrive(self, service: str, dossier: str) -> Json:
        answer: Json = self._wire.request(service, "POST", f"/parked/{_name(dossier)}/redrive", self._actor, once=True)
        return answer

    def discard(self, service: str, dossier: str, reason: str, place: Json | None = None) -> Json:
        """Never apply one parked record of a dossier, the first or the one at `place`; who, when and why is kept."""
        path, body = f"/parked/{_name(dossier)}/discard", {"reason": reason} | ({"place": place} if place else {})
        answer: Json = self._wire.request(service, "POST", path, self._actor, once=True, json=body)
        return answer

    def discarded(self, service: str) -> Json:
        """`total` and `items`, the last first."""
        answer: Json = self._wire.request(service, "GET", "/discarded", self._actor, once=True)
        return answer

    def calendar_preview(self, service: str, version: str) -> Iterator[Json]:
        """What a calendar would move among an owner's clocks, a page at a time."""
        cursor = None
        while True:
            asked = {"limit": 2000} | ({"cursor": cursor} if cursor else {})
            page: Json = self._wire.request(service, "GET", f"/calendar-changes/{segment(version)}/preview", self._actor, params=asked)
            yield page
            cursor = page.get("next")
            if not cursor:
                return

    def calendar_progress(self, service: str, version: str) -> Json:
        """How far an approved calendar has come at an owner of clocks."""
        answer: Json = self._wire.request(service, "GET", f"/calendar-changes/{segment(version)}", self._actor)
        return answer


def _name(dossier: str) -> str:
    """What a record is parked under, as a part of a path: the key of a damaged one may be any text, or none."""
    return quote(dossier, safe="").replace(".", "%2E")
