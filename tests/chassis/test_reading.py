"""Reading a topic outside any group."""

import pytest

from chassis.bus.reading import reading
from chassis.errors import Retry


async def test_a_bus_that_is_away_is_a_reason_to_try_again_and_leaves_nothing_open(caplog: pytest.LogCaptureFixture) -> None:
    """Regression: a rebuild and a backup ended in sixty lines of traceback and an unclosed consumer."""
    with pytest.raises(Retry, match="bus: KafkaConnectionError"):
        async with reading("127.0.0.1:1"):
            raise AssertionError
    assert "Unclosed" not in caplog.text
