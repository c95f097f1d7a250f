"""A loop that tries until it succeeds says in its log once why it waits, and once that it goes on."""

import logging

from chassis.bus.same import AnotherBus
from chassis.errors import Retry


class Telling:
    """What a loop has said so far. `what` is how the log calls it: "relay", "publication"."""

    def __init__(self, log: logging.Logger, what: str) -> None:
        self._log = log
        self._what = what
        self._told = ""

    def waits(self, away: Exception) -> None:
        """The same reason is said once."""
        if (why := f"{type(away).__name__}: {away}") != self._told:
            self._log.log(_severity(away), "%s waits", self._what, extra={"why": why})
        self._told = why

    def goes_on(self) -> None:
        """Says nothing of a loop that has not waited."""
        if self._told:
            self._log.warning("%s goes on", self._what, extra={"waited_for": self._told})
        self._told = ""


def _severity(away: Exception) -> int:
    """A server that is away is a warning; another one in its place, or a bug, is no reason for the facts behind it to be forgotten."""
    return logging.WARNING if isinstance(away, Retry) and not isinstance(away, AnotherBus) else logging.CRITICAL


__all__ = ["Telling"]
