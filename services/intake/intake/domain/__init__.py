"""The rules of intake. Pure: time, calendar, rules and what others know come in as arguments."""

from intake.domain.dossier import Dossier, Phase, fold
from intake.domain.elsewhere import Elsewhere

__all__ = ["Dossier", "Elsewhere", "Phase", "fold"]
