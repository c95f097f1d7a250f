"""The suite of files against memory and against a folder."""

import errno
from pathlib import Path

import pytest
from obstore.exceptions import GenericError

from chassis.errors import Full, Retry
from chassis.files import Files
from chassis.ids import new_id
from tests.chassis.conformance.files import FilesConformance, Place


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (GenericError("Generic LocalFileSystem error: Unable to copy data to file: No space left on device (os error 28)"), Full),
        (GenericError("Unable to open file: Disk quota exceeded (os error 122)"), Full),
        (OSError(errno.ENOSPC, "No space left on device"), Full),
        (GenericError("Generic S3 error: connection refused (os error 111)"), Retry),
    ],
)
def test_a_full_disk_is_told_from_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch, problem: Exception, kind: type) -> None:
    """Regression: what obstore raises is no OSError, and was a fault of the system."""

    def fail(*_: object) -> None:
        raise problem

    monkeypatch.setattr("obstore.put", fail)
    with pytest.raises(Retry) as raised:
        Files("memory:").put(new_id(), "upload", b"x", "application/pdf")
    assert type(raised.value) is kind


def test_the_room_of_a_folder_is_known_and_that_of_an_address_is_not(tmp_path: Path) -> None:
    assert (Files(str(tmp_path)).room() or 0) > 0
    assert Files("memory:").room() is None


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
