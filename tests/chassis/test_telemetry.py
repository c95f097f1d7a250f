"""What a running service says of itself: metrics with what to do about them, and log lines without a person in them."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.bus import Record, connection
from chassis.bus.kafka import KafkaBus
from chassis.errors import Retry
from chassis.telemetry.logs import JsonLines
from chassis.telemetry.metrics import REGISTER, Metrics

NAME = "Nguyễn Thị Ngọc Ánh"


def test_every_metric_is_in_the_register_and_says_what_to_do_when_it_rises_or_stands_still() -> None:
    collected = {family.name: family.documentation for family in Metrics("sample").registry.collect()}
    assert collected == REGISTER
    operations = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
    assert all(f"| `{name}` | {text} |" in operations for name, text in REGISTER.items())
    for name, text in REGISTER.items():
        assert re.search(r"When|More than|Standing still|Page:", text), name
        assert name.startswith("motcua_")


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("motcua.test-telemetry")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


def test_a_log_line_is_one_line_of_json_with_its_fields(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = lines
    logger.warning("inbox waits\nfor %s", "the bus", extra={"why": "vault", "offset": 7})
    (line,) = stream.getvalue().splitlines()
    found = json.loads(line)
    assert {found["level"], found["logger"], found["message"]} == {"WARNING", "motcua.test-telemetry", "inbox waits\nfor the bus"}
    assert (found["why"], found["offset"]) == ("vault", "7")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", found["time"])


def test_an_exception_is_named_with_its_place_and_without_its_values(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = lines
    try:
        raise ValueError(NAME)
    except ValueError:
        logger.exception("a command failed")
    found = json.loads(stream.getvalue())
    assert found["exception"] == "ValueError"
    assert found["at"][-1].endswith("test_an_exception_is_named_with_its_place_and_without_its_values")
    assert NAME not in stream.getvalue()


@pytest.fixture
def nobody_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_away", set())


async def test_a_broker_that_is_away_is_told_once_and_aiokafka_is_kept_back(nobody_away: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(connection.WhileAway())
    bus = KafkaBus("127.0.0.1:1", "test")
    for _ in range(3):
        with pytest.raises(Retry):
            await bus.send([Record("dossiers.v1", b"key", b"value", ())])
    told = [(line.name, line.getMessage()) for line in caplog.records if line.levelno >= logging.WARNING]
    assert told == [("motcua.bus", "broker is away")]


async def test_a_broker_that_is_back_is_told_once_and_aiokafka_is_heard_again(
    nobody_away: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = iter([ConnectionRefusedError(), TimeoutError(), None, None])

    async def connect(self: Any) -> None:
        if outcome := next(outcomes):
            raise outcome

    async def answer(asked: Any) -> SimpleNamespace:
        return SimpleNamespace(cluster_id="the same")

    monkeypatch.setattr(connection, "_connect", connect)
    monkeypatch.setattr(connection, "_clusters", {})
    caplog.handler.addFilter(connection.WhileAway())
    for _ in range(2):
        with pytest.raises(OSError):
            await connection._connect_and_tell(SimpleNamespace(host="kafka", port=9092))
        logging.getLogger("aiokafka.conn").error("kept back")
    for _ in range(2):
        await connection._connect_and_tell(SimpleNamespace(host="kafka", port=9092, send=answer))
    logging.getLogger("aiokafka.conn").error("heard again")
    assert [line.getMessage() for line in caplog.records] == ["broker is away", "broker is back", "heard again"]
