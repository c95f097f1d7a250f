"""A service that is told to stop answers whoever is already connected."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI

from chassis.serving import Server

app = FastAPI()


@app.get("/")
def hello() -> str:
    return "xin chào"


@contextlib.asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, int]]:
    server = Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, http="httptools", timeout_graceful_shutdown=5))
    running = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:
                await asyncio.sleep(0.01)
        yield server, server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await running


@contextlib.asynccontextmanager
async def connected_as_it_ends() -> AsyncIterator[tuple[Server, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that has asked for nothing when the server is told to stop."""
    async with serving() as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(10):
            while not server.server_state.connections:
                await asyncio.sleep(0.01)
            server.should_exit = True
            yield server, reader, writer
        writer.close()


async def test_a_connection_that_was_made_just_before_the_end_gets_its_answer() -> None:
    async with connected_as_it_ends() as (server, reader, writer):
        while server.servers[0].is_serving():
            await asyncio.sleep(0.01)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 200 OK") and "xin chào".encode() in answer


async def test_a_connection_that_asks_for_nothing_does_not_hold_up_the_end() -> None:
    async with connected_as_it_ends() as (_, reader, _writer):
        assert await reader.read() == b""
