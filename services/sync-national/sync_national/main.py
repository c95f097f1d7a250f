"""Sync-national, put together."""

from collections.abc import Sequence

import httpx

from chassis.bus import Message
from chassis.http import Api
from chassis.inbox import Handler
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from sync_national.api import add_routes
from sync_national.delivery import Delivery
from sync_national.inbound import handle
from sync_national.outbound import outbound
from sync_national.portal import Portal
from sync_national.views import CASE


def blueprint() -> Blueprint:
    """The service; without `MOTCUA_PORTAL_URL` messages are queued and not sent."""
    portals: dict[int, Portal] = {}

    def portal(parts: Parts) -> Portal:
        if id(parts) not in portals:
            client = httpx.AsyncClient(base_url=parts.settings.portal_url, timeout=10)
            portals[id(parts)] = Portal(client, parts.settings.service or "sync-national", parts.settings.service_token)
        return portals[id(parts)]

    def hear(parts: Parts) -> Handler:
        def one(unit: Unit, message: Message) -> None:
            handle(unit, message, parts.real.now())

        return one

    def tasks(parts: Parts) -> Sequence[Task]:
        if not parts.settings.portal_url:
            return ()
        delivery = Delivery(parts.database, portal(parts), parts.clock, parts.real, parts.ring)
        return (delivery.run, delivery.beat)

    def routes(api: Api, parts: Parts) -> None:
        add_routes(api, portal(parts).contact)

    return Blueprint(
        name="sync-national",
        outbound=outbound,
        handle=hear,
        routes=routes,
        tables=(CASE,),
        prefetch_history=False,
        hears_catalogue=False,
        tasks=tasks,
    )


BLUEPRINT = blueprint()

if __name__ == "__main__":
    run(BLUEPRINT)
