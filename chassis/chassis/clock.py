"""Where a service gets the time from. The domain never asks: it is told."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol

from chassis.errors import Refused


class Clock(Protocol):
    """Now, as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def move_to(self, moment: datetime) -> None:
        """Go on to `moment`. Raises `Refused` when that would turn time back."""
        with self._lock:
            if moment < self._now:
                raise Refused("Đồng hồ ảo không quay lùi.", field="now", status=422)
            self._now = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self.move_to(self._now + by)
