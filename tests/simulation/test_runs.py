"""The whole system in one process: whatever goes wrong, every history ends well, and the same seed gives the same history."""

import gc
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable

import msgspec
import pytest
from opentelemetry.sdk.trace import TracerProvider

from chassis.bus import Record
from chassis.http.uploads import folder_of
from chassis.telemetry import tracing
from contracts.dossier.processing import Rescheduled
from contracts.fact import FileRef
from motcua.client import Client
from motcua.client.routes.owners import Processing
from simulation import Settings, simulate
from simulation.faults import ALL, chosen
from simulation.lives import PAPER
from simulation.run import GOOD, _shop
from simulation.shop import Shop
from simulation.shrink import command, shortest
from simulation.wire import DirectWire


def test_a_run_without_faults_ends_every_dossier() -> None:
    outcome = simulate(Settings(seed=7, days=3, dossiers=15))
    assert (outcome.broken, outcome.ended, outcome.crashes) == ([], 15, 0)
    assert outcome.facts > 100


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    first, again, other = (simulate(Settings(seed=seed, days=2, dossiers=6, faults=ALL)).hash for seed in (3, 3, 4))
    assert first == again != other


def test_how_thoroughly_a_history_is_checked_does_not_change_it() -> None:
    """Regression: views that were folded anew drew their ids from the run's own seed."""
    thorough, spare = (simulate(Settings(seed=5, days=2, dossiers=6, faults=ALL, thorough=each)).hash for each in (True, False))
    assert thorough == spare


def test_a_seed_gives_the_same_history_in_a_process_that_orders_sets_otherwise() -> None:
    program = (
        "from simulation import Settings, simulate; from simulation.faults import ALL;"
        "print(simulate(Settings(seed=3, days=2, dossiers=6, faults=ALL)).hash)"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": order}, capture_output=True, text=True, check=True
        ).stdout
        for order in ("1", "2")
    ]
    assert told[0] == told[1] != ""


def test_a_trace_that_another_part_of_the_process_began_is_not_part_of_the_history(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(seed=3, days=1, dossiers=2)
    untraced = simulate(settings).hash
    monkeypatch.setattr(tracing, "_started", True)
    monkeypatch.setattr(tracing, "_tracer", TracerProvider().get_tracer("test"))
    assert simulate(settings).hash == untraced


def test_a_calendar_approved_in_the_middle_moves_open_clocks() -> None:
    recorded: Counter[bytes] = Counter()

    def listening(shop: Shop) -> None:
        send = shop.bus.send_now

        def send_now(records: Iterable[Record]) -> None:
            sent = list(records)
            recorded.update(dict(record.headers)["ce_type"] for record in sent)
            send(sent)

        shop.bus.send_now = send_now  # type: ignore[method-assign]

    outcome = simulate(Settings(seed=4, days=4, dossiers=15, faults=("calendar",)), listening)
    assert outcome.broken == []
    assert outcome.faults["calendar"] > 0
    assert recorded[Rescheduled.TYPE.encode()] > 0


def test_a_leader_who_is_offered_no_date_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def none_offered(_: Processing, dossier: str) -> dict[str, list[str]]:
        asked.append(dossier)
        return {"dates": []}

    monkeypatch.setattr(Processing, "extension_dates", none_offered)
    outcome = simulate(Settings(seed=3, days=2, dossiers=30))
    assert len(asked) == 1
    assert (outcome.broken, outcome.ended) == ([], 30)


def test_the_papers_of_one_person_are_kept_once_and_dropped_with_their_dossier() -> None:
    """Regression: they stayed for 120 days, and what a run holds grew with every dossier that had ended."""
    shop = Shop(())
    wire = DirectWire(shop)
    clerk, other = (Client({}, lambda actor: actor.subject, wire=wire).acting(name, "clerk", agencies=("H60.1",)) for name in ("a", "b"))
    first, second = clerk.results.upload(PAPER), other.results.upload(PAPER)
    assert clerk.results.upload(PAPER) == first != second
    wire.forget("a")
    assert [shop.files.has(msgspec.convert(ref, FileRef)) for ref in (first, second)] == [False, True]
    wire.forget("never came")


def test_a_run_holds_no_paper_of_an_applicant_whose_dossier_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    wires: list[DirectWire] = []

    def kept(shop: Shop) -> DirectWire:
        wires.append(DirectWire(shop))
        return wires[0]

    monkeypatch.setattr("simulation.run.DirectWire", kept)
    assert simulate(Settings(seed=3, days=2, dossiers=30)).ended == 30
    assert not {folder_of(f"citizen-{number}") for number in range(1, 31)} & set(wires[0]._uploads)


def test_a_run_holds_no_calendar_of_the_run_before() -> None:
    """Regression: a process that played a thousand seeds kept the calendars of all, nearly a megabyte each."""

    def built() -> int:
        return sum(len(station.parts.catalogue._calendars) for station in _shop().stations.values())

    simulate(Settings(seed=3, days=3, dossiers=20, faults=("calendar",)))
    assert built() > 0
    simulate(Settings(seed=2, days=1, dossiers=3))
    assert built() == 0


def test_a_run_leaves_the_collector_as_it_found_it() -> None:
    before = (gc.get_threshold(), gc.get_freeze_count())
    during: list[tuple[int, int, int]] = []
    simulate(Settings(seed=3, days=1, dossiers=1), progress=lambda _: during.append(gc.get_threshold()))
    assert during
    assert during[0] > before[0]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


@pytest.mark.req("TR-08")
@pytest.mark.parametrize("seed", range(1, 51))
def test_nothing_is_lost_or_doubled_whatever_goes_wrong(seed: int) -> None:
    outcome = simulate(Settings(seed=seed, days=5, dossiers=40, faults=ALL))
    assert outcome.broken == []
    assert outcome.ended == 40
    assert outcome.crashes > 0


def test_damaged_messages_come_among_good_ones_only() -> None:
    """Regression: in weeks in which hardly anything came ten of them gathered, and every inbox stopped as it should (seed 826)."""
    outcome = simulate(Settings(seed=3, days=20, dossiers=4, faults=("poison",)))
    assert outcome.broken == [] and 1 <= outcome.faults["poison"] <= outcome.facts / GOOD


def test_a_broken_run_is_shrunk_to_one_dossier_and_its_command() -> None:
    def lossy(shop: Shop) -> None:
        storage = shop.stations["intake"].storage
        page = storage.page
        storage.page = lambda after, limit: [f for f in page(after, limit) if f.envelope.sequence != 2]  # type: ignore[method-assign]

    settings = Settings(seed=1, days=2, dossiers=8, faults=("crash",))
    smaller, again = shortest(settings, simulate(settings, lossy), lossy)
    assert again.broken
    assert smaller.only is not None
    assert len(smaller.only) == 1
    assert again.faults.total() == 0
    assert command(smaller).startswith("motcua simulate --seed 1 --days 2 --dossiers 8 --start 2026-03-02 --faults crash --only ")


def test_a_fault_that_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="no such fault: flood"):
        chosen("crash,flood")
