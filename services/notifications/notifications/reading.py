"""What the vault keeps for notices, read for the purpose of notifying: each read is logged there."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from threading import Lock
from typing import Any

from cachetools import TTLCache

from chassis.errors import Retry, Stop
from chassis.vault import Purpose, Vault
from contracts.fact import VaultRef
from notifications.views import Delivery
from notifications.wording import Reader

log = logging.getLogger("motcua.notices")
PURPOSE: Purpose = "notify"
KEPT = 1_000
KEPT_SECONDS = 2.0
"""Personal data are taken from memory no longer than the channels of a notice lie apart, and are gone after twice that."""
PATIENCE_SECONDS = 1.0
"""How long a page waits for what another channel is asking; of a vault that hangs each then waits for its own answer."""


def reader_of(vault: Vault) -> Reader:
    """Reads one content; empty when it was erased."""

    def read(ref: VaultRef) -> dict[str, Any]:
        return _words(vault.get(ref, PURPOSE))

    return read


class ReadAhead:
    """Reads what notices that go out together need, all at once; a page of another channel at the same time need not ask again."""

    def __init__(self, vault: Vault, timer: Callable[[], float] = time.monotonic) -> None:
        self._vault = vault
        self._read = reader_of(vault)
        self._kept: TTLCache[str, dict[str, Any]] = TTLCache(KEPT, KEPT_SECONDS, timer)
        self._keeping = Lock()
        self._asking = Lock()

    def reader_for(self, page: Iterable[Delivery]) -> Reader:
        """A reader for these notices. Where the vault did not answer for all, each asks for itself, until it is seen to be away."""
        words = self._fetched({ref.key: ref for delivery in page for ref in _needed(delivery)})
        away: Retry | None = None

        def read(ref: VaultRef) -> dict[str, Any]:
            nonlocal away
            if ref.key in words:
                return words[ref.key]
            if away is not None:
                raise away
            try:
                return self._read(ref)
            except Retry as gone:
                away = gone
                raise

        return read

    async def run(self) -> None:
        """Let go of what is old, until cancelled: what is kept goes by itself only when something else is asked for."""
        while True:
            await asyncio.sleep(KEPT_SECONDS)
            self.let_go()

    def let_go(self) -> None:
        """At once, whoever waits for the vault meanwhile: the loop that calls this serves everybody."""
        with self._keeping:
            self._kept.expire()

    def _fetched(self, wanted: Mapping[str, VaultRef]) -> dict[str, dict[str, Any]]:
        """What another page asks for just now is waited for; what is kept is given at once."""
        words = self._remembered(wanted)
        if len(words) == len(wanted):
            return words
        alone = self._asking.acquire(timeout=PATIENCE_SECONDS)
        try:
            return self._asked(wanted)
        finally:
            if alone:
                self._asking.release()

    def _remembered(self, wanted: Iterable[str]) -> dict[str, dict[str, Any]]:
        with self._keeping:
            return {key: kept for key in wanted if (kept := self._kept.get(key)) is not None}

    def _asked(self, wanted: Mapping[str, VaultRef]) -> dict[str, dict[str, Any]]:
        words = self._remembered(wanted)
        missing = [ref for key, ref in wanted.items() if key not in words]
        if not missing:
            return words
        try:
            found = self._vault.get_many(missing, PURPOSE)
        except (Retry, Stop) as away:
            log.warning("notices are read one by one", extra={"why": str(away)})
            return words
        read = {ref.key: _words(found.get(ref.key)) for ref in missing}
        with self._keeping:
            self._kept.update(read)
        return words | read


def _needed(delivery: Delivery) -> list[VaultRef]:
    """The form for the address; of a text message, which carries no words of an officer, nothing else."""
    words = [] if delivery.channel == "sms" else [delivery.reason, *(item.reason for item in delivery.items)]
    return [ref for ref in (delivery.form, *words) if ref is not None]


def _words(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}
