"""A connection of aiokafka's that breaks under uvloop is a broken connection, and nothing worse.

uvloop raises `RuntimeError` when somebody writes to a transport that the broker has closed; aiokafka expects `OSError` alone
(aio-libs/aiokafka#1038). The error would end the task that refreshes the metadata, and consumer and producer wait for it ever after.
"""

from collections.abc import Callable
from typing import Any

from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError

_send: Callable[..., Any] = AIOKafkaConnection.send


def _send_or_break(self: AIOKafkaConnection, request: Any, expect_response: bool = True) -> Any:
    try:
        return _send(self, request, expect_response)
    except RuntimeError as closed:
        self.close(reason=CloseReason.CONNECTION_BROKEN)
        raise KafkaConnectionError(f"Connection at {self.host}:{self.port} broken: {closed}") from closed


def mend() -> None:
    """Make every connection of this process tell a closed transport as `KafkaConnectionError`. May be called again."""
    AIOKafkaConnection.send = _send_or_break
