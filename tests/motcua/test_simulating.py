"""The command `simulate`: what it takes, and what it says of words it does not take."""

import json
import logging
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from motcua.cli import app

RUN = CliRunner(env={"COLUMNS": "200"})
SMALL = ("simulate", "--dossiers", "3", "--days", "1", "--json")


@pytest.fixture(autouse=True)
def heard_again() -> Iterator[None]:
    """The command lets no service of its run log anything, which other tests here want to hear."""
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "4"], "no such life: 4; there are 1 to 3"),
        (["--only", "1,x"], "no such life: x;"),
        (["--only", ","], "--only names no life"),
        (["--faults", "crush"], "no such fault: crush; there are"),
        (["--faults", "all,crash"], "by themselves all and none"),
        (["--start", "yesterday"], "yesterday"),
    ],
)
def test_wrong_words_are_told_before_anything_is_played(words: list[str], said: str) -> None:
    told = RUN.invoke(app, [*SMALL, *words])
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.output


@pytest.mark.parametrize("only", ["1,2", "1,,2", " 2 , 1,"])
def test_lives_are_named_by_number_however_they_are_spaced(only: str) -> None:
    told = RUN.invoke(app, [*SMALL, "--only", only])
    assert (told.exit_code, json.loads(told.stdout)["dossiers"]) == (0, 2)
