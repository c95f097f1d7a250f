"""The reconciliation itself must see what is lost, doubled, out of order or not what it should be."""

from collections import Counter
from types import SimpleNamespace

from msgspec.structs import replace

from chassis.bus import Record
from chassis.ids import new_id
from tests.chaos.reconciling import Found
from tests.chaos.topic import Topics, _keep
from tests.chassis.sample import sent


def kept(*records: Record) -> Topics:
    found = Topics()
    for record in records:
        _keep(found, SimpleNamespace(headers=record.headers, topic=record.topic, value=record.value), set())
    return found


def test_what_is_missing_is_lost_and_what_is_too_much_is_doubled() -> None:
    found = Found()
    found.compare("rows", Counter({"a": 1, "b": 2}), Counter({"b": 3, "c": 1}))
    assert (found.lost, found.doubled) == (1, 2)
    assert not found.holds


def test_equal_multisets_are_neither() -> None:
    found = Found()
    found.compare("rows", Counter({"a": 2}), Counter({"a": 2}))
    assert found.holds


def test_a_record_that_stands_there_twice_is_one_fact_that_was_sent_again() -> None:
    record = sent(new_id(), 1)
    topics = kept(record, record)
    assert (len(topics.facts), topics.again, topics.wrong) == (1, 1, [])


def test_two_facts_at_one_number_and_a_gap_are_wrong() -> None:
    subject = new_id()
    topics = kept(sent(subject, 1), sent(subject, 1), sent(subject, 3))
    assert len(topics.wrong) == 2


def test_what_cannot_be_read_is_counted_and_never_taken_for_a_fact() -> None:
    record = sent(new_id(), 1)
    assert kept(replace(record, headers=record.headers[3:])).unreadable == 1
