"""The services of this repository: found by their folders, known by their blueprints."""

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

from chassis.service import Blueprint


@cache
def blueprints(root: Path) -> dict[str, Blueprint]:
    """Folder name → blueprint, sorted; a folder whose package has no `main.py` is not a service yet."""
    found = {}
    for declared in sorted(root.glob("services/*/pyproject.toml")):
        (package,) = tomllib.loads(declared.read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        if (declared.parent / package / "main.py").is_file():
            found[declared.parent.name] = import_module(f"{package}.main").BLUEPRINT
    return found
