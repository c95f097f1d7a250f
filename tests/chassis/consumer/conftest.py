"""A topic of the test's own, and a bus that sends to it."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from chassis.bus.kafka import KafkaBus

if TYPE_CHECKING:
    from motcua_stack import Servers


@pytest.fixture
def topic(stack: "Servers") -> str:
    from tests.servers import fresh_topics

    return fresh_topics(stack, "consumer")["dossiers.v1"]


@pytest.fixture
async def bus(stack: "Servers") -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(stack.kafka, "test")
    yield bus
    await bus.close()
