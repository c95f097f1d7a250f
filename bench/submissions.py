"""Submissions over HTTP (token checked, form validated, stored, answered) against the same server doing a bare insert of the body.

Twice: with nothing but FastAPI around the insert, and as a route of the chassis (token, metrics, traces, limits), which is what the
same server has. Neither checks a form, keeps a key or records a fact.

    python bench/submissions.py [SECONDS]

Both are uvicorn processes of their own on one PostgreSQL; intake's relay and inbox run beside it, as in production.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import uvicorn
from _rig import BECAUSE, RUNS, Rig, goal, medians, rig, show
from fastapi import Depends, FastAPI
from psycopg_pool import ConnectionPool

from catalogue.province import load_data
from chassis.catalogue import put_entry
from chassis.http import Auth, create_app
from chassis.ids import new_id
from chassis.migrate import migrate
from chassis.settings import Settings
from chassis.store import Unit
from chassis.store.postgres import PostgresDatabase
from chassis.telemetry.metrics import Metrics
from chassis.telemetry.tracing import start_tracing
from chassis.threads import limit_requests
from chassis.tokens import DEVELOPMENT_ISSUER, Keys, development_keys, issue
from contracts.topics import CATALOGUE, DOSSIERS
from motcua_stack import create_topics, prepare_postgres

CALLERS = 16
WARM_SECONDS = 10.0
"""Kafka's virtual machine compiles what it runs often; until it has, it takes half a core from everybody."""
BARE, IN_CHASSIS, SUBMISSION = "bare insert", "bare insert in the chassis", "submission"
BARE_DATABASE, BARE_JWKS = "BENCH_DATABASE_URL", "BENCH_JWKS"
"""In the environment: a command line, and with it the password, is shown to every user of the machine."""
PDF = b"%PDF-1.7\n%%EOF\n"
VALUES = {"date": "1990-04-30", "id-number": "008190001234", "phone": "0912345678", "email": "dan@example.vn", "number": "3"}


def serve_bare(port: int, dsn: str, app: FastAPI, depends: Sequence[Any] = ()) -> None:
    """A baseline server: one route, one prepared insert in autocommit."""
    pool = ConnectionPool(dsn, min_size=8, max_size=8, open=True, kwargs={"autocommit": True, "prepare_threshold": 0})

    @app.post("/dossiers", status_code=201, dependencies=depends)
    def insert(body: dict[str, Any]) -> dict[str, str]:
        key = new_id()
        with pool.connection() as connection:
            connection.execute("INSERT INTO public.bare (id, body) VALUES (%s, %s)", (key, json.dumps(body)))
        return {"id": str(key)}

    @asynccontextmanager
    async def as_a_service_does(_: FastAPI) -> AsyncIterator[None]:
        limit_requests(Settings().request_threads)
        yield

    app.router.lifespan_context = as_a_service_does
    uvicorn.run(app, port=port, log_level="error", access_log=False, loop="uvloop", http="httptools")


def serve_in_the_chassis(port: int, dsn: str, jwks: str) -> None:
    """The same route in what every service has around its own."""

    async def fine() -> dict[str, Any]:
        return {"ok": True}

    start_tracing("bare")
    app = create_app("bare", "1", Metrics("bare"), fine, fine)
    auth = Auth(Keys(jwks, DEVELOPMENT_ISSUER, "motcua", production=False))
    serve_bare(port, dsn, app, [Depends(auth.needs("citizen"))])


@contextmanager
def process(port: int, *words: str, environment: Mapping[str, str] | None = None) -> Iterator[psutil.Process]:
    """A server process, ready to answer."""
    child = subprocess.Popen([sys.executable, *words], env={**os.environ, **(environment or {})}, stderr=None)
    try:
        _wait_for(f"http://127.0.0.1:{port}/openapi.json")
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(20)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            httpx.get(address)
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def prepare_intake(it: Rig, folder: Path, port: int) -> dict[str, str]:
    """Schema, topics and catalogue of intake; its environment."""
    dsn = prepare_postgres(it.stack.postgres_dsn, ["intake"], it.stack.home)["intake"]
    migrate(it.stack.postgres_dsn, "intake", "intake", "motcua_intake", "intake")
    create_topics(it.stack.kafka, {DOSSIERS: {}, CATALOGUE: {}})
    store = PostgresDatabase("intake", dsn)
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for record in load_data():
            put_entry(unit, record)
        unit.commit()
    store.close()
    return {
        "MOTCUA_HTTP_PORT": str(port),
        "MOTCUA_DATABASE_URL": dsn,
        "MOTCUA_KAFKA": it.stack.kafka,
        "MOTCUA_JWKS": development_keys(folder / "keys").as_uri(),
        "MOTCUA_FILES": str(folder / "files"),
        "MOTCUA_LOG_LEVEL": "WARNING",
    }


