"""The rules of the house, read from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    folder.parent.name.replace("-", "_"): folder.parent / folder.parent.name.replace("-", "_")
    for folder in sorted((ROOT / "services").glob("*/pyproject.toml"))
}
PURE = {"events", "domain"}
FORBIDDEN_IN_PURE = {"fastapi", "faststream", "aiokafka", "psycopg", "httpx", "chassis", "obstore", "os", "pydantic", "random", "socket"}


def imports(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def sources(package: str) -> list[Path]:
    return sorted(PACKAGES[package].rglob("*.py"))


def room(package: str, source: Path) -> str:
    return source.relative_to(PACKAGES[package]).parts[0].removesuffix(".py")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_service_imports_another(package: str) -> None:
    others = set(PACKAGES) - {package}
    for source in sources(package):
        assert not {name.split(".")[0] for name in imports(source)} & others, source


@pytest.mark.parametrize("package", PACKAGES)
def test_events_and_domain_import_no_framework_and_no_input_or_output(package: str) -> None:
    for source in sources(package):
        if room(package, source) in PURE:
            assert not {name.split(".")[0] for name in imports(source)} & FORBIDDEN_IN_PURE, source


@pytest.mark.parametrize("package", PACKAGES)
def test_the_domain_never_asks_for_the_time(package: str) -> None:
    for source in sources(package):
        if room(package, source) in PURE:
            assert not re.search(r"datetime\.now|date\.today|time\.time", source.read_text(encoding="utf-8")), source


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_is_called_utils_helpers_manager_base_or_common(package: str) -> None:
    for source in sources(package):
        assert source.stem not in {"utils", "helpers", "manager", "base", "common"}, source


@pytest.mark.parametrize("package", PACKAGES)
def test_only_contracts_and_outbound_and_main_know_topic_names(package: str) -> None:
    for source in sources(package):
        if room(package, source) not in {"outbound", "main"}:
            assert "contracts.topics" not in set(imports(source)), source


@pytest.mark.parametrize("library", ["contracts", "worktime"])
def test_contracts_and_worktime_stand_below_everything(library: str) -> None:
    above = {*PACKAGES, "chassis", "motcua", "forms", "fastapi", "psycopg", "aiokafka"}
    for source in (ROOT / library / library).rglob("*.py"):
        assert not {name.split(".")[0] for name in imports(source)} & above, source


def test_every_fact_is_owned_by_exactly_one_service_folder() -> None:
    import importlib

    from contracts.fact import fact_types

    for package in PACKAGES:
        if (PACKAGES[package] / "events.py").exists():
            owned = importlib.import_module(f"{package}.events").OWNED
            assert {cls.OWNER.replace("-", "_") for cls in owned} == {package}
            assert set(owned) == {cls for cls in fact_types().values() if cls.OWNER.replace("-", "_") == package}, package


@pytest.mark.parametrize("package", PACKAGES)
def test_services_ask_the_catalogue_for_calendars(package: str) -> None:
    """`worktime.calendar` knows only the versions that come with the library; `Catalogue.calendar` knows the approved ones too."""
    for source in sources(package):
        if package != "catalogue":
            assert "calendar" not in _names_from(source, "worktime"), source


def _names_from(source: Path, module: str) -> set[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == module]
    return {alias.name for node in found for alias in node.names}
