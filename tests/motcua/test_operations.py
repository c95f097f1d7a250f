"""What an operator sees: parked records of any content, and a system that does not run."""

import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from motcua import cli, operations
from motcua.client import Client

RUN = CliRunner()
SUBJECT = "019a213b-5fbe-7327-aec5-41abfee7ac8b"


def parked(subject: str, kind: str = "vn.motcua.dossier.received.v1") -> dict[str, object]:
    place = {"topic": "dossiers.v1", "partition": 11, "offset": 1234567}
    return place | {"subject": subject, "type": kind, "reason": "DamagedEnvelope", "parked_at": "2026-11-25T17:37:28.620735+00:00"}


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What every service has parked."""
    found: list[dict[str, object]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"total": len(found), "items": found})

    names = {service: f"http://{service}" for service in ("sync-national", "tracking")}
    client = Client(names, lambda actor: "token", transport=httpx.MockTransport(answer)).acting("operator", "operator")
    monkeypatch.setattr(operations, "connect", lambda *who, **options: client)
    return found


def test_the_name_of_a_parked_dossier_is_shown_whole_for_it_is_what_redrive_asks_for(items: list[dict[str, object]]) -> None:
    items.append(parked(SUBJECT))
    shown = RUN.invoke(cli.app, ["parked", "list"])
    assert shown.exit_code == 1
    assert SUBJECT in shown.stdout and "dossiers.v1 11@1234567" in shown.stdout


@pytest.mark.parametrize("text", ["[/red]", "[bold]", ":x:"])
def test_whatever_a_damaged_record_says_is_shown_as_it_is(items: list[dict[str, object]], text: str) -> None:
    items.append(parked(text, kind=text))
    shown = RUN.invoke(cli.app, ["parked", "list", "--service", "tracking"])
    assert shown.exit_code == 1 and shown.stdout.count(text) == 2


def test_a_damaged_record_cannot_steer_the_terminal(items: list[dict[str, object]]) -> None:
    items.append(parked("\x1b[2Jgone"))
    assert "\x1b" not in RUN.invoke(cli.app, ["parked", "list"]).stdout


@pytest.mark.parametrize("line", [["play"], ["lag"], ["dossier", "X"], ["parked", "list"], ["catalogue", "agencies"]])
def test_a_system_that_does_not_run_is_said_at_once_and_in_a_sentence(
    line: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["motcua", *line])
    began = time.monotonic()
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    assert "Motcua does not run" in capsys.readouterr().err
    assert time.monotonic() - began < 5
