"""Moments in which the machine itself stood still: its host gave its processors to somebody else.

A piece of work that always is the same is done a hundred times a second. Its processor time is about the same as well, however many
others want the processors, unless the host takes them away unasked: to a guest that looks as if the work had become dearer. The host
of the machine that this was written on does not count these moments as stolen.
"""

import statistics
import threading
import time
from types import TracebackType

EVERY = 0.01
STEPS = 12_000
DEARER = 8.0
"""So many times its usual price, and the machine stood still; the dearest of a hundred pieces costs three to five times as much anyway."""
AFTER = 0.1
"""Seconds after a standstill in which what had to wait is still being done."""
Span = tuple[float, float]


class Standstills:
    """Watches from `with` on, in a thread; times are those of `time.perf_counter`."""

    def __init__(self) -> None:
        self._pieces: list[tuple[float, float, float]] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Standstills":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._ends.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ends.wait(EVERY):
            began, spent = time.perf_counter(), time.thread_time()
            sum(range(STEPS))
            self._pieces.append((began, time.perf_counter(), time.thread_time() - spent))

    def spans(self) -> list[Span]:
        """From when until when, in order."""
        usual = statistics.median(spent for _, _, spent in self._pieces) if self._pieces else 0.0
        return [(began - EVERY, ended) for began, ended, spent in self._pieces if spent > DEARER * usual]


def disturbed(due: float, standstills: list[Span]) -> bool:
    """Whether what was due then met one, or came so soon after it that it had to wait behind others.

    Only when it was due is looked at: of slow answers more would meet a standstill by chance, and their slowness be taken for its work.
    """
    return any(began <= due <= ended + AFTER for began, ended in standstills)


__all__ = ["Span", "Standstills", "disturbed"]
