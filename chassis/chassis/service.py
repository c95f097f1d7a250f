"""What a service is put together from: a service's `main.py` fills a `Blueprint` and calls `chassis.serving.run`.

Tests and the simulation take the same parts without a process around them.
"""

import threading
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.bus import Bus
from chassis.catalogue import Catalogue
from chassis.clock import Clock, SystemClock
from chassis.files import Files
from chassis.http import Api
from chassis.inbox import Handler, Prepare
from chassis.relay import Outbound
from chassis.settings import Settings
from chassis.store import Database, Table
from chassis.timers import Fire
from chassis.vault import Vault
from contracts.topics import DOSSIERS


@dataclass
class Parts:
    """What a service is given to work with."""

    settings: Settings
    database: Database
    clock: Clock
    catalogue: Catalogue
    files: Files
    vault: Vault
    ring: Callable[[], None]
    real: Clock = field(default_factory=SystemClock)
    """For what does not live by a simulated clock: leases, and servers outside."""
    sweeping: threading.Event = field(default_factory=threading.Event)
    """Set while very many clocks are counted anew: the inbox, which brings lists up to date, lets the facts go first."""


Task = Callable[[], Coroutine[Any, Any, None]]


@dataclass
class Blueprint:
    """What makes a service this service. `handle`, `fire`, `routes` and `tasks` are made from the parts; None where there is none.

    `sender` sends what is no fact of a dossier, to the bus that it is given, until it is cancelled; `outbound` is for facts.
    `tables` keyed by dossier are loaded for a whole batch, and what `prepare` wants;
    `views` are those that the topic alone gives, and so can be rebuilt from it.
    """

    name: str
    version: str = "0.1.0"
    outbound: Outbound | None = None
    handle: Callable[[Parts], Handler] | None = None
    fire: Callable[[Parts], Fire] | None = None
    routes: Callable[[Api, Parts], None] | None = None
    tables: Sequence[Table[Any]] = ()
    views: Sequence[Table[Any]] = ()
    topics: Sequence[str] = (DOSSIERS,)
    hears_catalogue: bool = True
    prefetch_history: bool = True
    prepare: Prepare | None = None
    tasks: Callable[[Parts], Sequence[Task]] | None = None
    sender: Callable[[Parts, Bus], Coroutine[Any, Any, None]] | None = None
    max_body: int = field(default=2 * 1024 * 1024)
