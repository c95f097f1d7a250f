"""Tracking after a bad deployment: its handler fails at every fact of the kind that comes most. `python -m tests.chaos.bad_tracking`."""

from dataclasses import replace

from chassis.bus import Message
from chassis.inbox import Handler
from chassis.service import Parts
from chassis.serving import run
from chassis.store import Unit
from contracts.dossier.intake import Submitted
from tracking.inbound import handle
from tracking.main import BLUEPRINT


def _handle(_: Parts) -> Handler:
    def one(unit: Unit, message: Message) -> None:
        if isinstance(message.fact, Submitted):
            raise KeyError("a column that this version forgot")
        handle(unit, message)

    return one


if __name__ == "__main__":
    run(replace(BLUEPRINT, handle=_handle))
