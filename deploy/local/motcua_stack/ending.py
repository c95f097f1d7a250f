"""How a start or a run in the foreground is ended: by one signal, in order, however often it comes."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN_SECONDS = 1.0


class Ended(BaseException):
    """A signal asked for the end."""


def noticed() -> None:
    """The end has begun: it is not asked for again."""
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def one_signal_ends() -> Iterator[None]:
    """The first SIGINT, SIGTERM or SIGHUP raises `Ended`; later ones disturb neither the orderly stop nor what is left of the process then.

    It is raised again until it is `noticed`: what is raised in a destructor or a callback of an event loop goes no further.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ended = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True
        for each in asked:
            signal.signal(each, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        raise Ended

    before = {each: signal.signal(each, end) for each in (*asked, signal.SIGALRM)}
    try:
        yield
    finally:
        noticed()
        for each, handler in before.items():
            if not ended or each not in asked:
                signal.signal(each, handler)


__all__ = ["Ended", "noticed", "one_signal_ends"]
