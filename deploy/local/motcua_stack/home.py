"""The folder where everything that runs here keeps its data (`.local/`, or `MOTCUA_HOME`)."""

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .problem import StackProblem

LAYOUT = 1
"""Number of the folder's layout: raised when an older folder can no longer be read."""
_SECRET = re.compile("[0-9a-f]{64}")
PRIVATE = ("files", "kafka", "layout", "log", "ports.json", "run", "secrets", "simulators.sqlite")
"""What Motcua makes in its folder, but for PostgreSQL's data, which are that server's own; anything else there is not touched."""

UNFINISHED = "unfinished-archive"
"""A file that stands in the folder while an archive is brought into it."""
FREE_BYTES_NEEDED = 500_000_000


def checkout() -> Path:
    """The root of the source tree (the stack is always installed from it)."""
    return Path(__file__).resolve().parents[3]


def motcua_home() -> Path:
    """`MOTCUA_HOME`, or `.local` in the checkout."""
    return Path(os.environ.get("MOTCUA_HOME") or checkout() / ".local").absolute()


def open_home(home: Path) -> Path:
    """Make the folder, or refuse one that this version cannot use.

    Raises:
        StackProblem: it holds what is not Motcua's, the data are of another layout, the disk is full, or it cannot be written.
    """
    _check_is_ours(home)
    try:
        for name in ("log", "run", "secrets", "files"):
            (home / name).mkdir(parents=True, exist_ok=True)
        _check_layout(home)
        keep_private(home)
    except OSError as problem:
        raise disk_problem(home, problem) from problem
    free = shutil.disk_usage(home).free
    if free < FREE_BYTES_NEEDED:
        raise StackProblem(
            f"The disk under {home} is full ({free // 1_000_000} MB left): free at least 500 MB, or set MOTCUA_HOME elsewhere."
        )
    return home


@contextmanager
def filling(home: Path) -> Iterator[None]:
    """While an archive is brought into it; a home in which that came to no end is refused, as half a system looks like a whole one.

    Raises:
        StackProblem: an archive was brought into it before, and not to the end.
    """
    check_is_whole(home)
    (home / UNFINISHED).touch()
    yield
    (home / UNFINISHED).unlink()


def check_is_whole(home: Path) -> None:
    """Raises:
    StackProblem: an archive was brought into it, and not to the end.
    """
    if (home / UNFINISHED).exists():
        raise StackProblem(f"An archive was not brought into {home} to its end: remove that folder, and bring it into a new one.")


def _check_is_ours(home: Path) -> None:
    """A folder that somebody else fills (`MOTCUA_HOME=~`) is not made Motcua's by mistake; the checkout's own `.local` is."""
    if home == checkout() / ".local" or not home.is_dir() or (home / "layout").exists():
        return
    with suppress(PermissionError):
        strange = sorted({path.name for path in home.iterdir()} - {*PRIVATE, "postgres"})
        if strange:
            raise StackProblem(
                f"{home} holds other things ({', '.join(strange[:3])}{', …' if strange[3:] else ''}), and nothing was touched: "
                "set MOTCUA_HOME to a new or an empty folder."
            )


def keep_private(home: Path) -> None:
    """Let nobody but the owner look in. Under root PostgreSQL's own user must still pass through to its folder, but cannot list."""
    modes = {home: 0o711 if os.geteuid() == 0 else 0o700} | {home / name: 0o700 for name in PRIVATE}
    for path, most in modes.items():
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(path.stat().st_mode & most)


def disk_problem(home: Path, problem: OSError) -> StackProblem:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return StackProblem(f"The disk under {home} is full: free at least 500 MB, or set MOTCUA_HOME to a folder on another disk.")
    return StackProblem(
        f"{home} cannot be used ({problem.strerror}: {problem.filename}): correct its rights, or set MOTCUA_HOME elsewhere."
    )


def _check_layout(home: Path) -> None:
    mark = home / "layout"
    if not mark.exists():
        mark.write_text(f"{LAYOUT}\n")
    found = mark.read_text(errors="replace").strip()
    if found != str(LAYOUT):
        raise StackProblem(
            f"The data in {home} have layout {found or 'unknown'}, this version reads layout {LAYOUT}: "
            "start the version that made them, or move the folder away to begin anew."
        )


def secret(home: Path, name: str, opens_data: bool = False) -> str:
    """A random secret kept in `secrets/<name>` (mode 600), made on first use. 64 hexadecimal digits.

    Args:
        opens_data: there are data already that only the secret of their first start opens.
    Raises:
        StackProblem: the file holds something else, or is gone.
    """
    path = home / "secrets" / name
    if not path.exists() and not opens_data:
        write_private(path, secrets.token_hex(32))
    kept = path.read_text(errors="replace") if path.exists() else ""
    if not _SECRET.fullmatch(kept):
        state = "damaged" if kept else "gone"
        raise StackProblem(f"{path} is {state}: put it back from a backup; without it the data in {home} cannot be opened.")
    return kept


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; a reader never sees half of it."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the folder's lock.

    Raises:
        StackProblem: another process is starting, stopping or using the servers of this folder.
    """
    with open(home / "run" / "lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise StackProblem(
                f"Motcua is already starting or running in {home}: stop it with .venv/bin/motcua down, or set MOTCUA_HOME."
            ) from held
        yield
