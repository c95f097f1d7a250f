"""The README shows only code that runs, with the answers it gives."""

import doctest
from pathlib import Path

README = Path(__file__).parents[2] / "worktime" / "README.md"


def test_every_example_of_the_readme_gives_the_answer_shown() -> None:
    outcome = doctest.testfile(str(README), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE, encoding="utf-8")
    assert outcome.attempted >= 10 and outcome.failed == 0