def submission(port: int, token: str) -> bytes:
    """The body of a submission to a commune, with its files uploaded once."""
    data = load_data()
    commune = next(a for a in data.agencies if a.level == "commune" and a.valid_to is None)
    procedure = next(
        p
        for p in data.procedures
        if p.settling == ("any-commune",) and p.process.mode == "single" and p.valid_to is None and "online" in p.channels
    )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}) as client:
        files = [(c.code, client.post("/files", files={"file": ("a.pdf", PDF)}).json()) for c in procedure.components if c.required]
    body = {
        "procedure": procedure.code,
        "channel": "online",
        "receiving": commune.code,
        "form": {f.name: f.choices[0] if f.choices else VALUES.get(f.kind, "Nguyễn Thị Ngọc Ánh") for f in procedure.form.fields},
        "attachments": [{"component": code, "file": file} for code, file in files],
    }
    return json.dumps(body, ensure_ascii=False).encode()


async def _caller(port: int, token: str, body: bytes, end: float) -> int:
    """Posts on one kept connection until the end; how many were accepted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /dossiers HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
    accepted = 0
    while time.perf_counter() < end:
        writer.write(f"{head}Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(int(line[15:]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        text = await reader.readexactly(length)
        if not answer.startswith(b"HTTP/1.1 201"):
            raise SystemExit(f"not accepted: {text.decode()}")
        accepted += 1
    writer.close()
    return accepted


def load(port: int, token: str, body: bytes, seconds: float) -> float:
    """Accepted a second by `CALLERS` callers at once."""

    async def callers() -> int:
        end = time.perf_counter() + seconds
        return sum(await asyncio.gather(*(_caller(port, token, body, end) for _ in range(CALLERS))))

    return asyncio.run(callers()) / seconds


def with_cpu(server: psutil.Process, cpu: list[float], measure: Callable[[], float], seconds: float) -> float:
    """The rate; the server's CPU milliseconds a request go to `cpu`."""
    before = sum(server.cpu_times()[:2])
    rate = measure()
    cpu.append(1000 * (sum(server.cpu_times()[:2]) - before) / (rate * seconds))
    return rate


def main(seconds: float) -> None:
    intake_port, bare_port, chassis_port = 18_471, 18_472, 18_473
    cpu: dict[str, list[float]] = {BARE: [], IN_CHASSIS: [], SUBMISSION: []}
    with rig() as it:
        folder = it.stack.home
        with psycopg.connect(it.stack.postgres_dsn, autocommit=True) as owner:
            owner.execute("CREATE TABLE public.bare (id uuid PRIMARY KEY, body jsonb NOT NULL)")
        environment = prepare_intake(it, folder, intake_port)
        token = issue(folder / "keys", "citizen-1", ["citizen"])
        baseline = {BARE_DATABASE: it.stack.postgres_dsn, BARE_JWKS: environment["MOTCUA_JWKS"]}
        with (
            process(intake_port, "-m", "intake.main", environment=environment) as intake,
            process(bare_port, __file__, "--bare", str(bare_port), environment=baseline) as bare,
            process(chassis_port, __file__, "--chassis", str(chassis_port), environment=baseline) as chassis,
        ):
            body = submission(intake_port, token)
            servers = {BARE: (bare_port, bare), IN_CHASSIS: (chassis_port, chassis), SUBMISSION: (intake_port, intake)}
            for port, _ in servers.values():
                load(port, token, body, WARM_SECONDS)
            found = medians({name: partial(_measured, *server, cpu[name], token, body, seconds) for name, server in servers.items()})
    rows = [[name, f"{value:,.0f}", f"{sorted(cpu[name])[RUNS // 2]:.2f}"] for name, value in found.items()]
    show(f"HTTP, {CALLERS} callers, {len(body)} bytes", ["", "accepted/s", "CPU ms each"], rows)
    for baseline_name in (BARE, IN_CHASSIS):
        print(f"  {SUBMISSION} to {baseline_name} {goal(found[SUBMISSION] / found[baseline_name], 0.5)}")


def _measured(port: int, server: psutil.Process, cpu: list[float], token: str, body: bytes, seconds: float) -> float:
    return with_cpu(server, cpu, lambda: load(port, token, body, seconds), seconds)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        serve_bare(int(sys.argv[2]), os.environ[BARE_DATABASE], FastAPI())
    elif sys.argv[1:2] == ["--chassis"]:
        serve_in_the_chassis(int(sys.argv[2]), os.environ[BARE_DATABASE], os.environ[BARE_JWKS])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
