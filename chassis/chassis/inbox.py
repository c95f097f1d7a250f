"""The inbox: a plain `apply(records, session)`; FastStream is one way to feed it, a simulation another.

View rows, new facts, positions and the last sequence heard per (source, dossier) are one transaction: neither a crash nor a
page sent twice has an effect twice. A failing dossier is parked in that same transaction, never its neighbours.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence, Set
from typing import Any
from uuid import UUID

import msgspec

from chassis.bus import Message, Record
from chassis.clock import Clock
from chassis.errors import NotHeardOf, Retry, Stop, VersionConflict
from chassis.ids import Ids, new_id
from chassis.parking import PARKED, park, subject_of
from chassis.skipped import explains
from chassis.spans import spans_of
from chassis.store import Because, Session, Table, Unit
from chassis.telemetry.metrics import Metrics
from chassis.telemetry.tracing import caused_by
from contracts import Envelope
from contracts.envelope import DamagedEnvelope, plain
from contracts.fact import Fact, UnknownFact, decode

log = logging.getLogger("motcua.inbox")
PATIENCE = 60.0
"""Seconds that a fact waits for what it speaks of to be heard of; then it is parked."""
RECENT = 100
"""Dossiers over which the share of parked ones is also counted: where little comes, a batch alone says nothing."""
FEW = 10
"""So many parked dossiers stop nothing."""

Handler = Callable[[Unit, Message], None]
"""A service's `inbound.py`: what a message means here, as rows and facts."""
Prepare = Callable[[Unit, Sequence[UUID]], None]
"""Loads more rows of the dossiers of a batch at once, where `tables` are not enough; of a lone dossier they are asked for as needed."""
Entry = Callable[[Unit, Record], None]
"""What a record of a compacted topic means here."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """The last sequence heard of a dossier from a source."""

    source: str
    subject: UUID
    sequence: int


HEARD = Table("heard", Heard, ("source", "subject"))


class Reader:
    """Reads records. A run that gives the same records to many services may read each once."""

    def envelope(self, record: Record) -> Envelope:
        """The envelope. Raises `DamagedEnvelope`."""
        envelope = Envelope.from_headers(record.headers)
        if record.key != plain(envelope.subject):
            raise DamagedEnvelope("the key is not the subject")
        return envelope

    def fact(self, envelope: Envelope, record: Record) -> Fact:
        """The fact. Raises `UnknownFact` or `msgspec.DecodeError`."""
        return decode(envelope.type, record.value or b"")


BEHIND = "an earlier fact of this dossier is parked"


class Gap(Exception):
    """The bus skipped a fact: stop, and raise an alarm; going on would lose it for ever."""


class TooManyParked(Exception):
    """So large a share of what came could not be handled that the fault is ours: stop instead of parking a topic."""


class Inbox:
    """Applies batches of records to one service. `tables` keyed by dossier are loaded for a whole batch at once. `given_up`: records
    (topic, partition, offset) that are passed over where a topic is heard once more, since an operator discarded them. `park_gaps`: what
    comes behind a gap is parked, for an operator who knows of it, instead of stopping everything."""

    def __init__(
        self,
        handle: Handler,
        clock: Clock,
        *,
        tables: Sequence[Table[Any]] = (),
        entries: dict[str, Entry] | None = None,
        prefetch_history: bool = True,
        prepare: Prepare | None = None,
        ids: Ids = new_id,
        metrics: Metrics | None = None,
        parked_share: float = 0.2,
        park_gaps: bool = False,
        reader: Reader | None = None,
        patience: float = PATIENCE,
        seconds: Callable[[], float] = time.monotonic,
        given_up: Set[tuple[str, int, int]] = frozenset(),
    ) -> None:
        self._handle = handle
        self._clock = clock
        self._tables = tables
        self._entries = entries or {}
        self._prefetch_history = prefetch_history
        self._prepare = prepare
        self._ids = ids
        self._metrics = metrics
        self._parked_share = parked_share
        self._stops: tuple[type[Exception], ...] = (Retry, VersionConflict) if park_gaps else (Gap, Retry, VersionConflict)
        self._reader = reader or Reader()
        self._patience = patience
        self._seconds = seconds
        self._given_up = given_up
        self._unheard: dict[tuple[str, int], float] = {}
        self._recent: deque[bool] = deque(maxlen=RECENT)

    @property
    def compacted(self) -> Set[str]:
        """The compacted topics that are heard."""
        return self._entries.keys()

    def apply(self, records: Sequence[Record], session: Session) -> int:
        """Apply a batch and commit; the number of facts that had an effect.

        Raises `Fenced`, `Retry`, `Gap`, `TooManyParked`: nothing is committed then.
        """
        session.advance(spans_of(records, self._entries))
        if self._given_up:
            records = [record for record in records if (record.topic, record.partition, record.offset) not in self._given_up]
        effects, parked = self._at_once(session, self._without_parked(session, records))
        session.commit()
        self._recent.extend(parked)
        for record in records if self._unheard else ():
            self._unheard.pop((record.topic, record.partition), None)
        return effects

    def _without_parked(self, session: Session, records: Sequence[Record]) -> Sequence[Record]:
        """The records to handle; those of a dossier of which an earlier fact is parked are parked behind it."""
        waiting = _parked_subjects(session, records)
        if not waiting:
            return records
        behind = [record for record in records if record.topic not in self._entries and subject_of(record) in waiting]
        self._park(session, behind, BEHIND)
        return [record for record in records if record.topic in self._entries or subject_of(record) not in waiting]

    def _at_once(self, session: Session, records: Sequence[Record]) -> tuple[int, list[bool]]:
        """The number of effects, and of each dossier whether it had to be parked."""
        try:
            with session.savepoint():
                unit = self.unit(session)
                effects = self.run(unit, records)
                unit.flush()
            return effects, [False] * len({record.key for record in records})
        except NotHeardOf:
            return self._one_by_one(session, records)
        except self._stops:
            raise
        except Exception as failed:
            log.warning("batch is run again dossier by dossier", extra={"why": type(failed).__name__})
            return self._one_by_one(session, records)

    def unit(self, session: Session) -> Unit:
        """A unit in which records are handled: the system acts, for the reason each message gives."""
        nobody = Because(actor="system", correlation=UUID(int=0))
        return Unit(session, nobody, ids=self._ids)

    def run(self, unit: Unit, records: Sequence[Record]) -> int:
        """Handle records in order within a unit; the number of effects."""
        envelopes = [None if record.topic in self._entries else self._envelope(record) for record in records]
        self._prefetch(unit, [envelope for envelope in envelopes if envelope])
        effects = 0
        for record, envelope in zip(records, envelopes, strict=True):
            if record.topic in self._entries:
                self._entries[record.topic](unit, record)
                effects += 1
            else:
                effects += self._one(unit, record, envelope or self._reader.envelope(record))
        return effects

    def _envelope(self, record: Record) -> Envelope | None:
        try:
            return self._reader.envelope(record)
        except DamagedEnvelope:
            return None

    def _prefetch(self, unit: Unit, envelopes: Sequence[Envelope]) -> None:
        subjects = list(dict.fromkeys(envelope.subject for envelope in envelopes))
        unit.prefetch_rows(HEARD, [(envelope.source, envelope.subject) for envelope in envelopes])
        if self._prefetch_history:
            unit.prefetch(subjects)
        for table in self._tables:
            unit.prefetch_rows(table, [(subject,) for subject in subjects])
        if self._prepare is not None and len(subjects) > 1:
            self._prepare(unit, subjects)

    def _one(self, unit: Unit, record: Record, envelope: Envelope) -> int:
        heard = unit.get(HEARD, envelope.source, envelope.subject)
        last = heard.sequence if heard else 0
        if envelope.sequence <= last:
            return 0
        if envelope.sequence > last + 1 and not explains(unit, envelope, last):
            raise Gap(f"{envelope.source}/{envelope.subject}: {envelope.sequence} after {last} at {record.partition}/{record.offset}")
        fact = unit.own(envelope.subject, envelope.sequence, envelope.id) or self._reader.fact(envelope, record)
        self._handle_message(unit, Message(envelope, fact))
        unit.put(HEARD, Heard(source=envelope.source, subject=envelope.subject, sequence=envelope.sequence))
        if self._metrics:
            self._metrics.heard(envelope, self._clock.now())
        return 1

    def _handle_message(self, unit: Unit, message: Message) -> None:
        envelope = message.envelope
        with caused_by(envelope.traceparent, envelope.type) as traceparent:
            unit.because = Because(
                actor="system", correlation=envelope.correlation, causation=envelope.id, traceparent=traceparent or envelope.traceparent
            )
            unit.follow(message.fact, self._clock.now())
            self._handle(unit, message)

    def _one_by_one(self, session: Session, records: Sequence[Record]) -> tuple[int, list[bool]]:
        effects, parked = 0, []
        for group in _by_dossier(records, self._entries).values():
            done, left, why = self._group(session, group)
            effects += done
            if left:
                self._park(session, left[:1], why)
                self._park(session, left[1:], BEHIND)
            parked.append(bool(left))
        for seen in (parked, [*self._recent, *parked][-RECENT:]):
            if sum(seen) >= FEW and sum(seen) > self._parked_share * len(seen):
                raise TooManyParked(f"{sum(seen)} of {len(seen)} dossiers")
        return effects, parked

    def _group(self, session: Session, group: Sequence[Record]) -> tuple[int, Sequence[Record], str]:
        """One dossier's records, each under its own savepoint; what is left from the first failing one on."""
        effects = 0
        for number, record in enumerate(group):
            try:
                with session.savepoint():
                    unit = self.unit(session)
                    done = self.run(unit, [record])
                    unit.flush()
                effects += done
            except NotHeardOf as unheard:
                return effects, group[number:], self._waited_for(record, unheard)
            except self._stops:
                raise
            except Exception as failed:
                log.error("dossier is parked", extra={"topic": record.topic, "offset": record.offset, "why": reason_of(failed)})
                return effects, group[number:], reason_of(failed)
        return effects, [], ""

    def _waited_for(self, record: Record, unheard: NotHeardOf) -> str:
        """Why it is parked, once it has waited a minute. Raises `unheard` before: what it speaks of may still be on its way."""
        since = self._unheard.setdefault((record.topic, record.partition), self._seconds())
        if self._seconds() - since < self._patience:
            raise unheard
        log.error("dossier is parked", extra={"topic": record.topic, "offset": record.offset, "why": "NotHeardOf"})
        return f"NotHeardOf: {unheard}"[:300]

    def _park(self, session: Session, records: Sequence[Record], why: str) -> None:
        if not records:
            return
        unit = self.unit(session)
        for record in records:
            unit.put(PARKED, park(record, why, self._clock.now()))
        unit.flush()
        if self._metrics:
            self._metrics.parked.inc(len(records))


def reason_of(failed: Exception) -> str:
    """Why, without any value of the message: a record may be anything, and this text is logged."""
    kind = type(failed).__name__
    return f"{kind}: {failed}"[:300] if isinstance(failed, DamagedEnvelope | UnknownFact | Stop | Gap) else kind


def _parked_subjects(session: Session, records: Sequence[Record]) -> set[str]:
    """Held: who is just dealing with them is waited for, or nobody would look again at what is parked behind them now."""
    rows = session.find(PARKED, [("subject", "in", sorted(set(map(subject_of, records))))])
    return {row.subject for row in session.hold(PARKED, [PARKED.key_of(row) for row in rows])} if rows else set()


def _by_dossier(records: Sequence[Record], entries: dict[str, Entry]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        name = subject_of(record)
        groups.setdefault(f"{record.topic}:{name}" if record.topic in entries else name, []).append(record)
    return groups


__all__ = ["HEARD", "Gap", "Heard", "Inbox", "TooManyParked", "reason_of"]
