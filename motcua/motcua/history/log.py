"""Event logs as lines: CSV or XES, plain or gzip. Columns of a XES log are named as usual: trace attributes begin with `case:`."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


class Line(NamedTuple):
    """One event with the attributes of its case; `number` is the line of the file where it stands, `damage` what is wrong with it."""

    number: int
    values: dict[str, str]
    damage: str = ""


class Unreadable(Exception):
    """The file is no event log that can be read."""


class NoAttribute(Exception):
    """A XES attribute without its key or its value."""


def read_log(path: Path) -> Iterator[Line]:
    """The events in the order of the file. Raises `Unreadable`."""
    packed = path.suffix == ".gz"
    kind = Path(path.stem).suffix if packed else path.suffix
    try:
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            yield from _xes(file) if kind.lower() == ".xes" else _csv(file)
    except (OSError, EOFError, zlib.error, csv.Error, expat.ExpatError, NoAttribute) as bad:
        raise Unreadable(f"{path} cannot be read: {bad}") from bad


def _csv(file: io.BufferedIOBase) -> Iterator[Line]:
    """One line a row; a row with too few or too many fields, or with bytes that are no UTF-8, may mean anything."""
    broken: set[int] = set()
    reader = csv.reader(_text(file, broken))
    columns = next(reader, [])
    begins = reader.line_num + 1
    for row in reader:
        damage = f"{len(row)} fields instead of {len(columns)}" if len(row) != len(columns) else ""
        if broken & set(range(begins, reader.line_num + 1)):
            damage = "bytes that are not UTF-8"
        begins = reader.line_num + 1
        if row:
            yield Line(reader.line_num, dict(zip(columns, row, strict=False)), damage)


def _text(file: io.BufferedIOBase, broken: set[int]) -> Iterator[str]:
    """The lines as text; the numbers of those that are not UTF-8 are put down."""
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            broken.add(number)
            yield line.decode(errors="replace")


def _xes(file: io.BufferedIOBase) -> Iterator[Line]:
    reader = _Xes()
    while block := file.read(1 << 16):
        yield from reader.feed(block)
    yield from reader.feed(b"", end=True)


class _Xes:
    """Gathers traces; attributes may stand behind the events, so a trace is given out at its end."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._open: list[str] = []
        self._case: dict[str, str] = {}
        self._events: list[Line] = []
        self._ready: list[Line] = []

    def feed(self, block: bytes, *, end: bool = False) -> list[Line]:
        self._parser.Parse(block, end)
        ready, self._ready = self._ready, []
        return ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        if tag == "event" and parent == "trace":
            self._events.append(Line(self._parser.CurrentLineNumber, {}))
        elif tag in ATTRIBUTES and self._open[-2:] == ["trace", "event"]:
            self._events[-1].values.update([self._attribute(attributes)])
        elif tag in ATTRIBUTES and parent == "trace":
            key, value = self._attribute(attributes)
            self._case["case:" + key] = value
        self._open.append(tag)

    def _attribute(self, attributes: dict[str, str]) -> tuple[str, str]:
        try:
            return attributes["key"], attributes["value"]
        except KeyError as missing:
            raise NoAttribute(f"line {self._parser.CurrentLineNumber}: an attribute without {missing}") from missing

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag == "trace":
            self._ready += [Line(event.number, {**self._case, **event.values}) for event in self._events]
            self._case, self._events = {}, []
