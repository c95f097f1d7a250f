"""The folder of the data: made once, kept private, and never taken for ours when it is not."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from motcua_stack import StackProblem, lifecycle, postgres
from motcua_stack.home import LAYOUT, filling, only_one, open_home, secret
from motcua_stack.program import Program
from motcua_stack.supervisor import configuration


def test_a_secret_that_is_gone_while_its_data_are_there_is_not_made_anew(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    first = secret(home, "postgres")
    assert secret(home, "postgres", opens_data=True) == first
    (home / "secrets" / "postgres").unlink()
    with pytest.raises(StackProblem, match="secrets/postgres is gone: put it back from a backup"):
        secret(home, "postgres", opens_data=True)
    assert not (home / "secrets" / "postgres").exists()


def test_a_folder_with_other_things_in_it_is_not_made_motcuas(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(StackProblem, match=r"holds other things \(thesis.odt\), and nothing was touched: set MOTCUA_HOME"):
        open_home(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_data_of_another_layout_are_left_untouched(tmp_path: Path) -> None:
    (tmp_path / "layout").write_text(f"{LAYOUT + 1}\n")
    with pytest.raises(StackProblem, match="move the folder away"):
        open_home(tmp_path)
    assert (tmp_path / "layout").read_text() == f"{LAYOUT + 1}\n"


def test_a_full_disk_is_a_sentence_that_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage(NamedTuple):
        free: int

    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1_000_000))
    with pytest.raises(StackProblem, match=r"is full .* free at least 500 MB"):
        open_home(tmp_path)


def test_data_that_motcua_did_not_make_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    """Regression: a folder `postgres` without our mark was deleted without a word."""
    precious = tmp_path / "postgres" / "base" / "16384"
    precious.parent.mkdir(parents=True)
    precious.write_text("precious")
    (tmp_path / "postgres" / "PG_VERSION").write_text(f"{postgres.MAJOR}\n")
    with pytest.raises(StackProblem, match=r"not known to be Motcua's, and nothing was touched: set MOTCUA_HOME to another folder"):
        postgres.prepare(open_home(tmp_path))
    assert precious.read_text() == "precious"


def test_what_a_start_that_was_cut_off_left_of_postgresql_is_made_anew(tmp_path: Path) -> None:
    home = open_home(tmp_path)
    (home / "postgres").mkdir()
    (home / "postgres" / "half").touch()
    (home / postgres.UNFINISHED).touch()
    postgres.prepare(home)
    assert (home / "postgres" / "motcua.made").exists() and not (home / "postgres" / "half").exists()
    assert not (home / postgres.UNFINISHED).exists()
    postgres.prepare(home)


def test_the_rights_of_what_is_not_ours_in_the_folder_stay_as_they_are(tmp_path: Path) -> None:
    open_home(tmp_path)
    (tmp_path / "photos").mkdir(mode=0o755)
    (tmp_path / "photos").chmod(0o755)
    open_home(tmp_path)
    assert ((tmp_path / "photos").stat().st_mode & 0o777, (tmp_path / "log").stat().st_mode & 0o777) == (0o755, 0o700)


def test_a_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    open_home(tmp_path)
    assert secret(tmp_path, "postgres") == secret(tmp_path, "postgres")
    assert (tmp_path / "secrets" / "postgres").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_the_supervisor_cannot_write_down_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackProblem, match="use folders without quotes"):
        configuration(tmp_path / "a #1", tmp_path / "socket", [])


def test_nobody_else_can_look_into_the_folder_of_the_data(tmp_path: Path) -> None:
    """Regression: files, logs and the bus were readable by every user of the machine."""
    (tmp_path / "files").mkdir(mode=0o755)
    (tmp_path / "simulators.sqlite").touch(mode=0o644)
    tmp_path.chmod(0o755)
    home = open_home(tmp_path)
    assert home.stat().st_mode & 0o077 == (0o011 if os.geteuid() == 0 else 0)
    assert {entry.name: entry.stat().st_mode & 0o077 for entry in home.iterdir() if entry.stat().st_mode & 0o077} == {}
    program = Program("made", ("true",), home / "log" / "made.log", home)
    assert "\numask=077\n" in configuration(home, home / "socket", [program]).partition("[program:made]")[2]


def test_a_home_into_which_an_archive_was_half_brought_is_not_started_and_not_filled_again(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    with pytest.raises(ConnectionError), filling(home):
        raise ConnectionError
    with pytest.raises(StackProblem, match=r"not brought into .* to its end: remove that folder"):
        lifecycle.up(home=home)
    with pytest.raises(StackProblem, match=r"not brought into .* to its end"), filling(home):
        pass
    with filling(open_home(tmp_path / "another")):
        pass
    assert not (tmp_path / "another" / "unfinished-archive").exists()


def test_a_home_that_is_being_filled_just_now_is_not_said_to_be_half_filled(tmp_path: Path) -> None:
    home = open_home(tmp_path / "home")
    with only_one(home), filling(home), pytest.raises(StackProblem, match="already starting or running"):
        lifecycle.up(home=home)
