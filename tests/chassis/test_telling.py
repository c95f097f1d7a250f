"""What a loop that waits says in its log."""

import logging

import pytest

from chassis.bus.same import AnotherBus
from chassis.errors import Retry
from chassis.telling import Telling

log = logging.getLogger("motcua.test")


def said(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [(record.levelno, record.getMessage()) for record in caplog.records if record.name == log.name]


@pytest.mark.parametrize(
    ("away", "level"),
    [(Retry("bus"), logging.WARNING), (AnotherBus("this is another"), logging.CRITICAL), (ZeroDivisionError("bug"), logging.CRITICAL)],
    ids=["a server that is away", "another in its place", "a bug"],
)
def test_a_reason_is_said_once_by_how_bad_it_is_and_then_that_it_goes_on(
    caplog: pytest.LogCaptureFixture, away: Exception, level: int
) -> None:
    telling = Telling(log, "publication")
    telling.goes_on()
    for _ in range(3):
        telling.waits(away)
    for _ in range(2):
        telling.goes_on()
    assert said(caplog) == [(level, "publication waits"), (logging.WARNING, "publication goes on")]
    telling.waits(away)
    assert said(caplog)[2:] == [(level, "publication waits")]


def test_another_reason_is_said_at_once(caplog: pytest.LogCaptureFixture) -> None:
    telling = Telling(log, "relay")
    telling.waits(Retry("bus"))
    telling.waits(Retry("database"))
    assert [record.why for record in caplog.records if record.name == log.name] == ["Retry: bus", "Retry: database"]  # type: ignore[attr-defined]
