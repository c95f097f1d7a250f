"""Intake's commands: load, ask the domain, record. One function a command."""

from intake.application.desk import Desk, elsewhere, load, procedure_of
from intake.application.filing import Filing, submit
from intake.application.gate import see_notices
from intake.application.reception import NoReception, receive, refuse
from intake.application.stopping import request_stop
from intake.application.supplements import (
    Wanted,
    amend,
    close_incomplete,
    confirm_supplement,
    decline_supplement,
    pass_supplement_on,
    request_supplement,
)
from intake.application.timers import fire

__all__ = [
    "Desk",
    "Filing",
    "NoReception",
    "Wanted",
    "amend",
    "close_incomplete",
    "confirm_supplement",
    "decline_supplement",
    "elsewhere",
    "fire",
    "load",
    "pass_supplement_on",
    "procedure_of",
    "receive",
    "refuse",
    "request_stop",
    "request_supplement",
    "see_notices",
    "submit",
]
