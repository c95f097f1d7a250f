"""The register of metrics: each with what it counts and what to do when it rises."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts import Envelope

REGISTER = {
    "motcua_facts_relayed": "Facts sent to the bus. Standing still while facts are stored: who holds the relay's lock?",
    "motcua_facts_heard": "Facts applied by the inbox, by type. Standing still while the bus grows: read the log, restart.",
    "motcua_heard_delay_seconds": "From recorded to applied here. When it rises: a rebalance, slow SQL, or too few processes.",
    "motcua_relay_backlog": "Facts not on the bus yet. When it rises: is the bus away or another, its disk full, who has the relay's lock?",
    "motcua_parked_waiting": "Records that stand parked now. More than 0: `motcua parked list`, mend the cause, preview, redrive.",
    "motcua_timers_due": "Timers that are due and have not fired. When it rises: read the log for what they wait for, restart.",
    "motcua_parked": "Records parked since the start. More than 0: `motcua parked list`, mend the cause, preview, redrive.",
    "motcua_inbox_stopped": "1 after a gap or too many parked records. Page: read the log, never reset positions.",
    "motcua_commands": "Commands answered, by route and status. When 5xx rise: roll back the newest release, then look at store and bus.",
    "motcua_command_seconds": "Time to answer a command. When it rises: locks, slow disk, or a full connection pool.",
    "motcua_timers_fired": "Timers fired. Standing still while timers are due: citizens' rights are at stake, restart.",
}


class Metrics:
    """One register a process."""

    def __init__(self, service: str, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.service = service
        self.relayed = Counter("motcua_facts_relayed", REGISTER["motcua_facts_relayed"], registry=self.registry)
        self._heard = Counter("motcua_facts_heard", REGISTER["motcua_facts_heard"], ["type"], registry=self.registry)
        self._heard_of: dict[str, Counter] = {}
        self.delay = Histogram("motcua_heard_delay_seconds", REGISTER["motcua_heard_delay_seconds"], registry=self.registry)
        self.parked = Counter("motcua_parked", REGISTER["motcua_parked"], registry=self.registry)
        self.backlog = Gauge("motcua_relay_backlog", REGISTER["motcua_relay_backlog"], registry=self.registry)
        self.parked_waiting = Gauge("motcua_parked_waiting", REGISTER["motcua_parked_waiting"], registry=self.registry)
        self.timers_due = Gauge("motcua_timers_due", REGISTER["motcua_timers_due"], registry=self.registry)
        self.stopped = Gauge("motcua_inbox_stopped", REGISTER["motcua_inbox_stopped"], registry=self.registry)
        self.commands = Counter("motcua_commands", REGISTER["motcua_commands"], ["route", "status"], registry=self.registry)
        self.seconds = Histogram("motcua_command_seconds", REGISTER["motcua_command_seconds"], ["route"], registry=self.registry)
        self.timers = Counter("motcua_timers_fired", REGISTER["motcua_timers_fired"], registry=self.registry)

        self.look: Callable[[], None] = lambda: None
        """Called before the metrics are read, for those that stand in the database."""

    def heard(self, envelope: Envelope, now: datetime) -> None:
        """Count an applied fact and how old it was."""
        counter = self._heard_of.get(envelope.type)
        if counter is None:
            counter = self._heard_of[envelope.type] = self._heard.labels(envelope.type)
        counter.inc()
        self.delay.observe(max(0.0, (now - envelope.time).total_seconds()))
