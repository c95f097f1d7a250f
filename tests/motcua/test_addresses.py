"""Where the commands find the services."""

import os
from pathlib import Path

import psutil
import pytest

from motcua.addresses import addresses
from motcua_stack import StackProblem, state
from motcua_stack.state import Running


def test_a_system_that_is_still_starting_is_told_as_such(tmp_path: Path) -> None:
    """Regression: `motcua play` beside `motcua up` ended in a KeyError."""
    (tmp_path / "run").mkdir()
    me = Running(os.getpid(), psutil.Process().create_time(), "no.sock")
    state.write(tmp_path, me)
    with pytest.raises(StackProblem, match="still starting"):
        addresses(tmp_path)


def test_where_nothing_runs_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(StackProblem, match="does not run"):
        addresses(tmp_path)
