"""The drill: a backup and an export of a system at work, each brought into an empty machine, which then goes on."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chassis.archive.folder import Manifest, checked
from motcua_stack import running
from tests.system.own import VARIABLES, command, free_ports, own_system


@pytest.fixture(scope="module")
def archives() -> Iterator[Path]:
    """A backup and an export of a system, taken while it plays."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-test-archive-"))
    with own_system():
        command("motcua.cli", "play", "--dossiers", "20", "--seed", "5", "--patience", "120")
        playing = threading.Thread(target=lambda: command("motcua.cli", "play", "--dossiers", "15", "--seed", "6", "--patience", "120"))
        playing.start()
        command("motcua.cli", "backup", str(folder / "backup"))
        playing.join()
        command("motcua.cli", "maintenance", "on")
        command("motcua.cli", "export", str(folder / "export"))
    yield folder
    shutil.rmtree(folder)


@contextmanager
def empty_machine() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ |= {"MOTCUA_HOME": str(home), "MOTCUA_PORTS": str(free_ports())}
    try:
        yield home
    finally:
        command("motcua_stack", "down")
        shutil.rmtree(home)
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def state(manifest: Manifest) -> object:
    """All that must be equal where nothing has happened since."""
    tables = {part.service: part.tables for part in manifest.schemas}
    return tables, {topic: [(p.records, p.digest) for p in parts] for topic, parts in manifest.topics.items()}, manifest.files


@pytest.mark.req("OP-03")
def test_a_backup_taken_at_work_is_brought_back_and_goes_on(archives: Path) -> None:
    taken = checked(archives / "backup")
    assert not taken.behind and taken.files > 0
    with empty_machine() as home:
        assert "every checksum equal" in command("motcua.cli", "restore", str(archives / "backup"))
        command("motcua.cli", "up")
        assert running(home)
        assert "Everything reconciles." in command("motcua.cli", "play", "--dossiers", "10", "--seed", "7", "--patience", "120")
        for service in ("tracking", "ratings"):
            command("motcua.cli", "rebuild", service)
        assert command("motcua.cli", "parked", "list").strip() == "Nothing is parked."


@pytest.mark.req("OP-04")
def test_an_export_in_open_form_gives_the_identical_state_elsewhere(archives: Path) -> None:
    taken = checked(archives / "export")
    assert (archives / "export" / "README.md").exists() and list((archives / "export" / "schemas").glob("*received*"))
    with empty_machine():
        assert "every checksum equal" in command("motcua.cli", "import-archive", str(archives / "export"))
        command("motcua.cli", "up")
        assert "Writes are taken again." in command("motcua.cli", "maintenance", "off"), "it was taken during maintenance"
        command("motcua.cli", "export", str(archives / "again"))
        assert state(checked(archives / "again")) == state(taken)


def test_an_archive_that_was_touched_or_goes_over_data_is_refused(archives: Path) -> None:
    touched = archives / "touched"
    shutil.copytree(archives / "backup", touched)
    with open(next((touched / "topics").rglob("*.jsonl")), "ab") as file:
        file.write(b" ")
    with empty_machine():
        with pytest.raises(AssertionError, match="has changed"):
            command("motcua.cli", "restore", str(touched))
        with pytest.raises(AssertionError, match="say motcua restore"):
            command("motcua.cli", "import-archive", str(archives / "backup"))
        command("motcua.cli", "restore", str(archives / "backup"))
        with pytest.raises(AssertionError, match="nothing is written over"):
            command("motcua.cli", "restore", str(archives / "backup"))
