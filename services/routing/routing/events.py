"""The facts that routing records."""

from contracts.dossier.routing import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    HandoverLate,
    LegRescheduled,
    Transferred,
)

OWNED = (Transferred, HandedOver, HandoverLate, ConsultationRequested, ConsultationAnswered, ConsultationLate, LegRescheduled)

__all__ = [
    "OWNED",
    "ConsultationAnswered",
    "ConsultationLate",
    "ConsultationRequested",
    "HandedOver",
    "HandoverLate",
    "LegRescheduled",
    "Transferred",
]
