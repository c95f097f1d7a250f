"""Processing's facts go to the dossiers' topic as they are stored."""

from chassis.bus import Record
from chassis.relay import record_of
from chassis.store.session import OutgoingFact
from contracts.topics import DOSSIERS


def outbound(fact: OutgoingFact) -> Record:
    """The record of a stored fact."""
    return record_of(DOSSIERS, fact)
