"""The facts intake owns."""

from contracts.dossier.intake import (
    Amended,
    Closed,
    CodeVoided,
    GateRescheduled,
    Guided,
    OriginalsAsked,
    OriginalsShown,
    Received,
    Refused,
    StopRequested,
    Submitted,
    SupplementDeclined,
    Supplemented,
    SupplementRequested,
)

OWNED = (
    Submitted,
    Amended,
    Received,
    Refused,
    SupplementRequested,
    Supplemented,
    SupplementDeclined,
    Closed,
    StopRequested,
    GateRescheduled,
    Guided,
    OriginalsAsked,
    OriginalsShown,
    CodeVoided,
)

__all__ = [
    "OWNED",
    "Amended",
    "Closed",
    "CodeVoided",
    "GateRescheduled",
    "Guided",
    "OriginalsAsked",
    "OriginalsShown",
    "Received",
    "Refused",
    "StopRequested",
    "Submitted",
    "SupplementDeclined",
    "SupplementRequested",
    "Supplemented",
]
