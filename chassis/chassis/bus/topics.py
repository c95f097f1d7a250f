"""The topics of the bus as a system needs them: made once with a fixed number of partitions, kept for ever."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypedDict

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from contracts import topics as names

PARTITIONS = 12
FOR_EVER = {"retention.ms": "-1", "retention.bytes": "-1"}


class TopicsRefused(RuntimeError):
    """Kafka has no such topics and does not take them; the text is one sentence that says what to do."""


class Topic(TypedDict, total=False):
    """What a topic has; absent means 12 partitions, no settings but to keep everything."""

    partitions: int
    configs: Mapping[str, str]


TOPICS: Mapping[str, Topic] = {
    names.DOSSIERS: {},
    names.CATALOGUE: {"configs": {"cleanup.policy": "compact"}},
    names.PORTAL: {},
    names.RATINGS: {},
}


def configs_of(topic: Topic) -> dict[str, str]:
    return FOR_EVER | dict(topic.get("configs", {}))


def create_topics(bootstrap: str, topics: Mapping[str, Topic], replication: int = 1, seconds: float = 30) -> None:
    """Make the topics that are missing, set the settings of all, and return when every partition has a leader.

    Raises:
        TopicsRefused: Kafka refuses one, a topic exists with another number of partitions, or leaders do not come.
    """
    asyncio.run(_create(bootstrap, topics, replication, time.monotonic() + seconds))


async def missing_topics(bootstrap: str, wanted: Sequence[str]) -> list[str]:
    """Those of the topics that are not there yet, with a leader for every partition.

    A consumer that subscribes to one before is given nothing, and does not look again until its metadata are old.

    Raises:
        KafkaError: the broker is away.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        return _leaderless(await _partitions(admin, wanted))
    finally:
        await admin.close()


async def _create(bootstrap: str, topics: Mapping[str, Topic], replication: int, deadline: float) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = [NewTopic(name, t.get("partitions", PARTITIONS), replication, topic_configs=configs_of(t)) for name, t in topics.items()]
        made = await admin.create_topics(wanted)
        for name, code, message in made.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise TopicsRefused(f"Kafka at {bootstrap} refuses the topic {name} ({message}): correct it there and start again.")
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs_of(t)) for name, t in topics.items()])
        while missing := await _without_leader(admin, topics):
            if time.monotonic() > deadline:
                raise TopicsRefused(f"Kafka at {bootstrap} has no leader for {', '.join(missing)}: look at its log.")
            await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def _without_leader(admin: AIOKafkaAdminClient, topics: Mapping[str, Topic]) -> list[str]:
    found = await _partitions(admin, topics)
    for name, partitions in found.items():
        expected = topics[name].get("partitions", PARTITIONS)
        if partitions and len(partitions) != expected:
            raise TopicsRefused(
                f"The topic {name} has {len(partitions)} partitions instead of {expected}, and a key must keep its partition: "
                "use another Kafka, or another MOTCUA_HOME."
            )
    return _leaderless(found)


async def _partitions(admin: AIOKafkaAdminClient, names: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """The partitions of each topic; none of one that is not there."""
    found = {topic["topic"]: topic["partitions"] for topic in await admin.describe_topics(list(names))}
    return {name: found.get(name) or [] for name in names}


def _leaderless(found: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    return [name for name, partitions in found.items() if not partitions or any(p["leader"] < 0 for p in partitions)]
