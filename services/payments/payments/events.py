"""The fact that payments records."""

from contracts.dossier.payments import ObligationPaid

OWNED = (ObligationPaid,)

__all__ = ["OWNED", "ObligationPaid"]
