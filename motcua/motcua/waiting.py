"""Waiting for the flow: ask a view again and again, never longer than said, and say clearly what did not come."""

from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay

from motcua.client import Problem

T = TypeVar("T")
NOT_YET = frozenset({404, 409})


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


def accepted(what: str, act: Callable[[], T], seconds: float) -> T:
    """The answer of a command that the flow has to reach first: asked again while the service has not heard of what came before."""
    refusal: list[Problem] = []

    def attempt() -> tuple[T] | None:
        try:
            return (act(),)
        except Problem as problem:
            if problem.status not in NOT_YET:
                raise
            refusal[:] = [problem]
            return None

    try:
        return until(what, attempt, seconds)[0]
    except NotInTime as late:
        raise NotInTime(f"{late}; the last answer was: {refusal[0] if refusal else 'none'}") from late


def _pause(state: RetryCallState) -> float:
    return float(min(0.5, 0.02 * 1.6 ** min(state.attempt_number, 8)))
