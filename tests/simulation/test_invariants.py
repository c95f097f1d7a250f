"""What the checks of a run see by themselves; `test_planted_bugs.py` shows that whole runs meet them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from chassis.ids import new_id
from chassis.inbox import HEARD, Reader
from contracts.national_status import Status
from simulation import Settings, simulate
from simulation.invariants import Broken, Checker
from simulation.shop import Shop
from tests.chassis.sample import sent, voided

Tamper = Callable[[Shop, str], None]


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


def rows(shop: Shop, service: str, table: str) -> dict[Any, Any]:
    return shop.stations[service].storage.tables[table]


def another_status(shop: Shop, dossier: str) -> None:
    held = rows(shop, "tracking", "dossier")
    held[(UUID(dossier),)] = replace(held[(UUID(dossier),)], status=Status.REGISTERED)


def a_fact_not_heard(shop: Shop, dossier: str) -> None:
    del rows(shop, "ratings", HEARD.name)[("intake", UUID(dossier))]


def another_fact_stored(shop: Shop, dossier: str) -> None:
    stored = shop.stations["intake"].storage.streams[UUID(dossier)]
    stored[0] = replace(stored[0], id=new_id())


def a_fact_too_few_stored(shop: Shop, dossier: str) -> None:
    shop.stations["intake"].storage.streams[UUID(dossier)].pop()


def a_change_not_told(shop: Shop, dossier: str) -> None:
    shop.portal.taken[dossier].pop()


def another_row(shop: Shop, dossier: str) -> None:
    held = rows(shop, "results", "result_case")
    held[(UUID(dossier),)] = replace(held[(UUID(dossier),)], code="another")


def broken_by(monkeypatch: pytest.MonkeyPatch, check: str, tamper: Tamper) -> list[str]:
    """What a calm run of a few dossiers finds when each is tampered with right before it is checked."""
    sound = getattr(Checker, check)

    def tampered(self: Checker, dossier: str) -> None:
        tamper(self._shop, dossier)
        sound(self, dossier)

    monkeypatch.setattr(Checker, check, tampered)
    return simulate(Settings(seed=3, days=2, dossiers=4)).broken


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (another_status, "tracking holds status"),
        (a_fact_not_heard, "ratings heard"),
        (another_fact_stored, "on the bus is not the stored one"),
        (a_fact_too_few_stored, "facts of"),
        (a_change_not_told, "the portal was told"),
        (another_row, "are not what its facts give"),
    ],
)
def test_what_is_wrong_with_an_ended_dossier_is_seen(monkeypatch: pytest.MonkeyPatch, tamper: Tamper, said: str) -> None:
    broken = broken_by(monkeypatch, "close", tamper)
    assert broken and said in broken[0]


@pytest.mark.parametrize("lists", [("intake", "processing", "results"), ("processing",)])
def test_an_open_dossier_that_stands_in_no_work_list_is_seen(monkeypatch: pytest.MonkeyPatch, lists: tuple[str, ...]) -> None:
    tables = {"intake": "dossier", "processing": "dossier_case", "results": "result_case"}

    def forgotten(shop: Shop, dossier: str) -> None:
        for service in lists:
            rows(shop, service, tables[service]).pop((UUID(dossier),), None)

    broken = broken_by(monkeypatch, "one_work_list", forgotten)
    assert broken and "stands in the work lists []" in broken[0]
