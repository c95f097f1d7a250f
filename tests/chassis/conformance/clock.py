"""What every virtual clock must do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from chassis.clock import Clock
from chassis.errors import Refused
from tests.chassis.sample import NOW
from tests.chassis.waiting import eventually


@dataclass
class Settable:
    """A clock that starts at `NOW`, and what moves it."""

    clock: Clock
    move: Callable[[datetime], None]


class ClockConformance:
    """Needs a fixture `settable`: a `Settable`."""

    async def test_it_stands_still_until_it_is_moved(self, settable: Settable) -> None:
        assert settable.clock.now() == settable.clock.now() == NOW
        settable.move(NOW + timedelta(hours=8))
        await eventually(lambda: settable.clock.now() == NOW + timedelta(hours=8), 10)

    async def test_it_never_goes_back_but_may_be_told_the_same_time_again(self, settable: Settable) -> None:
        settable.move(NOW + timedelta(days=1))
        with pytest.raises(Refused) as refused:
            settable.move(NOW)
        assert (refused.value.field, refused.value.status) == ("now", 422)
        settable.move(NOW + timedelta(days=1))
        await eventually(lambda: settable.clock.now() == NOW + timedelta(days=1), 10)

    async def test_it_tells_utc_whatever_zone_it_is_set_in(self, settable: Settable) -> None:
        settable.move(datetime(2026, 3, 2, 16, 0, tzinfo=timezone(timedelta(hours=7))))
        await eventually(lambda: settable.clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 10)
        assert settable.clock.now().utcoffset() == timedelta(0)
