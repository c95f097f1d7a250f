"""The facts that results records."""

from contracts.dossier.results import (
    CorrectionRequested,
    EarlyReturnAnnounced,
    LateStopAnswered,
    ResultCorrected,
    ResultIssued,
    ResultReturned,
)

OWNED = (ResultIssued, EarlyReturnAnnounced, ResultReturned, CorrectionRequested, ResultCorrected, LateStopAnswered)

__all__ = [
    "OWNED",
    "CorrectionRequested",
    "EarlyReturnAnnounced",
    "LateStopAnswered",
    "ResultCorrected",
    "ResultIssued",
    "ResultReturned",
]
