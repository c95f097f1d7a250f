"""The facts that results records."""

from contracts.dossier.results import LateStopAnswered, ResultCorrected, ResultIssued, ResultReturned

OWNED = (ResultIssued, ResultReturned, ResultCorrected, LateStopAnswered)

__all__ = ["OWNED", "LateStopAnswered", "ResultCorrected", "ResultIssued", "ResultReturned"]
