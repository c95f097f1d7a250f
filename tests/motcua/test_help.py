"""Help is for those who run the system: in one language, whatever a command then tells people."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from motcua.cli import app

ROOT = Path(__file__).parents[2]
VIETNAMESE = set("ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


def texts(command: Any, name: str) -> Iterator[tuple[str, str]]:
    yield name, command.help or ""
    for parameter in command.params:
        yield f"{name} {parameter.name}", getattr(parameter, "help", None) or ""
    for each in commands_of(command):
        yield from texts(each, f"{name} {each.name}")


def commands_of(command: Any) -> list[Any]:
    """A group's commands; most modules are imported only when one of theirs is named."""
    if not hasattr(command, "list_commands"):
        return []
    context = command.context_class(command)
    return [command.get_command(context, name) for name in command.list_commands(context)]


MOTCUA = typer.main.get_command(app)
HELP = dict(texts(MOTCUA, "motcua"))


@pytest.mark.parametrize("name", HELP)
def test_help_is_in_english(name: str) -> None:
    assert not set(HELP[name].lower()) & VIETNAMESE


def test_every_command_says_what_it_does() -> None:
    commands = [name for name in HELP if not HELP[name] and name.rsplit(" ", 1)[0] not in HELP]
    assert not commands


def test_the_readme_of_the_command_names_each_of_its_commands() -> None:
    """Regression: half of them had come since the table was written, and `import` was found in `import-archive`."""
    table = (ROOT / "motcua" / "README.md").read_text("utf-8").split("## The client")[0]
    commands = [str(command.name) for command in commands_of(MOTCUA)]
    assert {"up", "import", "rebuild"} <= set(commands)
    missing = [name for name in commands if not re.search(rf"(`|motcua ){name}(?![\w-])", table)]
    assert missing == []


@pytest.mark.parametrize("notice", [" ", "Bảo trì \x1b[31m", "Bảo trì\nđến 20 giờ"])
def test_a_notice_that_is_no_line_of_text_is_wrong_use(notice: str) -> None:
    told = CliRunner().invoke(app, ["maintenance", "on", "--notice", notice])
    assert told.exit_code == 2 and "--notice" in told.output
