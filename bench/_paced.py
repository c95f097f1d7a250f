"""Requests at an even pace over kept connections.

A time counts from when the request was due, so that waiting behind a slow one counts too.
"""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from _standstill import Span, disturbed


@dataclass(frozen=True)
class Ask:
    """One request; `kind` says under which name its time is kept."""

    kind: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def text(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: bench", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in self.headers.items()), "", ""]).encode() + self.body


@dataclass
class Times:
    """By kind, when each request was due and when it was answered; of what was refused, the first answers."""

    by_kind: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    refused: list[bytes] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, self.by_kind.values()))

    def at(self, share: float, *kinds: str) -> float:
        """The milliseconds within which that share of requests was answered."""
        return _at(share, [1000 * (ended - due) for kind in kinds or tuple(self.by_kind) for due, ended in self.by_kind[kind]])

    def undisturbed(self, standstills: list[Span]) -> "Times":
        """Those requests that were due while the machine did not stand still, nor just after it."""
        return Times({kind: [span for span in spans if not disturbed(span[0], standstills)] for kind, spans in self.by_kind.items()})


def _at(share: float, values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else math.nan


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Wire:
    """Connections to each port, each used by one request at a time."""

    def __init__(self) -> None:
        self._free: dict[int, list[Connection]] = defaultdict(list)

    async def answer(self, ask: Ask) -> tuple[int, bytes]:
        """Over a kept connection, or a new one where the server has closed those that nobody used for a while."""
        while self._free[ask.port]:
            kept = self._free[ask.port].pop()
            try:
                return await self._over(kept, ask)
            except (OSError, asyncio.IncompleteReadError):
                continue
        return await self._over(await asyncio.open_connection("127.0.0.1", ask.port), ask)

    async def _over(self, connection: Connection, ask: Ask) -> tuple[int, bytes]:
        """One that failed is closed; one that answered is kept."""
        try:
            found = await _asked(*connection, ask)
        except BaseException:
            connection[1].close()
            raise
        self._free[ask.port].append(connection)
        return found

    def close(self) -> None:
        for connections in self._free.values():
            for _, writer in connections:
                writer.close()


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ask: Ask) -> tuple[int, bytes]:
    writer.write(ask.text())
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if not lengths:
        raise ConnectionError("an answer that does not say how long it is")
    return int(head[9:12]), await reader.readexactly(lengths[0])


async def _one(wire: _Wire, ask: Ask, due: float, times: Times) -> None:
    try:
        status, body = await wire.answer(ask)
    except (OSError, asyncio.IncompleteReadError) as cut:
        times.refused.append(f"no answer: {type(cut).__name__}".encode())
        return
    times.by_kind[ask.kind].append((due, time.perf_counter()))
    if status >= 300:
        times.refused.append(b"%d %s" % (status, body[:300]))


async def _all(asks: Iterator[Ask], per_second: float, seconds: float) -> Times:
    wire, times, running = _Wire(), Times(), set()
    began = time.perf_counter()
    for number, ask in enumerate(islice(asks, int(per_second * seconds))):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(_one(wire, ask, due, times))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    wire.close()
    return times


def paced(asks: Iterator[Ask], per_second: float, seconds: float) -> Times:
    """Ask at that rate for so long. Raises `SystemExit` when more than one in a hundred was refused."""
    times = asyncio.run(_all(asks, per_second, seconds))
    if len(times.refused) > per_second * seconds / 100:
        raise SystemExit(f"{len(times.refused)} refused, the first: {times.refused[0].decode(errors='replace')}")
    return times


async def _answer(ask: Ask) -> tuple[int, bytes]:
    wire = _Wire()
    found = await wire.answer(ask)
    wire.close()
    return found


def answer(ask: Ask) -> tuple[int, bytes]:
    """Status and body, whichever they are."""
    return asyncio.run(_answer(ask))


def fetched(ask: Ask) -> bytes:
    """One answer. Raises `SystemExit` when it is refused."""
    status, body = answer(ask)
    if status >= 300:
        raise SystemExit(f"{ask.path}: {status} {body[:300].decode(errors='replace')}")
    return body


__all__ = ["Ask", "Times", "answer", "fetched", "paced"]
