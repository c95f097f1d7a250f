"""Calls to systems outside, over a real socket."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from chassis.outgoing import Answer, Outgoing, Unreachable

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nRetry-After: 7\r\nSet-Cookie: a=b\r\nLocation: http://127.0.0.1:9/\r\n\r\n"


@asynccontextmanager
async def outside(serve: Serve, seconds: float = 5) -> AsyncIterator[Outgoing]:
    """A client of a server that does so with each connection."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    outgoing = Outgoing(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", seconds)
    keeping = asyncio.create_task(outgoing.run())
    try:
        await asyncio.sleep(0)
        yield outgoing
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping
        server.close()


def answering(status: bytes, body: bytes, heard: list[bytes], whole: bool = True) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                heard.append(head + await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])))
                writer.write(HEAD % (status, len(body)) + (body if whole else body[:1]))
                await writer.drain()
                if not whole:
                    break
        writer.close()

    return serve


async def test_what_is_sent_arrives_and_what_comes_back_is_an_answer_whatever_it_says() -> None:
    heard: list[bytes] = []
    async with outside(answering(b"302 Found", b'{"code": "00"}', heard)) as outgoing:
        answers = [await outgoing.post("/a/b", "hồ sơ".encode(), {"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [302, 302]
    assert answers[0].object() == {"code": "00"} and answers[0].headers["retry-after"] == "7"
    assert len(heard) == 2 and all(b"POST /a/b HTTP/1.1" in head and b"Idempotency-Key: k" in head for head in heard)
    assert heard[0].endswith("\r\n\r\nhồ sơ".encode()) and b"cookie" not in heard[1].lower()


@pytest.mark.parametrize("content", [b"", b"[1]", b"<html>", b"\xff"])
def test_an_answer_that_is_no_object_is_an_empty_one(content: bytes) -> None:
    assert Answer(status=200, content=content).object() == {}


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
    writer.close()


@pytest.mark.parametrize("serve", [silent, babbling, answering(b"200 OK", b"four", [], whole=False)], ids=["silent", "babbling", "half"])
async def test_who_does_not_answer_is_unreachable_and_no_address_is_told(serve: Serve) -> None:
    async with outside(serve, 0.3) as outgoing:
        with pytest.raises(Unreachable) as unreachable:
            await outgoing.post("/a", b"", {})
    assert "127" not in str(unreachable.value) and str(unreachable.value)


async def test_who_is_not_there_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    outgoing = Outgoing(f"http://127.0.0.1:{port}")
    with pytest.raises(Unreachable, match=r"^ClientConnectorError$"):
        await outgoing.post("/a", b"", {})
    with pytest.raises(Unreachable, match="InvalidUrl"):
        await Outgoing("").post("/a", b"", {})


async def test_the_proxy_of_the_environment_is_asked_and_an_address_it_exempts_is_called_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    proxy = await asyncio.start_server(answering(b"200 OK", b"{}", heard), "127.0.0.1", 0)
    monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    async with proxy, outside(answering(b"201 Created", b"{}", [])) as near:
        assert (await near.post("/a", b"1", {})).status == 201
        far = Outgoing("http://portal.invalid")
        keeping = asyncio.create_task(far.run())
        assert (await far.post("/b", b"2", {})).status == 200
        keeping.cancel()
    head = heard[0].lower()
    assert head.startswith(b"post http://portal.invalid/b http/1.1")
    assert b"proxy-authorization: basic dxnlcjpzzwnyzxq=" in head
