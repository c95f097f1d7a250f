"""Sync-national, put together."""

from collections.abc import Sequence

from chassis.bus import Message
from chassis.http import Api
from chassis.inbox import Handler
from chassis.outgoing import Outgoing
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
    reached: dict[int, tuple[Portal, Outgoing]] = {}

    def reach(parts: Parts) -> tuple[Portal, Outgoing]:
        if id(parts) not in reached:
            outgoing = Outgoing(parts.settings.portal_url)
            portal = Portal(outgoing, parts.settings.service or "sync-national", parts.settings.service_token)
            reached[id(parts)] = portal, outgoing
        return reached[id(parts)]

    def hear(parts: Parts) -> Handler:
        def one(unit: Unit, message: Message) -> None:
            handle(unit, message, parts.real.now())

        return one

    def tasks(parts: Parts) -> Sequence[Task]:
        if not parts.settings.portal_url:
            return ()
        portal, outgoing = reach(parts)
        delivery = Delivery(parts.database, portal, parts.clock, parts.real, parts.ring)
        return (delivery.run, delivery.beat, outgoing.run)

    def routes(api: Api, parts: Parts) -> None:
        add_routes(api, reach(parts)[0].contact)

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
