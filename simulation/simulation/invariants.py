"""What must hold of every history: order, owners, effects, views, clocks, ends."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Record
from chassis.ids import chance_from
from chassis.inbox import HEARD
from contracts.envelope import Envelope
from contracts.fact import Fact
from contracts.national_status import Progress, Status
from contracts.topics import DOSSIERS
from intake.views import DossierRow
from routing.domain import Case
from simulation.bus import SharedReader
from simulation.chance import SeededChance
from simulation.clocks import wrong_dates
from simulation.shop import Shop
from simulation.station import Station

FINAL = frozenset({Status.REFUSED, Status.STOPPED, Status.RETURNED})
ELSEWHERE = frozenset({"sync-national"})
"""Services whose facts go to a topic of their own."""
NOT_FROM_FACTS = frozenset({"heard", "vault", "paper_number", "bank_notice", "notice", "delivery", "outgoing", "timer"})
"""Tables that no history gives again: contents, numbers that were given out, what was told when and how often it was tried."""
KNOWN_THEN: dict[type, dict[str, Any]] = {DossierRow: {"gate_due_at": None}, Case: {"extended_legs": ()}}
"""What depends on what else was known in the moment: the calendar when a gate opened again; which legs had been begun."""
READ_THEIR_OWN = frozenset({"processing"})
"""Services to which a fact means something else once they have recorded their own: folded anew, they are given these."""


class Broken(AssertionError):
    """An invariant does not hold."""


class Checker:
    """Checks dossiers when they have ended, adds them to the hash, and forgets them."""

    def __init__(self, shop: Shop, *, thorough: bool) -> None:
        self._shop = shop
        self._thorough = thorough
        self._chance = SeededChance(0, shop.clock)
        self._whole = hashlib.sha256()
        self.facts = 0

    def is_quiet(self, dossier: str) -> bool:
        """Whether all services have heard all there is of a dossier, and the portal has been told."""
        places = self._shop.bus.places.get(dossier.encode(), [])
        subject = UUID(dossier)
        return bool(places) and all(self._is_through(station, places, subject) for station in self._shop.stations.values())

    def _is_through(self, station: Station, places: Sequence[tuple[int, int]], subject: UUID) -> bool:
        storage = station.storage
        if DOSSIERS in station.topics and any(storage.inbox.get((DOSSIERS, p), (0, None))[0] <= offset for p, offset in places):
            return False
        own = storage.log.recorder._stored_events_index.get(str(subject), {})  # type: ignore[attr-defined]
        if any(place >= storage.relay_position() for place in own.values()):
            return False
        return not any(row.state == "waiting" for (table, _), row in storage.rows_about(subject).items() if table == "outgoing")

    def close(self, dossier: str) -> None:
        """Check an ended dossier, hash it, forget it. Raises `Broken`."""
        records = self._shop.bus.records(dossier.encode())
        history = once(records)
        facts = [self._shop.bus.reader.fact(envelope, record) for envelope, record in history]
        self._owners(history, facts)
        self._stored(dossier, history)
        self._status(dossier, facts)
        self._dates(facts)
        self._heard(dossier, history)
        self._portal(dossier, facts)
        if self._thorough or UUID(dossier).int % 10 == 0:
            self._views(dossier, records)
        self._whole.update(f"{dossier} {digest(record for _, record in history)}\n".encode())
        self.facts += len(history)
        self._forget(dossier)

    def _forget(self, dossier: str) -> None:
        subject = UUID(dossier)
        for station in self._shop.stations.values():
            station.storage.forget(subject)
        self._shop.bus.forget(dossier.encode())
        self._shop.files.forget(subject)
        self._shop.portal.forget(dossier)

    def _owners(self, history: Sequence[tuple[Envelope, Record]], facts: Sequence[Fact]) -> None:
        for (envelope, _), fact in zip(history, facts, strict=True):
            if envelope.source != fact.OWNER:
                raise Broken(f"{envelope.source} recorded {envelope.type}, which {fact.OWNER} owns")

    def _stored(self, dossier: str, history: Sequence[tuple[Envelope, Record]]) -> None:
        """Every stored fact is on the bus, and its record can be made again from the store, byte for byte."""
        for name, station in self._shop.stations.items():
            if name in ELSEWHERE:
                continue
            stored = station.storage.streams.get(UUID(dossier), [])
            sent = [record for envelope, record in history if envelope.source == name]
            if len(stored) != len(sent):
                raise Broken(f"{name} stored {len(stored)} facts of {dossier}, and {len(sent)} are on the bus")
            for recorded, record in zip(stored, sent, strict=True):
                if tuple(recorded.envelope(name).headers()) != record.headers:
                    raise Broken(f"{name}: fact {recorded.id} on the bus is not the stored one")

    def _status(self, dossier: str, facts: Sequence[Fact]) -> None:
        progress = Progress(None, None, None)
        for fact in facts:
            progress.apply(fact)
        if progress.status not in FINAL:
            raise Broken(f"{dossier} ended in status {progress.status}")
        row = self._row("tracking", "dossier", (UUID(dossier),))
        if row is None or row.status != progress.status:
            raise Broken(f"tracking holds status {row and row.status} of {dossier}, its facts give {progress.status}")

    def _dates(self, facts: Sequence[Fact]) -> None:
        wrong = wrong_dates(facts, self._shop.calendar)
        if wrong:
            raise Broken("; ".join(wrong))

    def _row(self, service: str, table: str, key: tuple[Any, ...]) -> Any:
        return self._shop.stations[service].storage.tables.get(table, {}).get(key)

    def _heard(self, dossier: str, history: Sequence[tuple[Envelope, Record]]) -> None:
        """Each service's last sequence is the last one sent: no fact missed, none counted twice."""
        last = {envelope.source: envelope.sequence for envelope, _ in history}
        for name, station in self._shop.stations.items():
            if DOSSIERS in station.topics:
                heard = {source: self._row(name, HEARD.name, (source, UUID(dossier))) for source in last}
                wrong = {source: row and row.sequence for source, row in heard.items() if row is None or row.sequence != last[source]}
                if wrong:
                    raise Broken(f"{name} heard {wrong} of {dossier}, sent were {last}")

    def _portal(self, dossier: str, facts: Sequence[Fact]) -> None:
        """The portal was told every change of the status, in order, once."""
        progress, wanted = Progress(None, None, None), []
        for fact in facts:
            if progress.apply(fact) and progress.status is not None:
                wanted.append(int(progress.status))
        told = self._shop.portal.taken.get(dossier, [])
        if told != wanted:
            raise Broken(f"the portal was told {told} of {dossier}, and should have been told {wanted}")

    def _views(self, dossier: str, records: Sequence[Record]) -> None:
        for name, station in self._shop.stations.items():
            if DOSSIERS not in station.topics:
                continue
            held = _plain(station.storage.rows_about(UUID(dossier)))
            with chance_from(self._chance):  # what a check draws never shifts the history that it looks at
                fresh = _plain(folded(station, UUID(dossier), records, self._shop.bus.reader))
            if held != fresh:
                raise Broken(f"{name}'s rows of {dossier} are not what its facts give: {_difference(held, fresh)}")

    def one_work_list(self, dossier: str) -> None:
        """An open dossier that is not on its way anywhere stands in exactly one work list. Raises `Broken`."""
        subject = (UUID(dossier),)
        gate, task, result = (
            self._row(*place, subject) for place in (("intake", "dossier"), ("processing", "dossier_case"), ("results", "result_case"))
        )
        standing = {
            "gate": gate is not None and gate.received_at is None and gate.status not in (Status.REFUSED, Status.STOPPED),
            "agency": task is not None and not task.ended and result is not None and result.state == "open",
            "return": result is not None and result.state in ("decided", "issued"),
        }
        lists = [name for name, stands in standing.items() if stands]
        if len(lists) != 1:
            raise Broken(f"{dossier} stands in the work lists {lists}")

    def story(self, dossier: str) -> list[str]:
        """The facts of a dossier as they came, one line each."""
        found = []
        for record in self._shop.bus.records(dossier.encode()):
            envelope = Envelope.from_headers(record.headers)
            found.append(f"{envelope.time:%Y-%m-%d %H:%M:%S} {envelope.source:<14}{envelope.sequence:>3} {envelope.type}")
        return found

    def final(self) -> list[str]:
        """What must hold of the whole at the end."""
        stopped = [f"the inbox of {name} stopped: {why}" for name, why in self._shop.stopped.items()]
        poisoned = self._shop.faults.struck["poison"] - len(self._shop.bus.waiting)
        parked = {name: len(s.storage.tables.get("parked", {})) for name, s in self._shop.stations.items() if DOSSIERS in s.topics}
        return stopped + [
            f"{name} parked {number} records, {poisoned} were damaged" for name, number in parked.items() if number != poisoned
        ]

    def hash(self) -> str:
        """Of the whole history: dossier by dossier, in the order in which they were closed."""
        return self._whole.hexdigest()


