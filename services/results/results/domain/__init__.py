"""The rules of issuing and returning a result. Pure: times, ids and what others did come in as arguments."""

from results.domain.state import State, fold

__all__ = ["State", "fold"]
