"""Thirteen stories of a dossier's life, one file each: who does what at which moment, and what must then stand in its history."""

from collections.abc import Callable, Mapping
from importlib import import_module

from motcua.play.stories.tale import Tale

NAMES = (
    "on-time",
    "late-with-apology",
    "extended",
    "supplemented-restart",
    "supplemented-pause",
    "closed-after-15-days",
    "consulted-late",
    "parallel-agencies",
    "withdrawn",
    "returned-with-opinion",
    "out-of-hours-holiday-eve",
    "outage-back-entry",
    "refused",
)
_MODULES = {name: import_module(f"{__name__}.{name.replace('-', '_')}") for name in NAMES}
TITLES: Mapping[str, str] = {name: module.TITLE for name, module in _MODULES.items()}
STORIES: Mapping[str, Callable[[Tale], None]] = {name: module.tell for name, module in _MODULES.items()}
