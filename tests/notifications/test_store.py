"""Deliveries on a real PostgreSQL."""

import asyncio
from typing import Any

import httpx
import pytest

from chassis.catalogue import Catalogue
from chassis.clock import VirtualClock
from chassis.store.postgres import PostgresDatabase
from contracts.fact import VaultRef
from motcua_stack import Servers
from notifications.delivery import Courier
from notifications.inbound import handle
from notifications.views import DELIVERY
from notifications.wording import Writer
from tests.harness import START
from tests.outside import FakeOutside
from tests.results.store import hear, opened
from tests.tracking import story


def read(_: VaultRef) -> dict[str, Any]:
    return {"full_name": "A", "phone": "0912345678", "reason": "b"}


async def deliver_twice(database: PostgresDatabase, keys: list[str]) -> None:
    def take(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json={"accepted": True})

    writer, clock = Writer(Catalogue(database), read), VirtualClock(START)
    couriers = [Courier("sms", database, lambda page: writer, FakeOutside(take), clock) for _ in range(2)]
    await asyncio.gather(*(courier.step() for courier in couriers))


@pytest.mark.req("NO-01", "IN-14")
def test_two_couriers_at_once_send_each_notice_once(stack: Servers) -> None:
    keys: list[str] = []
    with opened(stack, "notifications") as database:
        hear(database, lambda unit, message: handle(unit, message, START), story.ID, story.submitted(), story.received())
        hear(database, lambda unit, message: handle(unit, message, START), story.ID, story.supplement_requested(3))
        asyncio.run(deliver_twice(database, keys))
        with database.session() as session:
            rows = session.find(DELIVERY, [("channel", "=", "sms")], ("happened_at",))
    assert len(keys) == len(set(keys)) == 3
    assert [row.state for row in rows] == ["delivered"] * 3 and rows[2].items[0].component == "TP01"
