"""The service with a gateway, in memory, and a clock for its pauses."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from chassis.clock import VirtualClock
from chassis.vault import MemoryVault
from contracts.fact import Fact, VaultRef
from notifications.delivery import Courier
from notifications.main import BLUEPRINT, CHANNELS, writer_of
from notifications.views import DELIVERY, Channel, Delivery
from notifications.wording import Writer
from tests.harness import START, World, token
from tests.outside import FakeOutside
from tests.tracking import story

FORM = {"full_name": "Trần Thị Mận", "phone": "0912345678", "email": "man@example.vn"}
OWNER = token("citizen-1", "citizen", agencies=())
FAR = START + timedelta(days=3650)


class Gateway:
    """Takes each message once under its key; a channel in `answers` answers so instead."""

    def __init__(self) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, int] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        status = self.answers.get(request.url.path.rpartition("/")[2], 200)
        if status == 200:
            self.taken[request.headers["Idempotency-Key"]] = json.loads(request.content)
        return httpx.Response(status, json={"accepted": status == 200})


class Stage:
    """The service, a gateway, and a clock for the pauses."""

    def __init__(self, form: dict[str, Any]) -> None:
        self.vault = MemoryVault()
        self.service = World(vault=self.vault).add(BLUEPRINT)
        self.gateway = Gateway()
        self.slow = timedelta(0)
        self.pages: list[Sequence[Delivery]] = []
        self.real = VirtualClock(FAR)
        self.form = self.vault.put(story.ID, "form", form)

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            self.service.tell(story.ID, fact)

    def deliver(self, *channels: Channel) -> None:
        async def once() -> None:
            outside, writer = FakeOutside(self.gateway), writer_of(self.service.parts)

            def writer_for(page: Sequence[Delivery]) -> Writer:
                self.pages.append(page)
                self.real.advance(self.slow)
                return writer

            for channel in channels or CHANNELS:
                await Courier(channel, self.service.database, writer_for, outside, self.real).step()

        asyncio.run(once())

    def rows(self, event: str) -> dict[str, Delivery]:
        with self.service.database.session() as session:
            return {row.channel: row for row in session.find(DELIVERY, [("event", "=", event)])}

    def messages(self, who: str = OWNER) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.service.get("/messages", who).json()["items"]
        return items

    def reason(self, text: str) -> VaultRef:
        return self.vault.put(story.ID, "reason", {"reason": text})
