"""The topics, made as in production; what Kafka refuses is said to a person."""

from collections.abc import Mapping

from chassis.bus import topics
from chassis.bus.topics import PARTITIONS, TOPICS, Topic, TopicsRefused

from .problem import StackProblem

__all__ = ["PARTITIONS", "TOPICS", "Topic", "create_topics"]


def create_topics(bootstrap: str, wanted: Mapping[str, Topic], replication: int = 1, seconds: float = 30) -> None:
    """Make the topics that are missing, set the settings of all, and return when every partition has a leader.

    Raises:
        StackProblem: Kafka refuses one, a topic exists with another number of partitions, or leaders do not come.
    """
    try:
        topics.create_topics(bootstrap, wanted, replication, seconds)
    except TopicsRefused as refused:
        raise StackProblem(str(refused)) from refused
