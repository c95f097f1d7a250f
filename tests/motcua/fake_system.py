"""A system of one process behind `httpx`: takes imports, counts facts, tells histories."""

import json
from collections import Counter
from typing import Any

import httpx

from motcua.client import Client

SERVICES = ("intake", "routing", "processing", "payments", "results", "tracking")


class FakeSystem:
    """`facts`: dossier → wire types in the order in which they came."""

    def __init__(self) -> None:
        self.facts: dict[str, list[str]] = {}
        self.owners: set[tuple[str, str]] = set()
        self.bodies: list[str] = []
        self.lose = ""
        self.refuse: dict[str, Any] = {}

    def client(self) -> Client:
        addresses = {service: f"http://{service}" for service in SERVICES}
        client = Client(addresses, lambda actor: actor.subject, patience=1, transport=httpx.MockTransport(self.answer))
        return client.acting("importer", "importer", "operator")

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.startswith("/imports/") and self.refuse:
            return httpx.Response(self.refuse["status"], json=self.refuse)
        if path.startswith("/imports/"):
            return self._import(request.url.host, path.rpartition("/")[2], json.loads(request.content))
        if path == "/counts":
            return httpx.Response(200, json={"facts": Counter(kind for kinds in self.facts.values() for kind in kinds)})
        if path.endswith("/history"):
            kinds = self.facts.get(path.split("/")[2], [])
            items = [{"type": kind} for kind in kinds if kind != self.lose]
            return httpx.Response(200 if kinds else 404, json={"items": items})
        return httpx.Response(200, json={"total": 0, "items": []})

    def _import(self, service: str, dossier: str, case: dict[str, Any]) -> httpx.Response:
        new = (service, dossier) not in self.owners
        if new:
            self.owners.add((service, dossier))
            self.bodies += [json.dumps(fact, ensure_ascii=False) for fact in case["facts"]]
            self.facts.setdefault(dossier, []).extend(fact["type"] for fact in case["facts"])
        return httpx.Response(201, json={"recorded": len(case["facts"]) if new else 0, "version": len(case["facts"])})
