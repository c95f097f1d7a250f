"""The whole system in one process, deterministic: the same seed gives the same history, faults included."""

from simulation.run import Outcome, Settings, simulate

__all__ = ["Outcome", "Settings", "simulate"]
