"""What the benches tell of commands that the machine did not disturb: chosen by when they were due, never by how long they took."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from _paced import Ask, Times, paced
from _standstill import AFTER, EVERY, Standstills, disturbed
from scale import _median, tell


def test_an_answer_counts_as_disturbed_by_when_it_was_due_and_not_by_how_long_it_took() -> None:
    standstills = [(1.0, 1.1)]
    assert not disturbed(0.99, standstills)
    assert disturbed(1.05, standstills) and disturbed(1.1 + AFTER / 2, standstills)
    assert not disturbed(1.1 + 2 * AFTER, standstills)
    slow, quick, hit = (0.9, 5.0), (2.0, 2.001), (1.05, 1.2)
    times = Times({"a": [slow, quick, hit]})
    assert times.undisturbed(standstills).by_kind == {"a": [slow, quick]} and len(times) == 3
    assert round(times.undisturbed(standstills).at(0.99)) == 4100


def test_where_everything_was_disturbed_nothing_is_told_of_the_rest() -> None:
    assert math.isnan(Times({"a": [(1.0, 1.001)]}).undisturbed([(0.0, 2.0)]).at(0.5))


def test_a_machine_that_never_stood_still_or_always_did_is_told_of_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Regression: after hours of rounds the table was divided by the share of disturbed commands, none."""
    tell([10], [{"append": 1.0, "disturbed commands, %": 0.0, "undisturbed command p50": math.nan}], 3)
    assert "append: 1.00 ×" in capsys.readouterr().out
    assert (_median([math.nan, 1.0, 2.0, math.nan, 3.0]), math.isnan(_median([math.nan]))) == (2.0, True)


def test_the_machine_stood_still_where_the_same_work_became_much_dearer() -> None:
    watching = Standstills()
    watching._pieces = [(float(n), n + 0.001, 4.0 if n % 10 == 0 else 1.0) for n in range(100)]
    assert watching.spans() == []
    watching._pieces[50] = (50.0, 50.02, 20.0)
    assert watching.spans() == [(50.0 - EVERY, 50.02)]


def test_it_watches_until_it_is_left() -> None:
    with Standstills() as watching:
        watching._ends.wait(5 * EVERY)
    assert watching._pieces and not watching._thread.is_alive()


@contextmanager
def server(answer: bytes) -> Iterator[int]:
    """A server that hangs up after one answer, however the connection was meant."""

    class Once(StreamRequestHandler):
        def handle(self) -> None:
            while self.rfile.readline().strip():
                pass
            self.wfile.write(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Once) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield listening.server_address[1]
        listening.shutdown()


def asks(port: int) -> Iterator[Ask]:
    return repeat(Ask("live", port, "GET", "/", {}))


def test_a_kept_connection_that_the_server_has_closed_is_no_lost_request() -> None:
    """Regression: it broke off with nothing said, and was missing among the times."""
    with server(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as port:
        times = paced(asks(port), 50, 0.4)
    assert (len(times), times.refused) == (20, [])


def test_a_request_that_is_never_answered_is_told() -> None:
    with server(b"") as port, pytest.raises(SystemExit, match="20 refused, the first: no answer: IncompleteReadError"):
        paced(asks(port), 50, 0.4)
