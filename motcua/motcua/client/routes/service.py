"""What the routes of all services have in common."""

from collections.abc import Iterator, Sequence
from typing import Any

from motcua.client.wire import Actor, Json, Wire


class Service:
    """Routes of one service in the name of one actor."""

    name = ""

    def __init__(self, wire: Wire, actor: Actor | None) -> None:
        self._wire = wire
        self._actor = actor

    def _get(self, path: str, **query: Any) -> Any:
        asked = {key: value for key, value in query.items() if value is not None}
        return self._wire.request(self.name, "GET", path, self._actor, params=asked)

    def _post(self, path: str, body: Json | None = None, *, approver: Actor | None = None) -> Json:
        """`approver` is the second person that a back-entry needs."""
        headers = {"Motcua-Approver": f"Bearer {self._wire.bearer(approver)}"} if approver else {}
        answer: Json = self._wire.request(self.name, "POST", path, self._actor, json=body or {}, headers=headers)
        return answer

    def _all(self, path: str, **query: Any) -> Iterator[Json]:
        cursor = None
        while True:
            page = self._get(path, cursor=cursor, limit=200, **query)
            yield from page["items"]
            cursor = page.get("next")
            if not cursor:
                return

    def _upload(self, content: bytes) -> Json:
        answer: Json = self._wire.request(self.name, "POST", "/files", self._actor, files={"file": ("tep", content)})
        return answer

    def _import(self, dossier: str, facts: Sequence[Json]) -> Json:
        return self._post(f"/imports/{dossier}", {"facts": list(facts)})


class Owner(Service):
    """A service that keeps facts of dossiers: takes files and imported histories."""

    def upload(self, content: bytes) -> Json:
        """Store a PDF, JPEG or PNG; its reference (`FileIn` of the commands)."""
        return self._upload(content)

    def import_facts(self, dossier: str, facts: Sequence[Json]) -> Json:
        """This service's part of an imported case: `{recorded, version}`; 0 recorded when it has one already."""
        return self._import(dossier, facts)

    def dossier(self, dossier: str) -> Json:
        """One dossier as this service knows it."""
        answer: Json = self._get(f"/dossiers/{dossier}")
        return answer


def items(answer: Any) -> list[Json]:
    return list(answer["items"]) if isinstance(answer, dict) else list(answer)
