"""What the bus' producer is, and what becomes of it after an error that it cannot get over."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError, OutOfOrderSequenceNumber, ProducerFenced

from chassis.bus import connection
from chassis.bus.kafka import KafkaBus
from chassis.errors import Retry
from chassis.ids import new_id
from chassis.relay import Relay, record_of
from chassis.store.memory import MemoryDatabase
from tests.chassis.bus_conformance import keyed
from tests.chassis.conformance.given import record
from tests.chassis.test_bus import read_topic

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def topic(stack: "Servers") -> str:
    from tests.servers import fresh_topics

    return fresh_topics(stack, "producer")["dossiers.v1"]


class Failing:
    """Lets the batches of one page through and fails at the `at`-th, as a broker would after an outage."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, error: Exception, at: int) -> None:
        self.left, self.producers = at, list[int]()
        send = AIOKafkaProducer.send_batch

        async def sending(producer: Any, *args: Any, **options: Any) -> Any:
            self.producers.append(id(producer))
            self.left -= 1
            if self.left == 0:
                raise error
            return await send(producer, *args, **options)

        monkeypatch.setattr(AIOKafkaProducer, "send_batch", sending)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """What each producer was made with."""
    made: list[dict[str, Any]] = []
    init = AIOKafkaProducer.__init__

    def noting(self: Any, **options: Any) -> None:
        made.append(options)
        init(self, **options)

    monkeypatch.setattr(AIOKafkaProducer, "__init__", noting)
    yield made


async def test_the_producer_is_idempotent_waits_for_all_replicas_and_packs_with_lz4(
    stack: "Servers", topic: str, settings: Sequence[dict[str, Any]]
) -> None:
    bus = KafkaBus(stack.kafka, "test-relay")
    await bus.send([keyed(topic, "k", n) for n in range(100)])
    await bus.send([keyed(topic, "k", n) for n in range(100, 200)])
    await bus.close()
    (made,) = settings
    assert (made["enable_idempotence"], made["acks"], made["compression_type"]) == (True, "all", "lz4")


@pytest.mark.parametrize("error", [OutOfOrderSequenceNumber(), ProducerFenced(), KafkaTimeoutError(), ConnectionError()])
async def test_after_an_error_a_new_producer_sends_the_page_again_from_the_stored_position(
    stack: "Servers", topic: str, monkeypatch: pytest.MonkeyPatch, settings: Sequence[dict[str, Any]], error: Exception
) -> None:
    store, bus = MemoryDatabase("intake"), KafkaBus(stack.kafka, "test-relay")
    subjects = [new_id() for _ in range(20)]
    for subject in subjects:
        record(store, subject, 3)
    relay = Relay(store, bus, lambda fact: record_of(topic, fact))
    failing = Failing(monkeypatch, error, at=3)
    with pytest.raises(Retry):
        await relay.step()
    assert store.relay_position() == 0
    assert await relay.step() == 60
    await bus.close()
    assert len(settings) == 2
    assert len(set(failing.producers)) == 2
    found: dict[bytes, list[int]] = {}
    for each in await read_topic(stack.kafka, topic, 60):
        found.setdefault(each.key, []).append(int(dict(each.headers)["ce_sequence"]))
    assert {key: sorted(set(numbers)) for key, numbers in found.items()} == {str(s).encode(): [1, 2, 3] for s in subjects}
    for numbers in found.values():
        fresh = [n for place, n in enumerate(numbers) if n not in numbers[:place]]
        assert fresh == [1, 2, 3]


async def test_another_kafka_at_the_same_address_is_sent_nothing(
    stack: "Servers", topic: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Regression: it was another system's, which had taken the port; what it took counted as sent."""
    bus = KafkaBus(stack.kafka, "test")
    await bus.send([keyed(topic, "k", 1)])
    ours = connection._clusters[stack.kafka]
    await bus.close()
    monkeypatch.setitem(connection._clusters, stack.kafka, "the one that is down")
    with pytest.raises(Retry):
        await bus.send([keyed(topic, "k", 2)])
    assert [told.why for told in caplog.records if told.name == "motcua.bus"] == ["AnotherKafka"]  # type: ignore[attr-defined]
    connection._clusters[stack.kafka] = ours
    await bus.send([keyed(topic, "k", 3)])
    assert [kept.value for kept in await read_topic(stack.kafka, topic, 2)] == [keyed(topic, "k", n).value for n in (1, 3)]
    await bus.close()


async def test_a_topic_that_nobody_made_is_not_made_by_sending(stack: "Servers") -> None:
    from aiokafka.admin import AIOKafkaAdminClient

    bus = KafkaBus(stack.kafka, "test-relay")
    with pytest.raises(Retry):
        await bus.send([keyed("nobody-made.this", "k", 1)])
    await bus.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=stack.kafka)
    await admin.start()
    assert "nobody-made.this" not in await admin.list_topics()
    await admin.close()
