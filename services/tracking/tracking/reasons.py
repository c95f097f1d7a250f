"""Reasons as the vault keeps them, for a history that is read: each read is logged there."""

import logging

from chassis.errors import Retry
from chassis.vault import Vault
from contracts.fact import VaultRef
from tracking.sentences import Reasons

log = logging.getLogger("motcua.tracking")


def reasons_of(vault: Vault) -> Reasons:
    """Reads reasons; a history is told without them while the vault is away."""

    def read(ref: VaultRef) -> str:
        try:
            words = vault.get(ref, "render")
        except Retry as away:
            log.warning("a history is told without its reasons", extra={"why": str(away)})
            return ""
        return str(words.get("reason", "")) if isinstance(words, dict) else ""

    return read
