"""The whole system in one process: whatever goes wrong, every history ends well, and the same seed gives the same history."""

import pytest

from simulation import Settings, simulate
from simulation.faults import ALL

FAULTS = tuple(fault for fault in ALL if fault not in ("poison", "rules"))


def test_a_run_without_faults_ends_every_dossier() -> None:
    outcome = simulate(Settings(seed=7, days=3, dossiers=15))
    assert (outcome.broken, outcome.ended, outcome.crashes) == ([], 15, 0)
    assert outcome.facts > 100


def test_the_same_seed_gives_the_same_history_and_another_seed_another() -> None:
    first, again, other = (simulate(Settings(seed=seed, days=2, dossiers=6, faults=FAULTS)).hash for seed in (3, 3, 4))
    assert first == again != other


@pytest.mark.req("TR-08")
@pytest.mark.parametrize("seed", range(1, 6))
def test_nothing_is_lost_or_doubled_whatever_goes_wrong(seed: int) -> None:
    outcome = simulate(Settings(seed=seed, days=3, dossiers=15, faults=FAULTS))
    assert outcome.broken == []
    assert outcome.ended == 15
    assert outcome.crashes > 0
