"""The facts that routing records."""

from contracts.dossier.routing import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    LegRescheduled,
    Transferred,
)

OWNED = (Transferred, HandedOver, ConsultationRequested, ConsultationAnswered, ConsultationLate, LegRescheduled)

__all__ = ["OWNED", "ConsultationAnswered", "ConsultationLate", "ConsultationRequested", "HandedOver", "LegRescheduled", "Transferred"]
