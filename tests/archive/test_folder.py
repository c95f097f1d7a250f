"""The folder of an archive is its owner's alone, and another's is left as it was."""

from pathlib import Path

import pytest

from chassis.archive.folder import begin


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
