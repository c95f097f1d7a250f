"""What a library's default would break, kept out by reading the source."""

import re
from pathlib import Path

import pytest
import yaml

from contracts.fact import fact_types
from tests.chassis.bus_conformance import PARTITIONS

ROOT = Path(__file__).parents[2]
RUNNING = ("chassis/chassis", "services", "deploy", "simulators", "motcua")
SOURCES = {path: path.read_text("utf-8") for folder in RUNNING for path in sorted((ROOT / folder).rglob("*.py"))}
CONFIGURED = {path: path.read_text("utf-8") for path in sorted((ROOT / "deploy").rglob("*")) if path.is_file() and path.suffix != ".pyc"}


def mentions(pattern: str) -> set[str]:
    found = {**SOURCES, **CONFIGURED}
    return {path.relative_to(ROOT).as_posix() for path, text in found.items() if re.search(pattern, text)}


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"POSTGRES_ENABLE_DB_FUNCTIONS", "readers of its log miss events, its tracking is dropped"),
        (r"eventsourcing\.postgres", "its recorder locks the table and notifies in the append"),
        (r"publish_batch\(", "it does not look at keys when it chooses the partition"),
        (r"AckPolicy\.(?!MANUAL)", "every other policy loses a batch or turns in a hot loop"),
        (r"allow_auto_create_topics=True", "topics would be made with one partition"),
        (r"auto_offset_reset=\"latest\"", "a new service would miss all history"),
        (r"transactional_id", "positions are in PostgreSQL: no Kafka transactions"),
        (r"api_version=", "deprecated in aiokafka"),
        (r"(?i)LOCK TABLE", "it stands in autovacuum's way and serialises writers"),
    ],
)
def test_what_is_known_to_lose_or_hold_up_facts_is_nowhere_used(pattern: str, why: str) -> None:
    assert mentions(pattern) == set(), why


def test_every_fact_names_its_own_topic_and_version() -> None:
    for name, cls in fact_types().items():
        assert name == cls.TYPE
        assert re.fullmatch(r"vn\.motcua\.[a-z]+\.[a-z-]+\.v[1-9][0-9]*", name), name


def test_no_service_runs_more_processes_than_there_are_partitions() -> None:
    """A consumer that holds no partition may never join again (aiokafka 1187)."""
    replicas = {
        path.name: resource["spec"].get("replicas", 1)
        for path, text in CONFIGURED.items()
        if path.suffix == ".yaml"
        for resource in yaml.safe_load_all(text)
        if isinstance(resource, dict) and resource.get("kind") in ("Deployment", "StatefulSet")
    }
    assert replicas
    assert max(replicas.values()) <= PARTITIONS
