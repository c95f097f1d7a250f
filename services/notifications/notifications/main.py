"""Notifications, put together."""

from collections.abc import Sequence

from chassis.bus import Message
from chassis.http import Api
from chassis.inbox import Handler
from chassis.outgoing import Outgoing
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from notifications.api import add_routes
from notifications.delivery import Courier
from notifications.inbound import handle
from notifications.reading import ReadAhead, reader_of
from notifications.views import CASE, Channel, Delivery
from notifications.wording import Writer

CHANNELS: tuple[Channel, ...] = ("account", "sms", "email")


def writer_of(parts: Parts) -> Writer:
    """Renders with what the vault gives just then."""
    return Writer(parts.catalogue, reader_of(parts.vault))


def hear(parts: Parts) -> Handler:
    def one(unit: Unit, message: Message) -> None:
        handle(unit, message, parts.real.now())

    return one


def tasks(parts: Parts) -> Sequence[Task]:
    """A courier a channel; without `MOTCUA_GATEWAY_URL` SMS and e-mail are queued and not sent."""
    channels = CHANNELS if parts.settings.gateway_url else CHANNELS[:1]
    gateway = Outgoing(parts.settings.gateway_url)
    ahead = ReadAhead(parts.vault)

    def writer_for(page: Sequence[Delivery]) -> Writer:
        return Writer(parts.catalogue, ahead.reader_for(page))

    couriers = [Courier(channel, parts.database, writer_for, gateway, parts.real) for channel in channels]
    return [*(courier.run for courier in couriers), gateway.run, ahead.run]


def routes(api: Api, parts: Parts) -> None:
    add_routes(api, writer_of(parts))


BLUEPRINT = Blueprint(name="notifications", handle=hear, routes=routes, tables=(CASE,), prefetch_history=False, tasks=tasks)

if __name__ == "__main__":
    run(BLUEPRINT)
