"""What a person reads when a rebuild cannot go on."""

from concurrent.futures.process import BrokenProcessPool
from typing import NoReturn

import pytest
import typer

from chassis.errors import Retry
from chassis.inbox import Gap
from chassis.rebuild import Outcome, Rebuild
from motcua import rebuilding
from motcua_stack import StackProblem


@pytest.mark.req("OP-03")
@pytest.mark.parametrize("why", [BrokenProcessPool("a process was ended"), Retry("bus: away"), Gap("intake/7: 3 after 1")])
def test_a_copy_that_was_given_up_is_a_sentence_and_says_that_the_service_goes_on(monkeypatch: pytest.MonkeyPatch, why: Exception) -> None:
    class Cut(Rebuild):
        def __init__(self) -> None:
            """It is never begun."""

        def run(self, *, accept: bool = False) -> NoReturn:
            raise why

    monkeypatch.setattr(rebuilding, "_rebuild", lambda *_: Cut())
    monkeypatch.setattr(rebuilding, "say_nothing_of_single_records", lambda: None)
    with pytest.raises(StackProblem, match=f"tracking goes on with the views that are in place \\({type(why).__name__}: {why}\\)"):
        rebuilding.rebuild("tracking")


@pytest.mark.parametrize(
    ("switched", "told"),
    [
        (True, "3 records are parked, 1 before: see motcua parked list."),
        (False, "3 records were parked in the dropped copy, which differs; 1 in the views in place."),
    ],
)
def test_what_is_parked_is_told_of_the_views_that_are_in_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], switched: bool, told: str
) -> None:
    """Regression: a copy that was thrown away was told of as if it had been switched."""

    class Done(Rebuild):
        def __init__(self) -> None:
            """It is never begun."""

        def run(self, *, accept: bool = False) -> Outcome:
            return Outcome(facts=9, seconds=1.0, tables=(), switched=switched, parked=(1, 3))

    monkeypatch.setattr(rebuilding, "_rebuild", lambda *_: Done())
    monkeypatch.setattr(rebuilding, "say_nothing_of_single_records", lambda: None)
    with pytest.raises(typer.Exit):
        rebuilding.rebuild("tracking")
    assert told in capsys.readouterr().out