def once(records: Sequence[Record]) -> list[tuple[Envelope, Record]]:
    """Each fact once, in partition order. Raises `Broken` for gaps, disorder, and a repetition that is not the same bytes."""
    last: dict[str, int] = {}
    seen: dict[tuple[str, int], Record] = {}
    found = []
    for record in records:
        envelope = Envelope.from_headers(record.headers)
        at, before = (envelope.source, envelope.sequence), last.get(envelope.source, 0)
        if envelope.sequence <= before:
            if (seen[at].value, seen[at].headers) != (record.value, record.headers):
                raise Broken(f"{at} was sent twice with different bytes")
            continue
        if envelope.sequence != before + 1:
            raise Broken(f"{envelope.source} of {envelope.subject}: {envelope.sequence} follows {before}")
        last[envelope.source], seen[at] = envelope.sequence, record
        found.append((envelope, record))
    return found


def folded(station: Station, subject: UUID, records: Sequence[Record], reader: SharedReader) -> dict[tuple[str, Any], Any]:
    """A service's rows about one dossier, from its records alone, in an empty database."""
    database, inbox = station.fresh()
    if station.name in READ_THEIR_OWN:
        database.streams[subject] = list(station.storage.streams.get(subject, ()))
    renumbered = [replace(record, partition=0, offset=number) for number, record in enumerate(records)]
    with database.session() as session:
        inbox.apply(renumbered, session)
    for record in renumbered:
        reader.drop(record)
    return {(name, key): row for name, table in database.tables.items() for key, row in table.items()}


