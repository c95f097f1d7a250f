"""Copies of moulds: the gaps of their lines filled for the dossier of a number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chassis.bus import Record
from copies.moulds import APPLICANT, CODE, ID, LIFE, NOW, REGISTER, Mould, Moulds, Place
from intake.domain.reception import code_of

WAVE = 1_000
"""Dossiers whose facts are mixed, as those of a week are: the rows of one dossier lie apart in the tables, as they would."""
SPAN = timedelta(days=730)
"""Over which the ids of all copies are spread: they carry their time, so that keys grow as they would."""
DOSSIERS_OF_ONE = 3
"""How many dossiers an applicant has on average."""
Fills = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True)
class Stamp:
    """Makes the `total` copies, numbered from 0."""

    moulds: Moulds
    total: int

    def mould(self, number: int) -> Mould:
        """What this dossier is a copy of."""
        return self.moulds.each[number % len(self.moulds.each)]

    def fills(self, number: int) -> Fills:
        """Gap → what belongs there."""
        mould, copy = self.mould(number), number // len(self.moulds.each)
        register = mould.register.ordinal(copy) if mould.register else 0
        applicant = number * 7919 % max(1, self.total // DOSSIERS_OF_ONE)
        return (
            (ID, self._prefix(number)),
            (APPLICANT, b"citizen-%d" % (applicant + 1)),
            (CODE, self.code(number).encode()),
            (REGISTER, b"%d" % register),
            (LIFE, b"NH%09d" % number),
        )

    def _prefix(self, number: int) -> bytes:
        """The time of an id of version 7: a millisecond of its own for each dossier, and for none that begins later."""
        end = int((NOW - timedelta(days=1)).timestamp() * 1000)
        step = max(1, int(SPAN.total_seconds() * 1000) // self.total)
        text = b"%012x" % (end - (self.total - number) * step)
        return text[:8] + b"-" + text[8:]

    def code(self, number: int) -> str:
        """The dossier's code; empty before reception."""
        mould = self.mould(number)
        if mould.code is None or mould.received_at is None:
            return ""
        return code_of(mould.agency, mould.received_at, mould.code.ordinal(number // len(self.moulds.each)))

    def dossier(self, number: int) -> str:
        """The dossier's id."""
        return _filled(self.mould(number).dossier.encode(), self.fills(number)).decode()

    def ordinals(self) -> dict[str, int]:
        """Series of intake → the last ordinal that a copy took."""
        last: dict[str, int] = {}
        for number in range(max(0, self.total - len(self.moulds.each)), self.total):
            mould, copy = self.mould(number), number // len(self.moulds.each)
            for series in (mould.code, mould.register):
                if series is not None:
                    last[series.name] = max(last.get(series.name, 0), series.ordinal(copy))
        return last

    def waves(self) -> Iterator["Wave"]:
        """All copies, a wave at a time."""
        for first in range(0, self.total, WAVE):
            yield Wave([(self.mould(number), self.fills(number)) for number in range(first, min(first + WAVE, self.total))])


@dataclass(frozen=True)
class Wave:
    """Copies whose rows are mixed."""

    copies: Sequence[tuple[Mould, Fills]]

    def lines(self, place: Place) -> bytes:
        """Their rows in one table, as text for COPY."""
        filled = [_filled(rows, fills) for mould, fills in self.copies if (rows := mould.rows.get(place))]
        if filled and any(b"\n" in rows for rows in filled):
            split = [rows.split(b"\n") for rows in filled]
            filled = [rows[place] for place in range(max(map(len, split))) for rows in split if place < len(rows)]
        return b"\n".join([*filled, b""])

    def records(self) -> Iterator[Record]:
        """Their records, each dossier's in its order."""
        for place in range(max(len(mould.records) for mould, _ in self.copies)):
            for mould, fills in self.copies:
                if place < len(mould.records):
                    yield _record(mould.records[place], fills)


def _record(record: Record, fills: Fills) -> Record:
    headers = tuple((name, _filled(content, fills)) for name, content in record.headers)
    return Record(record.topic, _filled(record.key, fills), _filled(record.value or b"", fills), headers)


def _filled(text: bytes, fills: Fills) -> bytes:
    for gap, content in fills:
        if gap in text:
            text = text.replace(gap, content)
    return text


__all__ = ["WAVE", "Stamp", "Wave"]
