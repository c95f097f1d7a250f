"""`python -m tests.generated --write` writes what is generated, `--check` says what is stale and ends with 1."""

import argparse
import sys
from pathlib import Path

from tests.generated import asyncapi, conformance, golden, law, openapi, schemas

ROOT = Path(__file__).resolve().parents[2]
WHOLE = {"contracts/schemas": "*.json", "contracts/openapi": "*.json", "contracts/asyncapi": "*.yaml"}
"""Folders whose every file is generated: what nothing generates any more is removed."""


def expected(root: Path) -> dict[str, str]:
    """Path under the root → text, for all that is generated. A golden sample that exists is expected as it stands."""
    return {
        **schemas.files(),
        **golden.files(root),
        **openapi.files(root),
        **asyncapi.files(root),
        **conformance.files(root),
        **law.files(root),
    }


def stale(root: Path, files: dict[str, str]) -> list[str]:
    """Paths whose text differs or is missing, and generated files that have no origin any more."""
    differing = [path for path, text in files.items() if not (root / path).is_file() or (root / path).read_text("utf-8") != text]
    present = (found.relative_to(root).as_posix() for folder, kind in WHOLE.items() for found in (root / folder).glob(kind))
    return sorted({*differing, *(path for path in present if path not in files)})


def write(root: Path, files: dict[str, str]) -> list[str]:
    """Write or remove what is stale; returns those paths."""
    paths = stale(root, files)
    for path in paths:
        target = root / path
        if path not in files:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(files[path], "utf-8", newline="\n")
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description=__doc__)
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--write", action="store_true", help="write what is stale")
    way.add_argument("--check", action="store_true", help="only say what is stale")
    asked = parser.parse_args()
    files = expected(ROOT)
    paths = write(ROOT, files) if asked.write else stale(ROOT, files)
    for path in paths:
        print(f"written: {path}" if asked.write else f"stale: {path} (run: python -m tests.generated --write)")
    return 1 if asked.check and paths else 0


if __name__ == "__main__":
    sys.exit(main())
