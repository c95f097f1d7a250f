"""What the vault keeps for notices, read for the purpose of notifying: each read is logged there."""

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
"""Personal data stay in memory no longer than the channels of a notice lie apart."""


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
        self._lock = Lock()

    def reader_for(self, page: Iterable[Delivery]) -> Reader:
        """A reader for these notices. While the vault is away, or refuses, each of them asks, and waits, for itself."""
        words = self._fetched({ref.key: ref for delivery in page for ref in _needed(delivery)})

        def read(ref: VaultRef) -> dict[str, Any]:
            return words[ref.key] if ref.key in words else self._read(ref)

        return read

    def _fetched(self, wanted: Mapping[str, VaultRef]) -> dict[str, dict[str, Any]]:
        with self._lock:
            words = {key: kept for key in wanted if (kept := self._kept.get(key)) is not None}
            missing = [ref for key, ref in wanted.items() if key not in words]
            try:
                found = self._vault.get_many(missing, PURPOSE)
            except (Retry, Stop) as away:
                log.warning("notices are read one by one", extra={"why": str(away)})
                return words
            words |= {ref.key: _words(found.get(ref.key)) for ref in missing}
            self._kept.update({ref.key: words[ref.key] for ref in missing})
            return words


def _needed(delivery: Delivery) -> list[VaultRef]:
    """The form for the address; of a text message, which carries no words of an officer, nothing else."""
    words = [] if delivery.channel == "sms" else [delivery.reason, *(item.reason for item in delivery.items)]
    return [ref for ref in (delivery.form, *words) if ref is not None]


def _words(content: Any) -> dict[str, Any]:
    return content if isinstance(content, dict) else {}
