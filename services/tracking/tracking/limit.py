"""How often one address may ask without a token: a bucket that fills again by the second."""

import threading
import time
from collections.abc import Callable

from chassis.http.problem import ProblemError

MOST_ADDRESSES = 50_000


class Limit:
    """`burst` questions at once, `per_second` on average. Real time: strangers do not live by a simulated clock."""

    def __init__(self, burst: int = 60, per_second: float = 1.0, seconds: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._rate = per_second
        self._seconds = seconds
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, address: str) -> None:
        """Count one question. Raises a 429 problem with `Retry-After`."""
        now = self._seconds()
        with self._lock:
            left, since = self._left.pop(address, (float(self._burst), now))
            left = min(float(self._burst), left + (now - since) * self._rate)
            allowed = left >= 1
            self._left[address] = (left - 1 if allowed else left, now)
            if len(self._left) > MOST_ADDRESSES:
                self._left.pop(next(iter(self._left)))
        if not allowed:
            raise ProblemError(
                429, "Bạn tra cứu quá nhanh; xin chờ một lát.", headers={"Retry-After": str(max(1, round((1 - left) / self._rate)))}
            )
