"""What the checks of a run see by themselves; `test_planted_bugs.py` shows that whole runs meet them."""

import pytest

from chassis.ids import new_id
from chassis.inbox import Reader
from simulation.invariants import Broken, Checker
from simulation.shop import Shop
from tests.chassis.sample import sent, voided


def owners_of(source: str) -> None:
    """Check a fact that intake owns, recorded by `source`."""
    record = sent(new_id(), 1, voided(), source=source)
    Checker(Shop(()), thorough=False)._owners([(Reader().envelope(record), record)], [voided()])


def test_a_fact_of_its_owner_is_in_order() -> None:
    owners_of("intake")


def test_a_fact_of_another_owner_is_seen() -> None:
    with pytest.raises(Broken, match="which intake owns"):
        owners_of("routing")


def test_more_or_fewer_parked_records_than_were_damaged_are_seen() -> None:
    shop = Shop(())
    checker = Checker(shop, thorough=False)
    assert checker.final() == []
    shop.stations["tracking"].storage.tables["parked"] = {("a",): object()}
    assert checker.final() == ["tracking parked 1 records, 0 were damaged"]
    shop.faults.struck["poison"] = 2
    assert "tracking parked 1 records, 2 were damaged" in checker.final()
