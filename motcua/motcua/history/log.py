"""Event logs as lines: CSV or XES, plain or gzip. Columns of a XES log are named as usual: trace attributes begin with `case:`."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


class Line(NamedTuple):
    """One event with the attributes of its case; `number` is the line of the file where it stands."""

    number: int
    values: dict[str, str]


class Unreadable(Exception):
    """The file is no event log that can be read."""


def read_log(path: Path) -> Iterator[Line]:
    """The events in the order of the file. Raises `Unreadable`."""
    packed = path.suffix == ".gz"
    kind = Path(path.stem).suffix if packed else path.suffix
    try:
        with gzip.open(path, "rb") if packed else open(path, "rb") as file:
            yield from _xes(file) if kind.lower() == ".xes" else _csv(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, expat.ExpatError) as bad:
        raise Unreadable(f"{path} cannot be read: {bad}") from bad


def _csv(file: io.BufferedIOBase) -> Iterator[Line]:
    text = (line.decode("utf-8-sig" if number == 0 else "utf-8") for number, line in enumerate(file))
    reader = csv.DictReader(text)
    for row in reader:
        yield Line(
            reader.line_num,
            {column: value or "" for column, value in row.items() if isinstance(column, str) and not isinstance(value, list)},
        )


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
        if tag == "event":
            self._events.append(Line(self._parser.CurrentLineNumber, {}))
        elif tag in ATTRIBUTES and parent == "event":
            self._events[-1].values[attributes["key"]] = attributes["value"]
        elif tag in ATTRIBUTES and parent == "trace":
            self._case["case:" + attributes["key"]] = attributes["value"]
        self._open.append(tag)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag == "trace":
            self._ready += [Line(event.number, {**self._case, **event.values}) for event in self._events]
            self._case, self._events = {}, []
