"""Help is for those who run the system: in one language, whatever a command then tells people."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from motcua.cli import app

VIETNAMESE = set("ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


def texts(command: Any, name: str) -> Iterator[tuple[str, str]]:
    yield name, command.help or ""
    for parameter in command.params:
        yield f"{name} {parameter.name}", getattr(parameter, "help", None) or ""
    for each in getattr(command, "commands", {}).values():
        yield from texts(each, f"{name} {each.name}")


HELP = dict(texts(typer.main.get_command(app), "motcua"))


@pytest.mark.parametrize("name", HELP)
def test_help_is_in_english(name: str) -> None:
    assert not set(HELP[name].lower()) & VIETNAMESE


def test_every_command_says_what_it_does() -> None:
    commands = [name for name in HELP if not HELP[name] and name.rsplit(" ", 1)[0] not in HELP]
    assert not commands
