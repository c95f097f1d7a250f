"""A system outside, played by a function."""

from collections.abc import Callable, Mapping

import httpx

from chassis.outgoing import Answer, Unreachable


class FakeOutside:
    """Answers as `handler` does; what the handler raises for an absent system is `Unreachable`."""

    def __init__(self, handler: Callable[[httpx.Request], httpx.Response]) -> None:
        self._handler = handler

    async def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        try:
            answer = self._handler(httpx.Request("POST", f"http://outside{path}", content=content, headers=dict(headers)))
        except httpx.TransportError as away:
            raise Unreachable(type(away).__name__) from away
        return Answer(status=answer.status_code, content=answer.content, headers=dict(answer.headers))
