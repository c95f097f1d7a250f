"""What of the lock one service needs, for its image: `python deploy/needs.py intake` prints those lines with their hashes.

The lock says of every library who wants it (`# via`); from what the service and our own libraries under it declare, those are followed
down. `--folders intake` prints the folders of our own packages instead, `--only hatchling` what a library needs by itself. Reads files
only, so that it runs before anything is installed.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("contracts", "chassis", "worktime", "forms")
OWN = "motcua-"
ENTRY = re.compile(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"[A-Za-z0-9._-]+")
WANTED_BY = re.compile(r"^    #(?: via)? +([a-z0-9-]+)$", re.MULTILINE)


def folders(service: str, root: Path = ROOT) -> list[str]:
    """The service's folder and those of our own libraries that it stands on, the libraries first."""
    found: list[str] = []
    todo = [f"services/{service}"]
    while todo:
        folder = todo.pop()
        if folder not in found:
            found.append(folder)
            todo += [name.removeprefix(OWN) for name in _declared(root / folder) if name.startswith(OWN)]
    return sorted(found, key=lambda folder: folder.startswith("services/"))


def of_service(service: str, root: Path = ROOT) -> str:
    """The lock's entries of what the service needs."""
    return entries({name for folder in folders(service, root) for name in _declared(root / folder) if not name.startswith(OWN)}, root)


def entries(names: set[str], root: Path = ROOT) -> str:
    """The lock's entries of these libraries and of what they need."""
    locked = {_name(entry): entry for entry in ENTRY.findall((root / "requirements.lock").read_text(encoding="utf-8"))}
    if missing := sorted(names - locked.keys()):
        raise SystemExit(f"requirements.lock has no {', '.join(missing)}: add it to requirements.in and lock again.")
    wanted = set(names)
    while more := {name for name, entry in locked.items() if name not in wanted and wanted & set(WANTED_BY.findall(entry))}:
        wanted |= more
    return "".join(locked[name] for name in sorted(wanted))


def _declared(folder: Path) -> Iterator[str]:
    declared = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    for requirement in declared["project"]["dependencies"]:
        yield _name(requirement)


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--folders", service]:
            print("\n".join(folders(service)))
        case ["--only", *names] if names:
            print(entries(set(names)), end="")
        case [service]:
            print(of_service(service), end="")
        case _:
            sys.exit(__doc__)
