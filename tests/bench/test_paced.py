"""What the benches tell of commands that the machine did not disturb: chosen by when they were due, never by how long they took."""

import math

import pytest
from _paced import Times
from _standstill import AFTER, EVERY, Standstills, disturbed
from scale import _median, tell


def test_an_answer_counts_as_disturbed_by_when_it_was_due_and_not_by_how_long_it_took() -> None:
    standstills = [(1.0, 1.1)]
    assert not disturbed(0.99, standstills)
    assert disturbed(1.05, standstills) and disturbed(1.1 + AFTER / 2, standstills)
    assert not disturbed(1.1 + 2 * AFTER, standstills)
    slow, quick, hit = (0.9, 5.0), (2.0, 2.001), (1.05, 1.2)
    times = Times({"a": [slow, quick, hit]})
    assert times.undisturbed(standstills).by_kind == {"a": [slow, quick]} and len(times) == 3
    assert round(times.undisturbed(standstills).at(0.99)) == 4100


def test_where_everything_was_disturbed_nothing_is_told_of_the_rest() -> None:
    assert math.isnan(Times({"a": [(1.0, 1.001)]}).undisturbed([(0.0, 2.0)]).at(0.5))


def test_a_machine_that_never_stood_still_or_always_did_is_told_of_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Regression: after hours of rounds the table was divided by the share of disturbed commands, none."""
    tell([10], [{"append": 1.0, "disturbed commands, %": 0.0, "undisturbed command p50": math.nan}], 3)
    assert "append: 1.00 ×" in capsys.readouterr().out
    assert (_median([math.nan, 1.0, 2.0, math.nan, 3.0]), math.isnan(_median([math.nan]))) == (2.0, True)


def test_the_machine_stood_still_where_the_same_work_became_much_dearer() -> None:
    watching = Standstills()
    watching._pieces = [(float(n), n + 0.001, 4.0 if n % 10 == 0 else 1.0) for n in range(100)]
    assert watching.spans() == []
    watching._pieces[50] = (50.0, 50.02, 20.0)
    assert watching.spans() == [(50.0 - EVERY, 50.02)]


def test_it_watches_until_it_is_left() -> None:
    with Standstills() as watching:
        watching._ends.wait(5 * EVERY)
    assert watching._pieces and not watching._thread.is_alive()
