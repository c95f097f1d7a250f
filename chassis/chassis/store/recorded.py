"""A fact as it is recorded, and its mapping to what the `eventsourcing` library stores."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from eventsourcing.application import Application
from eventsourcing.persistence import ApplicationRecorder, Mapper, StoredEvent

from contracts import Envelope, Fact
from contracts.fact import decode, encode


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts and why: stored with every fact a command or message leads to."""

    actor: str
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in one stream: `originator_id` is the dossier, `originator_version` its sequence in this service."""

    originator_id: UUID
    originator_version: int
    id: UUID
    fact: Fact
    because: Because

    def envelope(self, source: str) -> Envelope:
        """The CloudEvents attributes of the record that the relay will send."""
        return Envelope(
            id=self.id,
            type=self.fact.TYPE,
            source=source,
            subject=self.originator_id,
            sequence=self.originator_version,
            time=self.fact.recorded_at,
            actor=self.because.actor,
            correlation=self.because.correlation,
            causation=self.because.causation,
            traceparent=self.because.traceparent,
        )


@dataclass(frozen=True)
class StoredFact(StoredEvent):
    """The library's stored event, and beside it the columns the record's headers are made from."""

    event_id: UUID
    recorded_at: datetime
    because: Because


class FactMapper(Mapper[UUID]):
    """Facts are stored as the JSON bytes of their contract, under their wire type; nothing is wrapped or renamed."""

    def __init__(self) -> None:
        """The contract encodes; the library's transcoder, compressor and cipher are not in the way."""

    def to_stored_event(self, domain_event: Any) -> StoredFact:
        return StoredFact(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.fact.TYPE,
            state=encode(domain_event.fact),
            event_id=domain_event.id,
            recorded_at=domain_event.fact.recorded_at,
            because=domain_event.because,
        )

    def to_domain_event(self, stored_event: Any) -> Recorded:
        return Recorded(
            originator_id=stored_event.originator_id,
            originator_version=stored_event.originator_version,
            id=stored_event.event_id,
            fact=decode(stored_event.topic, stored_event.state),
            because=stored_event.because,
        )


class FactLog(Application[UUID]):
    """A service's log: the library's application over one of our recorders."""

    def __init__(self, recorder: ApplicationRecorder) -> None:
        self._own_recorder = recorder
        super().__init__(env={"PERSISTENCE_MODULE": "eventsourcing.popo"})

    def construct_recorder(self) -> ApplicationRecorder:
        return self._own_recorder

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper()
