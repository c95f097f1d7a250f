"""`motcua clock`: spans and moments as a person writes them, and that only a virtual clock can be set."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest
import typer
from typer.testing import CliRunner

import worktime
from chassis.errors import Refused
from motcua.cli import app
from motcua.client import Client
from motcua.clock import ONLY_VIRTUAL, moment, span, time_of
from motcua_stack import StackProblem, state
from motcua_stack.state import Running

RUN = CliRunner()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("90m", timedelta(minutes=90)),
        ("8h", timedelta(hours=8)),
        ("3d", timedelta(days=3)),
        ("2w", timedelta(weeks=2)),
    ],
)
def test_a_span_is_a_number_and_a_unit(text: str, meant: timedelta) -> None:
    assert span(text) == meant


@pytest.mark.parametrize("text", ["", "3", "d", "-3d", "3wd", "3 days"])
def test_another_span_is_wrong_use(text: str) -> None:
    assert RUN.invoke(app, ["clock", "advance", text]).exit_code != 0
    with pytest.raises(Exception, match="number"):
        span(text)


def test_a_moment_without_a_zone_is_viet_nam_time() -> None:
    assert moment("2026-04-24T16:10") == moment("2026-04-24T09:10+00:00")
    assert moment("2026-04-24T16:10").tzinfo is worktime.VN


@pytest.mark.parametrize("edge", ["0001-01-01T00:00", "9999-12-31T23:59:59Z", "1999-12-31T23:59", "2100-01-01T00:00"])
def test_a_clock_never_stands_in_a_year_that_no_calendar_counts(edge: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: it was stored, and no virtual clock of that home started again."""
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    with pytest.raises(typer.BadParameter, match="a moment "):
        moment(edge)
    assert RUN.invoke(app, ["up", "--clock", "virtual", "--start", edge]).exit_code == 2
    assert not list(tmp_path.iterdir())


def seen_at(clocks: dict[str, str | None]) -> datetime:
    """What is taken for the present where these services answer, and with which clock."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host not in clocks:
            raise httpx.ConnectError("away")
        return httpx.Response(200, json={"clock": clocks[request.url.host]})

    addresses = {service: f"http://{service}" for service in ("intake", "tracking", "results")}
    return time_of(Client(addresses, lambda actor: actor.subject, transport=httpx.MockTransport(answer)))


def test_the_present_is_that_of_the_services_also_while_one_is_away() -> None:
    """Regression: while intake was away, the machine's time was taken."""
    virtual = "2031-05-06T08:00:00+07:00"
    assert seen_at({"tracking": virtual, "results": virtual}) == datetime.fromisoformat(virtual)


@pytest.mark.parametrize("clocks", [{}, {"intake": None}])
def test_without_a_virtual_clock_the_present_is_the_machines(clocks: dict[str, str | None]) -> None:
    before = datetime.now(UTC)
    assert before <= seen_at(clocks) <= datetime.now(UTC)


class Standing:
    """A clock in memory, near the end of the years that count."""

    def __init__(self) -> None:
        self.at = moment("2099-12-31T12:00")

    def now(self) -> datetime:
        return self.at

    def move_to(self, to: datetime) -> None:
        if to < self.at:
            raise Refused("Đồng hồ ảo không quay lùi.")
        self.at = to


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [(["advance", "1d"], 2, "2099"), (["advance", "9999w"], 2, "2099"), (["set", "2026-01-01"], 1, "never goes back")],
)
def test_a_clock_is_moved_neither_past_the_years_that_count_nor_back(
    words: list[str], code: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Standing()
    monkeypatch.setattr("motcua.clock._clock", lambda: clock)
    answer = RUN.invoke(app, ["clock", *words])
    assert (answer.exit_code, clock.at) == (code, moment("2099-12-31T12:00"))
    assert told in answer.output


def test_without_a_running_system_there_is_no_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    answer = RUN.invoke(app, ["clock", "show"])
    assert isinstance(answer.exception, StackProblem) and "does not run in" in str(answer.exception)


@pytest.mark.parametrize("words", [["show"], ["set", "2027-01-01T08:00"], ["advance", "1d"]])
def test_a_system_with_the_machines_time_has_no_clock_to_set(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    (tmp_path / "run").mkdir()
    this = psutil.Process()
    state.write(tmp_path, Running(this.pid, this.create_time(), "", clock="system", ready=True))
    answer = RUN.invoke(app, ["clock", *words])
    assert isinstance(answer.exception, StackProblem) and str(answer.exception) == ONLY_VIRTUAL


def test_a_start_belongs_to_a_virtual_clock_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    answer = RUN.invoke(app, ["up", "--start", "2026-02-02T07:00"])
    assert isinstance(answer.exception, StackProblem) and "--clock virtual" in str(answer.exception)
