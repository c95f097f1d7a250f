"""The whole system in one process, deterministic: the same seed gives the same history, faults included."""

from simulation.run import Outcome, Settings, first_day, simulate

__all__ = ["Outcome", "Settings", "first_day", "simulate"]
