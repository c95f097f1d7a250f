"""The folder of an archive is its owner's alone, another's is left as it was, and what was touched in it is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from chassis.archive.folder import Damaged, Manifest, begin, checked, finish


def test_only_its_owner_may_read_a_new_folder_or_an_empty_one(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o755)
    for folder in (tmp_path / "some" / "new", empty):
        begin(folder)
        assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_with_something_in_it_is_refused_and_everybody_may_read_it_as_before(tmp_path: Path) -> None:
    """Regression: a slip of the keyboard locked all others out of a shared folder."""
    full = tmp_path / "full"
    full.mkdir()
    full.chmod(0o755)
    (full / "something").touch()
    with pytest.raises(FileExistsError, match="not empty"):
        begin(full)
    assert full.stat().st_mode & 0o777 == 0o755


def test_a_folder_that_holds_only_another_folder_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "kept" / "inner").mkdir(parents=True)
    with pytest.raises(FileExistsError):
        begin(tmp_path / "kept")


MANIFEST_NOW = Manifest(form="backup", taken_at=datetime(2026, 3, 2, tzinfo=UTC), schemas=[], shared={}, topics={}, files=0)


def archive(folder: Path, manifest: Manifest = MANIFEST_NOW) -> Path:
    """A small one that is whole."""
    begin(folder)
    (folder / "one.copy").write_bytes(b"1\n")
    finish(folder, manifest)
    return folder


def test_a_whole_archive_gives_its_manifest(tmp_path: Path) -> None:
    assert checked(archive(tmp_path / "a")) == MANIFEST_NOW


def test_a_file_too_much_one_too_few_and_one_that_differs_are_named(tmp_path: Path) -> None:
    more, fewer, other = (archive(tmp_path / name) for name in ("more", "fewer", "other"))
    (more / "two.copy").write_bytes(b"")
    with pytest.raises(Damaged, match=r"two\.copy is not in its sums"):
        checked(more)
    (fewer / "one.copy").unlink()
    with pytest.raises(Damaged, match=r"one\.copy is missing"):
        checked(fewer)
    (other / "one.copy").write_bytes(b"2\n")
    with pytest.raises(Damaged, match=r"one\.copy has changed"):
        checked(other)


def test_an_archive_of_a_layout_to_come_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="has layout 2, this version reads 1"):
        checked(archive(tmp_path / "a", replace(MANIFEST_NOW, layout=2)))
