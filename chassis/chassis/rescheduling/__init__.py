"""A calendar change over all open clocks of a service: previewed, then recorded as one fact for each clock that moves, in pages.

An owner of clocks keeps a row for each open one (`OPEN_CLOCKS`, written beside its facts), says by an `Owner` what a move is called,
adds `sweeping` to its tasks and `add_calendar_change_routes` to its routes.
"""

from chassis.rescheduling.open_clocks import OPEN_CLOCKS, OpenClock, opened
from chassis.rescheduling.routes import add_calendar_change_routes
from chassis.rescheduling.sweep import PROGRESS, Owner, Progress, Sweep, codes_in
from chassis.rescheduling.task import sweeping

__all__ = [
    "OPEN_CLOCKS",
    "PROGRESS",
    "OpenClock",
    "Owner",
    "Progress",
    "Sweep",
    "add_calendar_change_routes",
    "codes_in",
    "opened",
    "sweeping",
]
