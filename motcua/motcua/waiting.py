"""Waiting for the flow: ask a view again and again, never longer than said, and say clearly what did not come."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay

T = TypeVar("T")


class NotInTime(Exception):
    """What was waited for did not come."""


def until(what: str, ask: Callable[[], T | None], seconds: float = 60) -> T:
    """The first answer that is not None. Raises `NotInTime` naming `what` after the seconds."""

    def give_up(state: RetryCallState) -> T:
        raise NotInTime(f"{what}: not seen within {seconds:.0f} s")

    retrying = Retrying(
        retry=retry_if_result(lambda found: found is None), stop=stop_after_delay(seconds), wait=_pause, retry_error_callback=give_up
    )
    found = retrying(ask)
    assert found is not None
    return found


def _pause(state: RetryCallState) -> float:
    return float(min(0.5, 0.02 * 1.6 ** min(state.attempt_number, 8)))
