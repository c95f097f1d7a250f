"""A whole service in one process, with a handler that has a bug until it is mended."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
from msgspec.structs import replace

from chassis.bus import Message, Record
from chassis.inbox import Handler
from chassis.process import Process
from chassis.service import Blueprint
from chassis.serving import application
from chassis.settings import Settings
from chassis.store import Unit
from chassis.tokens import issue
from contracts.dossier.intake import Closed, CodeVoided
from tests.chassis.inbox_conformance import POISON
from tests.chassis.sample import CASES, case, ended, sent, voided


class Bug:
    """In the service's handler, until it is mended."""

    mended = False


def handler_with(bug: Bug) -> Handler:
    def handle(unit: Unit, message: Message) -> None:
        fact, subject = message.fact, message.envelope.subject
        known = unit.get(CASES, subject) or case(dossier=subject)
        unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))
        if isinstance(fact, CodeVoided) and fact.code.endswith(f"{POISON:04d}") and not bug.mended:
            raise ZeroDivisionError(fact.code)
        if isinstance(fact, Closed):
            unit.record(subject, ended())

    return handle


@asynccontextmanager
async def running(blueprint: Blueprint, settings: Settings, keys: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Process]]:
    app, process = application(blueprint, settings)
    async with app.router.lifespan_context(app):
        headers = {"Authorization": f"Bearer {issue(keys, 'operator-1', ['operator'], ['*'])}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service", headers=headers) as client:
            yield client, process


async def until(client: httpx.AsyncClient, path: str, holds: Any, seconds: float = 30) -> Any:
    async with asyncio.timeout(seconds):
        while True:
            answer = await client.get(path)
            if holds(answer):
                return answer.json()
            await asyncio.sleep(0.05)


def records(topic: str, subject: UUID, *numbers: int, poison: int = 0) -> list[Record]:
    return [replace(sent(subject, n, voided(POISON) if n == poison else None), topic=topic) for n in numbers]
