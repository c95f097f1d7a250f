"""How often Python looks for cycles: seldom, where almost everything that is made is kept for a while and has none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SERVED = 20_000
"""Objects made and not yet gone between two searches, in a process that serves: a batch of 500 dossiers makes as many."""
FOLDED = 200_000
"""The same where whole histories are folded and kept: the search was a fifth of the time."""


def collect_seldom(objects: int = SERVED) -> None:
    """From here on, for good; what there is now is searched once more and then never again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects, 20, 20)


@contextmanager
def collecting_seldom(objects: int = FOLDED) -> Iterator[None]:
    """While this lasts; the collector is left as it was found. What somebody froze before stays frozen, and then so does all else."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    gc.freeze()
    gc.set_threshold(objects, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if not frozen:
            gc.unfreeze()


__all__ = ["FOLDED", "SERVED", "collect_seldom", "collecting_seldom"]
