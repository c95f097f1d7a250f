"""A simulation that finds no bug proves nothing: eight are planted here, and a few seeds must find each."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

import msgspec
import pytest

import worktime
from chassis import inbox
from chassis.bus import Record
from chassis.spans import spans_of
from chassis.store import Changes
from chassis.store.session import Span
from contracts import Envelope
from contracts.fact import decode
from simulation import Outcome, Settings, simulate
from simulation.shop import Shop
from simulation.shrink import shortest
from simulation.station import Station
from simulation.storage import StorageSession
from worktime.counting import Shift, position_of, shifts

SEEDS = range(1, 6)


def found(prepare: Callable[[Shop], None], **settings: Any) -> list[Outcome]:
    """The outcomes of a few seeds in which something is broken."""
    outcomes = [simulate(Settings(seed=seed, days=3, dossiers=12, **settings), prepare) for seed in SEEDS]
    return [outcome for outcome in outcomes if outcome.broken]


def test_a_relay_that_skips_a_gap_is_found() -> None:
    def skipping(shop: Shop) -> None:
        storage = shop.stations["intake"].storage
        page = storage.page
        storage.page = lambda after, limit: [fact for fact in page(after, limit) if fact.position % 17]  # type: ignore[method-assign]

    assert len(found(skipping)) >= 3


def test_an_inbox_that_stores_its_position_first_is_found() -> None:
    def hasty(shop: Shop) -> None:
        for station in shop.stations.values():
            _store_position_first(station)

    assert len(found(hasty, faults=("crash",))) >= 3


def _store_position_first(station: Station) -> None:
    def hear(limit: int) -> int:
        records = station.next_batch(limit)
        if not records:
            return 0
        with station.storage.session() as session:
            session.advance(spans_of(records, {}))
            session.commit(Changes())
        with station.storage.session() as session:
            station.inbox._at_once(session, records)
            session.commit(Changes())
        return len(records)

    station.hear = hear  # type: ignore[method-assign]


def test_an_inbox_that_loses_the_neighbours_of_a_damaged_message_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    by_dossier = inbox._by_dossier

    def up_to_the_damaged(records: Any, entries: Any) -> Any:
        groups = list(by_dossier(records, entries).items())
        bad = next((n for n, (_, group) in enumerate(groups) if is_damaged(group[0])), len(groups))
        return dict(groups[: bad + 1])

    monkeypatch.setattr(inbox, "_by_dossier", up_to_the_damaged)
    assert len(found(lambda shop: None, faults=("poison",))) >= 3


def is_damaged(record: Record) -> bool:
    try:
        decode(Envelope.from_headers(record.headers).type, record.value or b"")
    except Exception:
        return True
    return False


def test_a_work_list_that_depends_on_when_it_was_written_is_found() -> None:
    def hurried(shop: Shop) -> None:
        station = shop.stations["processing"]
        noticed = station.storage.noticed

        def forget(rows: Any, new: Any) -> None:
            noticed(rows, new)
            for key, row in rows.get("task", {}).items():
                if row is not None and row.assignee and shop.clock.now().minute % 2:
                    tasks = station.storage.tables["task"]
                    tasks[key] = msgspec.structs.replace(row, assignee=None)

        station.storage.noticed = forget  # type: ignore[method-assign]

    assert len(found(hurried)) >= 3


def test_a_former_owner_who_is_not_fenced_is_found_and_the_history_that_shows_it_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfenced(session: StorageSession, spans: Iterable[Span]) -> None:
        session._hold()
        session._spans += spans

    monkeypatch.setattr(StorageSession, "advance", unfenced)
    settings = Settings(seed=1, days=2, dossiers=6, faults=("duplicate",))
    smaller, again = shortest(settings, simulate(settings))
    assert "TakenTwice: from dossiers.v1" in again.broken[0]
    assert smaller.most_faults == 1


def test_a_clock_that_ignores_a_make_up_saturday_is_found() -> None:
    def forgetful(agency: str, version: str | None = None) -> worktime.Calendar:
        data = worktime.calendar(agency, version).data
        layer = msgspec.structs.replace(data.province, swaps=(), make_ups=())
        return worktime.Calendar(msgspec.structs.replace(data, province=layer), agency)

    def forget(shop: Shop) -> None:
        shop.stations["intake"].parts.catalogue.calendar = forgetful  # type: ignore[method-assign]

    assert len(found(forget, start=date(2026, 1, 5))) >= 3


def wrong_dates(kind: str) -> list[str]:
    """What is said of that kind of fact, where some lives have their clocks moved."""
    outcomes = [simulate(Settings(seed=seed, days=2, dossiers=60, thorough=False)) for seed in SEEDS]
    return [broken for outcome in outcomes for broken in outcome.broken if kind in broken]


def test_a_pause_that_is_counted_a_day_too_long_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def longer(*of: Any) -> Iterator[tuple[int, Shift]]:
        yield from ((position + 1, shift) for position, shift in shifts(*of))

    monkeypatch.setattr("worktime.clock.shifts", longer)
    assert wrong_dates("Rescheduled")


def test_an_extension_to_another_day_than_was_promised_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worktime.clock.position_of", lambda unit, day, table: position_of(unit, day, table) + 1)
    assert wrong_dates("Extended")
