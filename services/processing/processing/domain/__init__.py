"""The rules of processing. Pure: time, calendar, rules and what others said come in as arguments."""

from processing.domain.case import Case, HeldLeg
from processing.domain.state import State, WorkedLeg, fold

__all__ = ["Case", "HeldLeg", "State", "WorkedLeg", "fold"]
