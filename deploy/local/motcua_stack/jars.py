"""Kafka's jars: resolved by jgo, kept once for all, and used only when they are exactly those of `jgo.lock.toml`."""

import hashlib
import logging
import os
import tomllib
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
    found = digests(sorted(folder.glob("envs/**/*.jar")))
    if not wanted <= found.keys():
        found = digests(_download(folder))
    if missing := wanted - found.keys():
        raise StackProblem(
            f"{len(missing)} of Kafka's jars in {folder} are not those of jgo.lock.toml: remove that folder and start again; "
            "if it happens twice, somebody changed the jars on their way here."
        )
    return [found[digest] for digest in sorted(wanted)]


def _download(folder: Path) -> list[Path]:
    import jgo

    folder.mkdir(parents=True, exist_ok=True)
    try:
        environment = jgo.build(ENDPOINT, update=True, cache_dir=folder)
    except Exception as problem:  # jgo lets requests', zipfile's and its own errors through
        _log.debug("jgo failed", exc_info=True)
        raise StackProblem(
            f"Kafka's jars could not be downloaded ({type(problem).__name__}): check the network and start again, "
            "or set MOTCUA_KAFKA to the address of a Kafka that runs."
        ) from problem
    return [Path(jar) for jar in environment.all_jars]
