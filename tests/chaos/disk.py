"""The disk under everything is full, in a mount namespace of the scenario's own: a small tmpfs that only this system sees."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.chaos.namespaces import run
from tests.chaos.processes import await_all_ready, free_space
from tests.chaos.staging import Stage
from tests.system.own import own_system

MEGABYTES = 1400
WORK_BETWEEN = 3


@contextmanager
def small_disk() -> Iterator[Path]:
    """A system whose data, logs and files lie on a disk of 1.4 GB."""
    place = Path(tempfile.mkdtemp(prefix="motcua-chaos-disk-"))
    run("mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=1777", "tmpfs", str(place))
    before, tempfile.tempdir = tempfile.tempdir, str(place)
    try:
        with own_system() as home:
            yield home
    finally:
        tempfile.tempdir = before
        with suppress(OSError):
            run("umount", "--lazy", str(place))
            place.rmdir()


def full(stage: Stage) -> None:
    """`size` times: everything is filled to the last byte while work goes on, stays so, and is emptied again."""
    ballast = stage.home.parent / "ballast"
    for number in range(stage.size):
        counted = stage.load.answers.by_status.copy()
        _fill(ballast)
        full_at = time.monotonic()
        while time.monotonic() - full_at < stage.seconds / stage.size:
            time.sleep(1)
            _fill(ballast)
        got = stage.load.answers.by_status - counted
        ballast.unlink()
        emptied = time.monotonic()
        words = ", ".join(f"{number} × {status}" for status, number in got.most_common())
        stage.tell(f"full for {emptied - full_at:.0f} s; tries meanwhile: {words}")
        stage.load.await_lives(WORK_BETWEEN, 220)
        stage.tell(f"{number + 1}: {WORK_BETWEEN} more whole lives {time.monotonic() - emptied:.1f} s after there was room again")
    await_all_ready()
    stage.tell(f"the disk: a tmpfs of {MEGABYTES} MB, {free_space(stage.home) // 1_000_000} MB free at the end")


def _fill(ballast: Path) -> None:
    """To the last byte: large pieces first, then small ones."""
    with open(ballast, "ab", buffering=0) as file:
        for piece in (1 << 22, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"\0" * piece) == piece:
                    pass
