"""Kafka's jars: resolved by jgo, kept once for all, and used only when they are exactly those of `jgo.lock.toml`."""

import fcntl
import hashlib
import logging
import os
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .home import checkout
from .problem import StackProblem

KAFKA_VERSION = "4.3.1"
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"

_log = logging.getLogger(__name__)


def jar_folder() -> Path:
    """`MOTCUA_JARS`, or `.local/jars` in the checkout: shared by every home on this machine."""
    return Path(os.environ.get("MOTCUA_JARS") or checkout() / ".local" / "jars").absolute()


def locked_digests(lock: Path) -> frozenset[str]:
    """The SHA-256 of each jar that may be run."""
    return frozenset(jar["sha256"] for jar in tomllib.loads(lock.read_text())["dependencies"])


def digests(jars: list[Path]) -> dict[str, Path]:
    return {hashlib.sha256(jar.read_bytes()).hexdigest(): jar for jar in jars}


def kafka_jars(folder: Path | None = None, lock: Path | None = None) -> list[Path]:
    """The jars of the lock, downloaded when they are missing.

    Raises:
        StackProblem: they cannot be downloaded, or a jar is not the one of the lock.
    """
    folder, lock = folder or jar_folder(), lock or checkout() / "jgo.lock.toml"
    wanted = locked_digests(lock)
    found = _downloaded(folder)
    if not wanted <= found.keys():
        folder.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(folder):
            found = _downloaded(folder)  # by another start, while this one waited
            if not wanted <= found.keys():
                found = digests(_download(folder))
    if missing := wanted - found.keys():
        raise StackProblem(
            f"{len(missing)} of Kafka's jars in {folder} are not those of jgo.lock.toml: start again; "
            "if it happens twice, somebody changed the jars on their way here."
        )
    return [found[digest] for digest in sorted(wanted)]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other process works in this folder."""
    with open(folder / "lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _downloaded(folder: Path) -> dict[str, Path]:
    return digests(sorted(folder.glob("envs/**/*.jar")))


def _download(folder: Path) -> list[Path]:
    """Into a repository of our own, begun afresh: jgo would take half a jar, left by a download that was cut off, for a whole one."""
    from jgo.env import EnvironmentBuilder
    from jgo.maven import MavenContext

    repository = folder / "repository"
    shutil.rmtree(repository, ignore_errors=True)
    builder = EnvironmentBuilder(context=MavenContext(repo_cache=repository), cache_dir=folder)
    try:
        environment = builder.from_endpoint(ENDPOINT, update=True)
    except Exception as problem:  # jgo lets requests', zipfile's and its own errors through
        _log.debug("jgo failed", exc_info=True)
        raise StackProblem(
            f"Kafka's jars could not be downloaded ({type(problem).__name__}): check the network and start again, "
            "or set MOTCUA_KAFKA to the address of a Kafka that runs."
        ) from problem
    return [Path(jar) for jar in environment.all_jars]
