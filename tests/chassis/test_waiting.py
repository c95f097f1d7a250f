"""What waits in the database, and when a relay stands still."""

from chassis.clock import VirtualClock
from chassis.ids import new_id
from chassis.store import Unit
from chassis.store.memory import MemoryDatabase
from chassis.store.session import Backlog
from chassis.timers import TIMERS, Timer
from chassis.waiting import STILL_SECONDS, RelayWatch, waiting
from tests.chassis.sample import BECAUSE, NOW, voided


def test_facts_and_due_timers_that_wait_are_counted() -> None:
    store, clock = MemoryDatabase("sample"), VirtualClock(NOW)
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(new_id(), voided(1), voided(2))
        unit.put(TIMERS, Timer(name="due", subject=new_id(), due_at=NOW))
        unit.put(TIMERS, Timer(name="later", subject=new_id(), due_at=NOW.replace(year=NOW.year + 1)))
        unit.commit()
    found = waiting(store, clock)
    assert (found.backlog, found.parked, found.due) == (Backlog(0, 2, 1), 0, 1)


def test_a_relay_stands_still_when_the_same_fact_has_waited_long() -> None:
    """Regression: one that sent nothing any more stayed green."""
    now = 0.0
    watch = RelayWatch(lambda: now)
    assert not watch.stands_still(Backlog(4, 2, 5))
    now = STILL_SECONDS
    assert watch.stands_still(Backlog(4, 9, 5))
    assert not watch.stands_still(Backlog(5, 8, 6))
    now = 2 * STILL_SECONDS
    assert watch.stands_still(Backlog(5, 8, 6))
    assert not watch.stands_still(Backlog(13, 0, None))


def test_a_relay_that_is_asked_about_rarely_does_not_stand_still_because_something_new_waits() -> None:
    now = 0.0
    watch = RelayWatch(lambda: now)
    watch.stands_still(Backlog(4, 0, None))
    now = 1000.0
    assert not watch.stands_still(Backlog(4, 1, 5))
