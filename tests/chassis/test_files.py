"""The suite of files against memory and against a folder."""

from pathlib import Path

import pytest

from chassis.files import Files
from tests.chassis.conformance.files import FilesConformance, Place


class TestInMemory(FilesConformance):
    @pytest.fixture
    def place(self) -> Place:
        return Place(Files("memory:"))


class TestInAFolder(FilesConformance):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(Files(str(tmp_path / "not" / "there" / "yet")))


class TestAtAnAddress(FilesConformance):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return Place(Files(tmp_path.as_uri()))
