"""The bus records of this service's facts."""

from chassis.bus import Record
from chassis.relay import record_of
from chassis.store.session import OutgoingFact
from contracts.topics import DOSSIERS


def outbound(fact: OutgoingFact) -> Record:
    """The record of a stored fact."""
    return record_of(DOSSIERS, fact)
