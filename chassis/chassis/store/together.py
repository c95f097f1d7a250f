"""One statement, and one wait for the disk, for the writes of all threads that are at it in the same moment.

Whoever comes first writes alone; those who come meanwhile are gathered, and the first of them writes for all. What cannot be written
in one go, or fails in company, is written by each alone: an error is told to the one who made it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from chassis.store.session import Changes

PATIENCE = 0.1
"""Seconds a write waits for another one: a statement that is stuck must not hold those that are not in it."""
MOST = 6
"""Writes in one statement, fewer than there are threads for requests: with all of them in a stuck one nobody would answer."""


class Waiting:
    """A write that another thread may do; `done` and `leads` are told with the bell."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.bell = threading.Event()
        self.leads = False
        self.done = False


class Together:
    """The writes of one process to one store that are under way, and that wait for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Waiting] = []
        self._busy = False

    def write(self, changes: Changes, write: Callable[[Changes], None]) -> None:
        """Write `changes` with `write`, or have them written; raises what `write` of these changes alone raises."""
        mine = Waiting(changes)
        if self._comes_first(mine) or self._may_lead(mine):
            self._lead(mine, write)
        if not mine.done:
            write(changes)

    def _comes_first(self, mine: Waiting) -> bool:
        with self._lock:
            first, self._busy = not self._busy, True
            if not first:
                self._waiting.append(mine)
            return first

    def _may_lead(self, mine: Waiting) -> bool:
        """Wait until it was written, or is to lead; whoever is in nobody's statement in time goes alone."""
        if not mine.bell.wait(PATIENCE) and not self._gives_up(mine):
            mine.bell.wait()
        return mine.leads

    def _gives_up(self, mine: Waiting) -> bool:
        with self._lock:
            if mine not in self._waiting:
                return False
            self._waiting.remove(mine)
            return True

    def _lead(self, mine: Waiting, write: Callable[[Changes], None]) -> None:
        with self._lock:
            others, self._waiting = self._waiting[: MOST - 1], self._waiting[MOST - 1 :]
        company: Sequence[Waiting] = [mine]
        try:
            company, merged = _gathered([mine, *others])
            write(merged)
            for one in company:
                one.done = True
        except Exception:
            if len(company) == 1:
                raise
        finally:
            self._hand_over()
            for other in others:
                other.bell.set()

    def _hand_over(self) -> None:
        """The first who came meanwhile leads now: nobody writes for others for longer than one statement."""
        with self._lock:
            following = self._waiting.pop(0) if self._waiting else None
            self._busy = following is not None
        if following is not None:
            following.leads = True
            following.bell.set()


def _gathered(all_: Sequence[Waiting]) -> tuple[Sequence[Waiting], Changes]:
    """Those whose changes touch no dossier and no row of another, and their changes as one."""
    if len(all_) == 1:
        return all_, all_[0].changes
    company, merged, taken = [], Changes(), set[Any]()
    for one in all_:
        touches = _touched(one.changes)
        if taken.isdisjoint(touches):
            taken |= touches
            company.append(one)
            _add(merged, one.changes)
    return company, merged


def _touched(changes: Changes) -> set[Any]:
    rows = [(table.name, key) for kind in (changes.puts, changes.inserts, changes.deletes) for table, keys in kind.items() for key in keys]
    return {*rows, *(fact.originator_id for fact in changes.facts)}


def _add(merged: Changes, changes: Changes) -> None:
    merged.facts += changes.facts
    for all_rows, its_rows in ((merged.puts, changes.puts), (merged.inserts, changes.inserts)):
        for table, rows in its_rows.items():
            all_rows.setdefault(table, {}).update(rows)
    for table, keys in changes.deletes.items():
        merged.deletes.setdefault(table, set()).update(keys)
