"""The outgoing client of the SMS and e-mail gateway."""

from typing import Any, Protocol

import httpx

from chassis.errors import Retry


class GatewayRefused(Exception):
    """The gateway will not take this message, however often it is sent (a wrong address)."""


class Gateway(Protocol):
    """Takes a message for an address."""

    def send(self, channel: str, key: str, address: str, subject: str, text: str) -> str:
        """The gateway's own id of the message. Raises `Retry`, `GatewayRefused`."""
        ...


class HttpGateway:
    """The gateway over HTTP. `key` makes sending again harmless."""

    def __init__(self, base: str, *, transport: httpx.BaseTransport | None = None) -> None:
        self._client = httpx.Client(base_url=base, timeout=10, transport=transport)

    def send(self, channel: str, key: str, address: str, subject: str, text: str) -> str:
        body: dict[str, Any] = {"to": address, "subject": subject, "text": text}
        try:
            answer = self._client.post(f"/gateway/{channel}", json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError as away:
            raise Retry(type(away).__name__) from away
        if answer.status_code >= 500 or answer.status_code in (401, 403, 408, 429):
            raise Retry(f"answer {answer.status_code}")
        if answer.status_code >= 400:
            raise GatewayRefused(f"answer {answer.status_code}")
        return _id(answer)


def _id(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["id"])
    except (ValueError, KeyError, TypeError) as unclear:
        raise Retry("unclear answer") from unclear
