"""Every number of every rule set file is pinned: shifting any one of them is noticed.

`rule_sets.json` beside this file is what a person checked against the texts. After a change of the law, run
`python -m tests.worktime.test_every_number` and read the difference before committing it.
"""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from worktime import Rulebook

PINNED = Path(__file__).with_name("rule_sets.json")
SOURCES = {
    entry.name: entry.read_text("utf-8") for entry in (files("worktime") / "data" / "rules").iterdir() if entry.name.endswith(".toml")
}


def written(book: Rulebook) -> bytes:
    return msgspec.json.format(msgspec.json.encode(book.all()), indent=1) + b"\n"


def shifted() -> Iterator[tuple[str, str, str]]:
    """Each number of each file made one greater: file, what was shifted, the new text."""
    for name, text in sorted(SOURCES.items()):
        for number in re.finditer(r"\d+", text):
            if text[: number.start()].rpartition("\n")[2].startswith("base"):
                continue
            greater = f"{int(number[0]) + 1:0{len(number[0])}}"
            line = text[text.rfind("\n", 0, number.start()) + 1 : text.find("\n", number.end())]
            yield name, f"{line} [{number[0]}]", text[: number.start()] + greater + text[number.end() :]


def folder_with(folder: Path, name: str, text: str) -> Path:
    for entry, original in SOURCES.items():
        (folder / entry).write_text(text if entry == name else original, "utf-8")
    return folder


def test_the_rule_sets_are_those_a_person_checked() -> None:
    assert written(Rulebook(files("worktime") / "data" / "rules")) == PINNED.read_bytes()


def test_shifting_any_number_of_any_rule_set_is_noticed(tmp_path: Path) -> None:
    unnoticed = []
    for name, what, text in shifted():
        try:
            same = written(Rulebook(folder_with(tmp_path, name, text))) == PINNED.read_bytes()
        except ValueError:
            continue
        unnoticed += [f"{name}: {what}"] if same else []
    assert unnoticed == []


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_every_file_has_numbers_to_shift(name: str) -> None:
    assert any(file == name for file, _, _ in shifted())


if __name__ == "__main__":
    PINNED.write_bytes(written(Rulebook(files("worktime") / "data" / "rules")))
