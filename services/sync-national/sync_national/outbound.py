"""Where a stored fact goes: to sync-national's own topic, away from the dossiers' order."""

from chassis.bus import Record
from chassis.relay import record_of
from chassis.store.session import OutgoingFact
from contracts.topics import PORTAL


def outbound(fact: OutgoingFact) -> Record:
    """The record of a stored fact."""
    return record_of(PORTAL, fact)
