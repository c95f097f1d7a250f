"""A rolling restart of every service while citizens file: a second replica comes up beside the first before that one goes.

What "without one failed submission" means here: a citizen who opens a new connection, sends one request and never tries again gets
201 each time. Both replicas listen at the service's own port (`MOTCUA_SHARE_PORT`), as two pods stand behind one address; the one
that is told to end stops listening first and finishes what it holds. Connections that it had not yet taken up pass to the other
(`net.ipv4.tcp_migrate_req`), as a load balancer takes a pod out before it ends. Callers who keep connections open and try again with
the same Idempotency-Key, like `motcua play`, are counted apart.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from contracts.dossier import intake
from contracts.national_status import Status
from motcua.addresses import development_token
from motcua.client import actor
from motcua.play.ledger import Entry
from motcua.play.paper import paper
from motcua.play.people import form_of
from motcua_stack.registry import SERVICES, spec
from motcua_stack.services import is_ready
from tests.chaos.namespaces import run
from tests.chaos.processes import another, await_all_ready, beside, supervisor
from tests.chaos.staging import Stage, patiently
from tests.system.own import own_system

CITIZENS = 3
SURE = 20
"""So many answers in a row over new connections: both replicas have answered by then."""
MIGRATE = Path("/proc/sys/net/ipv4/tcp_migrate_req")


@contextmanager
def sharing_ports() -> Iterator[Path]:
    """A system whose services share their ports with further replicas, in a network namespace of its own."""
    run("ip", "link", "set", "lo", "up")
    if MIGRATE.exists():
        MIGRATE.write_text("1\n")
    os.environ["MOTCUA_SHARE_PORT"] = "true"
    try:
        with own_system() as home:
            yield home
    finally:
        del os.environ["MOTCUA_SHARE_PORT"]


def rolling(stage: Stage) -> None:
    """Every service `size` times."""
    citizens, names = Citizens(stage), [service.name for service in SERVICES if service.database]
    with citizens.filing():
        for _ in range(max(1, stage.size)):
            for name in names:
                _roll(name)
        restarted = len(names) * max(1, stage.size)
        time.sleep(2)
    tries = ", ".join(f"{number} × {status}" for status, number in citizens.answers.most_common())
    stage.tell(f"{restarted} services restarted one after the other; citizens with a new connection each and one try: {tries}")
    stage.tell(f"connections not yet taken up move to the other replica: {'yes' if MIGRATE.exists() else 'this kernel cannot'}")
    stage.expect(set(citizens.answers) == {"201"}, f"submissions failed: {citizens.failed[:5]}")
    await_all_ready()


def _roll(name: str) -> None:
    """New one up, old one down and up again, new one down: the port is attended at every moment."""
    program = another(name)
    with beside(program) as (second,):
        _await_replica(name, lambda: second.pid)
        supervisor().stop([name])
        supervisor().start(name)
        _await_replica(name, lambda: supervisor().process(name))


def _await_replica(name: str, process: Callable[[], int]) -> None:
    address = spec(name).address

    def sure() -> bool:
        for _ in range(SURE):
            with httpx.Client(timeout=3, trust_env=False) as client:
                if not is_ready(client, address, process()):
                    return False
        return True

    if not patiently(sure, 120):
        raise TimeoutError(f"a replica of {name} did not become ready")


class Citizens:
    """They file at the counter's interface, one request a connection, and never try again."""

    def __init__(self, stage: Stage) -> None:
        self.answers, self.failed = Counter[str](), list[str]()
        self._stage, self._ending, self._lock = stage, threading.Event(), threading.Lock()
        province = stage.load.province
        online = [procedure for procedure in province.procedures if "online" in procedure.channels]
        self._procedure = min(online, key=lambda procedure: sum(part.required for part in procedure.components))
        self._receiving = next(commune for commune in province.communes)

    @contextmanager
    def filing(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._file_on, args=(number,)) for number in range(CITIZENS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ending.set()
            for thread in threads:
                thread.join()

    def _file_on(self, number: int) -> None:
        dice = random.Random(number)
        token = development_token(actor(f"citizen-once-{number}", "citizen"))
        while not self._ending.wait(0.05):
            self._file(dice, {"Authorization": f"Bearer {token}", "Connection": "close"})

    def _file(self, dice: random.Random, headers: dict[str, str]) -> None:
        parts = []
        for part in self._procedure.components:
            if part.required:
                file = self._once("/files", headers, files={"file": ("f", paper(part.accepted_media, dice))})
                if file is None:
                    return
                parts.append({"component": part.code, "file": file, "copy_of": "electronic"})
        body = {
            "procedure": self._procedure.code,
            "channel": "online",
            "receiving": self._receiving.code,
            "form": form_of(self._procedure, dice),
            "attachments": parts,
            "return_channel": "counter",
        }
        filed = self._once("/dossiers", headers | {"Idempotency-Key": str(uuid4())}, json=body)
        if filed is not None:
            ledger, dossier = self._stage.load.ledger, str(filed["id"])
            ledger.open(dossier, Entry(0, "citizen", receiving=self._receiving.code))
            ledger.add(dossier, intake.Submitted, status=Status.REGISTERED)

    def _once(self, path: str, headers: dict[str, str], **content: object) -> dict[str, object] | None:
        try:
            answer = httpx.post(spec("intake").address + path, headers=headers, timeout=60, trust_env=False, **content)  # type: ignore[arg-type]
        except httpx.TransportError as away:
            self._count(type(away).__name__, f"{path}: {away!r}")
            return None
        self._count(str(answer.status_code), f"{path}: {answer.status_code} {answer.text[:200]}")
        return dict(answer.json()) if answer.status_code == 201 else None

    def _count(self, what: str, words: str) -> None:
        with self._lock:
            self.answers[what] += 1
            if what != "201":
                self.failed.append(words)
