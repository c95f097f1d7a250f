"""What routing decides: where a dossier goes next, when paper may move, who is asked for an opinion. Pure."""

from routing.domain.case import Case, Law, LawOf
from routing.domain.state import Asked, HeldLeg, State, fold

__all__ = ["Asked", "Case", "HeldLeg", "Law", "LawOf", "State", "fold"]
