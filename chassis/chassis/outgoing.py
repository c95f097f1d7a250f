"""Calls to systems outside of this one: connections are kept, no call raises anything but `Unreachable`.

aiohttp instead of httpx: a courier makes a call for each message, and httpx's asynchronous client takes several times the processor.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import msgspec

SECONDS = 10.0


class Unreachable(Exception):
    """There was no answer; the text is the kind of failure, never an address."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back. Names of `headers` are in small letters."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = {}

    def object(self) -> dict[str, Any]:
        """The JSON object that came; an empty one for anything else."""
        try:
            found = msgspec.json.decode(self.content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}
        return found if isinstance(found, dict) else {}


class Outside(Protocol):
    """A system outside."""

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """Send; whatever the other says is an answer, redirects too. Raises `Unreachable`."""
        ...


class Outgoing:
    """Over HTTP. `base` is the system's address; proxies of the environment are kept to."""

    def __init__(self, base: str, seconds: float = SECONDS) -> None:
        self._base = base.rstrip("/")
        self._proxy = proxy_for(base)
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        session = self._session = self._session or aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())
        asking = session.post(f"{self._base}{path}", data=content, headers=headers, allow_redirects=False, proxy=self._proxy)
        try:
            async with asking as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as away:
            raise Unreachable(type(away).__name__) from away
        return Answer(status=answer.status, content=body, headers={name.lower(): value for name, value in answer.headers.items()})

    async def run(self) -> None:
        """Keep the connections until cancelled, then close them."""
        try:
            await asyncio.Event().wait()
        finally:
            if self._session is not None:
                await self._session.close()


def proxy_for(address: str) -> str | None:
    """The proxy that the environment names for an address. Asked for once: aiohttp would read the environment for each call, and that
    was a seventh of a courier's processor time."""
    parts = urlsplit(address)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
