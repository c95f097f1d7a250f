"""Notifications, put together."""

from collections.abc import Sequence
from typing import Any

import httpx

from chassis.bus import Message
from chassis.http import Api
from chassis.inbox import Handler
from chassis.service import Blueprint, Parts, Task
from chassis.serving import run
from chassis.store import Unit
from contracts.fact import VaultRef
from notifications.api import add_routes
from notifications.delivery import Courier
from notifications.inbound import handle
from notifications.views import CASE, Channel
from notifications.wording import Writer

PURPOSE = "notify"
CHANNELS: tuple[Channel, ...] = ("account", "sms", "email")


def writer_of(parts: Parts) -> Writer:
    """Renders with what the vault gives for the purpose of notifying."""

    def read(ref: VaultRef) -> dict[str, Any]:
        found = parts.vault.get(ref, PURPOSE)
        return found if isinstance(found, dict) else {}

    return Writer(parts.catalogue, read)


def hear(parts: Parts) -> Handler:
    def one(unit: Unit, message: Message) -> None:
        handle(unit, message, parts.real.now())

    return one


def tasks(parts: Parts) -> Sequence[Task]:
    """A courier a channel; without `MOTCUA_GATEWAY_URL` SMS and e-mail are queued and not sent."""
    channels = CHANNELS if parts.settings.gateway_url else CHANNELS[:1]
    gateway = httpx.AsyncClient(base_url=parts.settings.gateway_url, timeout=10)
    return [Courier(channel, parts.database, writer_of(parts), gateway, parts.real).run for channel in channels]


def routes(api: Api, parts: Parts) -> None:
    add_routes(api, writer_of(parts))


BLUEPRINT = Blueprint(name="notifications", handle=hear, routes=routes, tables=(CASE,), prefetch_history=False, tasks=tasks)

if __name__ == "__main__":
    run(BLUEPRINT)
