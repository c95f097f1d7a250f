"""A connection of aiokafka's is to the same Kafka as before; one that breaks under uvloop is broken, and nothing worse; a broker that is
away is told once.

Another Kafka may answer where ours did (a port that was taken while ours was down, an address that means another host): what a relay
sent there would count as sent, and be lost. So each new connection asks which Kafka it is before anything else goes over it.

uvloop raises `RuntimeError` when somebody writes to a transport that the broker has closed; aiokafka expects `OSError` alone
(aio-libs/aiokafka#1038). The error would end the task that refreshes the metadata, and consumer and producer wait for it ever after.
While a broker is away aiokafka says so some hundred times a second, in ten different ways.
"""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.protocol.metadata import MetadataRequest

log = logging.getLogger("motcua.bus")
_send: Callable[..., Any] = AIOKafkaConnection.send
_connect: Callable[..., Coroutine[Any, Any, Any]] = AIOKafkaConnection.connect
_clusters: dict[str, str] = {}
"""Address → the cluster that first answered there."""
_away: set[str] = set()
"""Addresses of brokers to which the last connection failed."""


def _send_or_break(self: AIOKafkaConnection, request: Any, expect_response: bool = True) -> Any:
    try:
        return _send(self, request, expect_response)
    except RuntimeError as closed:
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {closed}") from closed


class AnotherKafka(KafkaConnectionError):  # type: ignore[misc]
    """Not the Kafka that answered here before. A process that is meant to go on with it is started again."""


async def _must_be_the_same(connection: AIOKafkaConnection, address: str) -> None:
    cluster = getattr(await connection.send(MetadataRequest([])), "cluster_id", None)
    if cluster is not None and _clusters.setdefault(address, cluster) != cluster:
        connection.close(reason=CloseReason.CONNECTION_BROKEN)
        raise AnotherKafka(f"{address} is {cluster}, and was {_clusters[address]}")


def cluster_at(bootstrap: str) -> str:
    """The id of the cluster behind addresses, of which one at least has answered; empty for a Kafka that gives none."""
    return next((_clusters[address] for address in bootstrap.split(",") if address in _clusters), "")


async def _connect_and_tell(self: AIOKafkaConnection) -> Any:
    address = f"{self.host}:{self.port}"
    try:
        made = await _connect(self)
        await _must_be_the_same(self, address)
    except (OSError, TimeoutError, KafkaError) as why:
        if address not in _away:
            _away.add(address)
            log.warning("broker is away", extra={"broker": address, "why": type(why).__name__})
        raise
    if address in _away:
        _away.discard(address)
        log.warning("broker is back", extra={"broker": address})
    return made


class WhileAway(logging.Filter):
    """Keeps back what aiokafka says while a broker is away: it was told once, and will be when it is back."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not (_away and record.name.startswith("aiokafka"))


def mend() -> None:
    """Make every connection of this process ask which Kafka it is, tell a closed transport as `KafkaConnectionError`, and its broker's
    coming and going once.

    May be called again.
    """
    AIOKafkaConnection.send = _send_or_break
    AIOKafkaConnection.connect = _connect_and_tell
