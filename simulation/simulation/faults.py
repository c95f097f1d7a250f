"""What may go wrong, and the dice that decide when. Every fault is one that a real deployment meets."""

import random
from collections import Counter
from collections.abc import Collection
from typing import Literal, get_args

Fault = Literal["crash", "duplicate", "delay", "reorder", "relay", "rebalance", "portal", "clock", "poison", "calendar"]
"""`crash`: a process dies before or after a commit. `duplicate`: a batch that was applied comes again. `delay`: a service is slow or
away for hours. `reorder`: partitions come in any order, each in its own. `relay`: it dies between sending a page and writing its
position. `rebalance`: partitions pass to another owner in the middle of a batch, and the former one goes on with it. `portal`: slow or
wrong answers of the National Portal. `clock`: all clocks jump. `poison`: a damaged message among good ones. `calendar`: a new version of
the calendar is approved, and the open clocks move."""
ALL: tuple[Fault, ...] = get_args(Fault)
ODDS: dict[str, float] = {
    "crash-before": 0.01, "crash-after": 0.01, "duplicate": 0.03, "delay": 0.01, "reorder": 0.3, "relay-before": 0.02, "relay-after": 0.03,
    "rebalance": 0.1, "portal-away": 0.1, "portal-lost": 0.05, "portal-wrong": 0.01,
    "portal-slow": 0.05, "poison": 0.5, "calendar": 0.2,
}  # fmt: skip


def chosen(words: str) -> tuple[Fault, ...]:
    """The faults of a comma-separated list; `all` and `none` are words too. Raises `ValueError` for a fault that there is not."""
    if words in ("", "none"):
        return ()
    if words == "all":
        return ALL
    named = [word.strip() for word in words.split(",")]
    unknown = set(named) - set(ALL)
    if unknown:
        raise ValueError(f"no such fault: {', '.join(sorted(unknown))}; there are {', '.join(ALL)}, and by themselves all and none")
    return tuple(fault for fault in ALL if fault in named)


class Crash(BaseException):
    """A process died here. Not an `Exception`: no code of the product may catch it, as none survives `kill -9`."""


class Faults:
    """Draws faults from a seed; `struck` counts them."""

    def __init__(self, dice: random.Random, kinds: Collection[str], most: int | None = None) -> None:
        self._dice = dice
        self._kinds = frozenset(kinds)
        self._odds = {name: odds for name, odds in ODDS.items() if name.partition("-")[0] in self._kinds}
        self._most = most
        self.struck: Counter[str] = Counter()

    def has(self, kind: Fault) -> bool:
        return kind in self._kinds

    def may_strike(self) -> bool:
        """Whether there have not been as many as there may be."""
        return self._most is None or self.struck.total() < self._most

    def strikes(self, name: str) -> bool:
        """Whether this fault happens now. `name` is one of `ODDS`; the word before its hyphen is the kind."""
        odds = self._odds.get(name)
        if odds is None:
            return False
        hit = self._dice.random() < odds and self.may_strike()
        if hit:
            self.struck[name] += 1
        return hit

    def crash(self, name: str) -> None:
        """Die here, if this fault happens now. Raises `Crash`."""
        if self.strikes(name):
            raise Crash(name)
