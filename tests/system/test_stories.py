"""Stories over real PostgreSQL, real Kafka and every service its own process, under the virtual clock."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.own import command, own_system

START = "2026-02-02T07:00"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with own_system("--clock", "virtual", "--start", START) as folder:
        yield folder


@pytest.mark.req("PR-12", "PR-15", "PR-10", "OP-05")
@pytest.mark.parametrize("name", ["late-with-apology", "closed-after-15-days", "outage-back-entry"])
def test_a_story_over_the_running_system_leaves_the_history_that_it_tells(home: Path, name: str) -> None:
    told = command("motcua.cli", "play", "--story", name, "--patience", "60")
    assert "Every history is as its story says." in told and "NĐ 118/2025/NĐ-CP" in told


def test_the_clock_stands_where_the_last_story_left_it_and_only_goes_on(home: Path) -> None:
    stands = command("motcua.cli", "clock", "show").split()[0]
    assert stands > START
    assert command("motcua.cli", "clock", "advance", "2h").split()[0] > stands
    with pytest.raises(AssertionError, match="never goes back"):
        command("motcua.cli", "clock", "set", START)


def test_a_play_goes_on_in_the_virtual_time(home: Path) -> None:
    played = command("motcua.cli", "play", "--dossiers", "20", "--seed", "3", "--patience", "60")
    assert "Everything reconciles." in played
