"""What the checks of a run see by themselves; `test_planted_bugs.py` shows that whole runs meet them."""

import pytest

from chassis.ids import new_id
from chassis.inbox import Reader
from simulation.invariants import Broken, Checker
from simulation.shop import Shop
from tests.chassis.sample import sent, voided


def test_a_fact_of_another_owner_is_seen() -> None:
    checker, reader = Checker(Shop(()), thorough=False), Reader()
    for source, owns in (("intake", True), ("routing", False)):
        record = sent(new_id(), 1, voided(), source=source)
        history = [(reader.envelope(record), record)]
        if owns:
            checker._owners(history, [voided()])
        else:
            with pytest.raises(Broken, match="which intake owns"):
                checker._owners(history, [voided()])
