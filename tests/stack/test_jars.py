"""Kafka's jars: only those of the lock, downloaded whole and by one start at a time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import NoReturn

import pytest
from jgo.env import EnvironmentBuilder

from motcua_stack import StackProblem
from motcua_stack.jars import kafka_jars


def test_a_jar_that_is_not_the_one_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text('[[dependencies]]\nsha256 = "00"\n')
    (tmp_path / "jars" / "envs").mkdir(parents=True)
    real = kafka_jars()[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("motcua_stack.jars._download", lambda folder: [real])
        with pytest.raises(StackProblem, match="not those of jgo"):
            kafka_jars(tmp_path / "jars", tmp_path / "lock")


def test_of_two_starts_at_once_one_downloads_the_jars_and_the_other_waits_for_them(tmp_path: Path) -> None:
    jar = tmp_path / "jars" / "envs" / "a.jar"
    (tmp_path / "lock").write_text(f'[[dependencies]]\nsha256 = "{sha256(b"a jar").hexdigest()}"\n')
    """Regression: the second start emptied the folder that the first one was filling, and both went without."""
    downloads, both = list[Path](), Barrier(2)

    def download(folder: Path) -> list[Path]:
        downloads.append(folder)
        with suppress(BrokenBarrierError):
            both.wait(0.5)  # the other would come by if nothing kept it
        jar.parent.mkdir(exist_ok=True)
        jar.write_bytes(b"a jar")
        return [jar]

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as starts:
        patch.setattr("motcua_stack.jars._download", download)
        answers = list(starts.map(lambda _: kafka_jars(tmp_path / "jars", tmp_path / "lock"), range(2)))
    assert answers == [[jar], [jar]]
    assert downloads == [tmp_path / "jars"]


def test_half_a_jar_of_a_download_that_was_cut_off_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    half = tmp_path / "jars" / "repository" / "half.jar"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"PK")
    (tmp_path / "lock").write_text('[[dependencies]]\nsha256 = "00"\n')
    found = list[bool]()

    def resolve(builder: EnvironmentBuilder, endpoint: str, update: bool) -> NoReturn:
        found.append(half.exists())
        raise ConnectionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EnvironmentBuilder, "from_endpoint", resolve)
        with pytest.raises(StackProblem, match="could not be downloaded"):
            kafka_jars(tmp_path / "jars", tmp_path / "lock")
    assert found == [False]
