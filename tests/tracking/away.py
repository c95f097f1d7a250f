"""Tracking's program for a rebuild in which something is away: one dossier cannot be handled, and all others take their time."""

import time
from dataclasses import replace
from uuid import UUID

from chassis.bus import Message
from chassis.errors import Retry
from chassis.store import Unit
from tracking.inbound import handle
from tracking.main import BLUEPRINT as TRACKING

AWAY = UUID(int=7)


def _handle(unit: Unit, message: Message) -> None:
    if message.envelope.subject == AWAY:
        raise Retry("planted")
    time.sleep(0.01)
    handle(unit, message)


BLUEPRINT = replace(TRACKING, handle=lambda parts: _handle)