def _plain(rows: dict[tuple[str, Any], Any]) -> dict[tuple[str, Any], Any]:
    """Without what no fact gives."""
    return {place: replace(row, **KNOWN_THEN.get(type(row), {})) for place, row in rows.items() if place[0] not in NOT_FROM_FACTS}


def _difference(held: dict[Any, Any], fresh: dict[Any, Any]) -> str:
    """Two of the rows that differ, each by what differs in it."""
    places = [place for place in {**held, **fresh} if held.get(place) != fresh.get(place)]
    return "; ".join(f"{place[0]}: {_between(held.get(place), fresh.get(place))}" for place in places[:2])


def _between(held: Any, fresh: Any) -> str:
    if held is None or fresh is None:
        return f"{'missing' if held is None else 'too much'}: {fresh if held is None else held}"
    pairs = [(name, getattr(held, name), getattr(fresh, name)) for name in held.__struct_fields__]
    return ", ".join(f"{name} is held as {one!r}, fresh {other!r}" for name, one, other in pairs if one != other)


def digest(records: Iterable[Record]) -> str:
    """SHA-256 over headers and values, in order; apart from traces, whose ids are drawn by OpenTelemetry and not from the seed."""
    whole = hashlib.sha256()
    for record in records:
        for name, value in record.headers:
            if name != "traceparent":
                whole.update(name.encode() + b"=" + value + b"\n")
        whole.update(record.value or b"")
    return whole.hexdigest()


__all__ = ["Broken", "Checker", "digest", "folded", "once"]
