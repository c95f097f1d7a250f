"""All that is random in a run comes from one seed, in streams that do not disturb each other."""

import random
from datetime import UTC, datetime
from uuid import UUID

from chassis.clock import Clock, VirtualClock


def dice(seed: int, *names: object) -> random.Random:
    """A stream of its own for each name: what one actor draws never shifts what another does."""
    return random.Random(f"{seed}/" + "/".join(map(str, names)))


class SimulatedClock(VirtualClock):
    """The clock of a run; the next run of the same process begins anew."""

    def restart(self, moment: datetime) -> None:
        """Stand at the beginning of another run."""
        self._now = moment.astimezone(UTC)


class SeededChance:
    """Ids of version 7 by the simulated clock, and salts, from a seed."""

    def __init__(self, seed: int, clock: Clock) -> None:
        self._dice = dice(seed, "ids")
        self._clock = clock
        self._count = 0

    def new_id(self) -> UUID:
        self._count += 1
        milliseconds = int(self._clock.now().timestamp() * 1000) & ((1 << 48) - 1)
        value = milliseconds << 80 | 0x7 << 76 | (self._count >> 20 & 0xFFF) << 64 | 0b10 << 62 | (self._count & 0xFFFFF) << 42
        return UUID(int=value | self._dice.getrandbits(42))

    def now(self) -> datetime:
        """The simulated time."""
        return self._clock.now()

    def new_salt(self) -> str:
        return f"{self._dice.getrandbits(128):032x}"


def minutes(dice: random.Random, average: float) -> float:
    """An exponential waiting time in minutes, at most eight times its average."""
    return min(dice.expovariate(1 / average), 8 * average)
