"""The folder of an archive: what is in it, and whether it is whole."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

Form = Literal["backup", "export"]
Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
LAYOUT = 1
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
BLOCK = 1 << 20


class Damaged(RuntimeError):
    """The archive is not what was written: a file is missing, differs, or is not understood."""


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A table: how many rows, and a digest that does not depend on their order."""

    rows: int
    digest: str


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """One service's schema. `migrations`: name → SHA-256 of its text, those that had been applied."""

    service: str
    schema: str
    package: str
    migrations: dict[str, str]
    tables: dict[str, Rows]


class Partition(msgspec.Struct, frozen=True, kw_only=True):
    """A partition: records, the offset behind the last one, and the SHA-256 over its records in their order."""

    records: int
    end: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken. `behind`: records that a service had not applied yet, and reads after the restore."""

    layout: int = LAYOUT
    form: Form
    taken_at: datetime
    schemas: list[Schema]
    shared: dict[str, Rows]
    topics: dict[str, list[Partition]]
    files: int
    behind: dict[str, int] = {}


def begin(folder: Path) -> None:
    """Make the folder, which only its owner may read: it holds personal data. Raises `FileExistsError` when there is something in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    folder.chmod(0o700)


def finish(folder: Path, manifest: Manifest) -> None:
    """Write the manifest and, last of all, the sums: a folder without them is no archive."""
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    lines = [f"{sha256(path)}  {path.relative_to(folder)}\n" for path in sorted(folder.rglob("*")) if path.is_file()]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def checked(folder: Path, tell: Tell = lambda *_: None) -> Manifest:
    """The manifest of a folder whose every file has its sum. Raises `Damaged`."""
    try:
        lines = (line.split("  ", 1) for line in (folder / SUMS).read_text(encoding="utf-8").splitlines())
        wanted = {name: digest for digest, name in lines}
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, ValueError) as missing:
        raise Damaged(f"{folder} is not a whole archive ({type(missing).__name__})") from missing
    if manifest.layout != LAYOUT:
        raise Damaged(f"{folder} has layout {manifest.layout}, this version reads {LAYOUT}")
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {SUMS}
    if odd := sorted(found ^ wanted.keys()):
        raise Damaged(f"{folder}: {odd[0]} is {'not in its sums' if odd[0] in found else 'missing'}")
    for done, (name, digest) in enumerate(wanted.items(), 1):
        if sha256(folder / name) != digest:
            raise Damaged(f"{folder}: {name} has changed")
        tell("checking", done, len(wanted))
    return manifest


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


__all__ = ["MANIFEST", "SUMS", "Damaged", "Form", "Manifest", "Partition", "Rows", "Schema", "Tell", "begin", "checked", "finish"]
