"""Notifications, put together."""

from collections.abc import Sequence
from threading import Condition
from typing import Any

from cachetools import TTLCache, cached

from chassis.bus import Message
from chassis.http import Api
from chassis.inbox import Handler
from chassis.outgoing import Outgoing
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from contracts.fact import VaultRef
from notifications.api import add_routes
from notifications.delivery import Courier
from notifications.inbound import handle
from notifications.views import CASE, Channel
from notifications.wording import Reader, Writer

PURPOSE = "notify"
KEPT = 200
KEPT_SECONDS = 2.0
"""Personal data stay in memory no longer than the channels of a notice lie apart."""
CHANNELS: tuple[Channel, ...] = ("account", "sms", "email")


def reader_of(parts: Parts) -> Reader:
    """Reads the vault for the purpose of notifying."""

    def read(ref: VaultRef) -> dict[str, Any]:
        found = parts.vault.get(ref, PURPOSE)
        return found if isinstance(found, dict) else {}

    return read


def read_once(read: Reader) -> Reader:
    """For a notice that goes out over several channels at the same time: the second one need not ask again."""
    return cached(TTLCache(KEPT, KEPT_SECONDS), key=lambda ref: ref.key, condition=Condition())(read)


def writer_of(parts: Parts) -> Writer:
    """Renders with what the vault gives just then."""
    return Writer(parts.catalogue, reader_of(parts))


def hear(parts: Parts) -> Handler:
    def one(unit: Unit, message: Message) -> None:
        handle(unit, message, parts.real.now())

    return one


def tasks(parts: Parts) -> Sequence[Task]:
    """A courier a channel; without `MOTCUA_GATEWAY_URL` SMS and e-mail are queued and not sent."""
    channels = CHANNELS if parts.settings.gateway_url else CHANNELS[:1]
    gateway = Outgoing(parts.settings.gateway_url)
    writer = Writer(parts.catalogue, read_once(reader_of(parts)))
    couriers = [Courier(channel, parts.database, writer, gateway, parts.real) for channel in channels]
    return [*(courier.run for courier in couriers), gateway.run]


def routes(api: Api, parts: Parts) -> None:
    add_routes(api, writer_of(parts))


BLUEPRINT = Blueprint(name="notifications", handle=hear, routes=routes, tables=(CASE,), prefetch_history=False, tasks=tasks)

if __name__ == "__main__":
    run(BLUEPRINT)
