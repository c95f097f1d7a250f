"""What an operator sees: parked records of any content, and a system that does not run."""

import json
import time
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from motcua import cli
from motcua import parked as parked_room
from motcua.client import Client

RUN = CliRunner()
SUBJECT = "019a213b-5fbe-7327-aec5-41abfee7ac8b"


STOPPED = {"place": "dossiers.v1 11@7", "why": "DamagedEnvelope"}
asked: list[tuple[str, str, object]] = []
"""What was to be discarded: service, path, body."""


def parked(subject: str, kind: str = "vn.motcua.dossier.received.v1") -> dict[str, object]:
    place = {"topic": "dossiers.v1", "partition": 11, "offset": 1234567}
    return place | {"subject": subject, "type": kind, "reason": "DamagedEnvelope", "parked_at": "2026-11-25T17:37:28.620735+00:00"}


@pytest.fixture
def items(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What every service has parked."""
    found: list[dict[str, object]] = []
    asked.clear()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/preview"):
            return httpx.Response(200, json={"applied": 0, "facts": [], "left": 1, "stopped": STOPPED})
        if request.url.path.endswith("/discard"):
            asked.append((request.url.host, request.url.path, json.loads(request.content)))
            return httpx.Response(200, json={"discarded": 1, "topic": "dossiers.v1", "partition": 11, "offset": 7, "left": 2})
        if request.url.path.endswith("/redrive"):
            return httpx.Response(200, json={"applied": 3, "left": 1, "stopped": STOPPED})
        return httpx.Response(200, json={"total": len(found), "items": found})

    names = {service: f"http://{service}" for service in ("sync-national", "tracking")}
    client = Client(names, lambda actor: "token", transport=httpx.MockTransport(answer)).acting("operator", "operator")
    monkeypatch.setattr(parked_room, "operator", lambda: client)
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


def test_to_discard_is_shown_asked_and_done_at_each_service_for_the_same_reason(items: list[dict[str, object]]) -> None:
    items.append(parked("a/b"))
    done = RUN.invoke(cli.app, ["parked", "discard", "a/b"], input="thử nghiệm\ny\n")
    assert done.exit_code == 0
    assert "stopped at dossiers.v1 11@7: DamagedEnvelope" in done.stdout
    assert "tracking: dossiers.v1 11@7 discarded; 2 still parked" in done.stdout
    assert asked == [(service, "/parked/a/b/discard", {"reason": "thử nghiệm"}) for service in ("sync-national", "tracking")]


def test_one_record_is_discarded_by_the_place_that_the_list_shows(items: list[dict[str, object]]) -> None:
    items.append(parked(SUBJECT))
    line = ["parked", "discard", SUBJECT, "--reason", "rác", "--service", "tracking", "--yes", "--at"]
    assert RUN.invoke(cli.app, [*line, "dossiers.v1 11@1234567"]).exit_code == 0
    assert asked[0][2] == {"reason": "rác", "place": {"topic": "dossiers.v1", "partition": 11, "offset": 1234567}}
    assert RUN.invoke(cli.app, [*line, "somewhere"]).exit_code == 2


def test_a_redrive_that_stopped_says_where_and_ends_with_exit_code_1(items: list[dict[str, object]]) -> None:
    items.append(parked(SUBJECT))
    done = RUN.invoke(cli.app, ["parked", "redrive", SUBJECT, "--service", "tracking", "--yes"])
    assert done.exit_code == 1
    assert "3 applied, stopped at dossiers.v1 11@7: DamagedEnvelope; 1 left" in done.stderr


def test_nothing_is_discarded_when_the_question_is_answered_with_no(items: list[dict[str, object]]) -> None:
    items.append(parked(SUBJECT))
    kept = RUN.invoke(cli.app, ["parked", "discard", SUBJECT, "--reason", "rác", "--service", "tracking"], input="n\n")
    assert (kept.exit_code, asked) == (1, [])


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
