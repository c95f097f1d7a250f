"""Class-data sharing: Kafka's classes are read, checked and linked once on a machine, and only mapped at every later start.

Reading its classes is most of a broker's start. Java keeps them in two archives beside the jars: its own classes, and on top of them
those that a broker loaded in a rehearsal. At each start Java checks that an archive belongs to these jars and to this Java, and goes
without one that does not: nothing but time hangs on them.
"""

import hashlib
import logging
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from .jars import jar_folder, one_at_a_time
from .problem import StackProblem

SECONDS = 60

_log = logging.getLogger(__name__)


def shared_classes(java: Path, options: Sequence[str], jars: Sequence[Path], rehearse: Callable[[Sequence[str]], None]) -> list[str]:
    """The option with which `java` finds its archive; made when it is missing, none when that fails.

    Args:
        options: those of every run of this Java; an archive fits one garbage collector.
        jars: the class path.
        rehearse: runs a broker with the options it is given and ends it in order, at which Java writes the archive.
    """
    folder = jar_folder() / "classes"
    own, whole = (folder / f"{name}-{_fingerprint(java, options, jars)}.jsa" for name in ("java", "kafka"))
    try:
        folder.mkdir(exist_ok=True)
        with one_at_a_time(folder):
            if not whole.exists():
                _dump_own(java, options, own)
                _rehearsed(own, whole, rehearse)
    except (OSError, subprocess.SubprocessError, StackProblem) as problem:
        _log.warning("Kafka starts without an archive of its classes: %s", problem)
        return []
    return [f"-XX:SharedArchiveFile={whole}"]


def _fingerprint(java: Path, options: Sequence[str], jars: Sequence[Path]) -> str:
    """Of what an archive depends on. Java compares the jars' times too."""
    release = java.parents[1] / "release"
    text = [release.read_text(), *options, *(f"{jar} {jar.stat().st_mtime_ns}" for jar in jars)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]


def _dump_own(java: Path, options: Sequence[str], own: Path) -> None:
    if not own.exists():
        part = own.with_suffix(".part")
        subprocess.run([java, *options, "-Xshare:dump", f"-XX:SharedArchiveFile={part}"], check=True, timeout=SECONDS, capture_output=True)
        part.replace(own)


def _rehearsed(own: Path, whole: Path, rehearse: Callable[[Sequence[str]], None]) -> None:
    part = whole.with_suffix(".part")
    part.unlink(missing_ok=True)
    rehearse([f"-XX:SharedArchiveFile={own}", f"-XX:ArchiveClassesAtExit={part}"])
    part.replace(whole)
