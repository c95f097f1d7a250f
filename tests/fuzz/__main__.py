"""`make fuzz`: at least 50,000 bad and half-good requests to a running system of its own; exit code 1 for anything wrong."""

import argparse
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import httpx

from motcua_stack import running
from motcua_stack.registry import SERVICES, spec
from tests.fuzz.feeding import Feed, Sent
from tests.fuzz.judging import Answer, Judge, not_stored
from tests.fuzz.known import Known, known
from tests.motcua.receipt_log import ASK, CHECK, RECEIPT, TOLD, log_of, row
from tests.system.own import command, own_system

ROOT = Path(__file__).resolve().parents[2]
FED = [service.name for service in SERVICES if service.database]
ADDRESSES = 8
"""From so many local addresses, for strangers are counted by address."""


class Wire:
    """One service over HTTP."""

    def __init__(self, service: str) -> None:
        self._clients = [
            httpx.Client(
                base_url=spec(service).address, timeout=30, transport=httpx.HTTPTransport(local_address=f"127.0.0.{n}"), trust_env=False
            )
            for n in range(1, ADDRESSES + 1)
        ]
        self._turn = 0

    def __call__(self, sent: Sent) -> Answer:
        self._turn += 1
        client = self._clients[self._turn % ADDRESSES]
        return client.request(sent.method, sent.path, headers=sent.raw_headers, content=sent.content)


def fuzz(home: Path, wanted: int, seed: int, only: list[str]) -> int:
    """Feed the system that runs in this folder; the number of things that were wrong."""
    system = running(home)
    assert system
    what, mark = known(system.postgres_dsn, home / "secrets"), f"fuzz-{uuid4().hex[:8]}"
    names = only or FED
    each = -(-wanted // len(names))
    began = time.monotonic()
    judges = {name: Judge(Wire(name)) for name in names}
    with ThreadPoolExecutor(2) as pool:
        wrong = sum(pool.map(lambda name: _feed(name, judges[name], what, mark, seed, each, system.postgres_dsn), names))
    commands = sum(len(kept) for judge in judges.values() for kept in judge.accepted.values())
    requests = sum(judge.requests for judge in judges.values())
    print(f"{requests} requests in {time.monotonic() - began:.0f} s; {commands} commands accepted and found in the database; {wrong} wrong")
    return wrong


def _feed(name: str, judge: Judge, what: Known, mark: str, seed: int, wanted: int, owner_dsn: str) -> int:
    """Feed one service and say at once how it went; the number of things that were wrong."""
    document = json.loads((ROOT / "contracts" / "openapi" / f"{name}.json").read_text("utf-8"))
    feed = Feed(name, document, what, mark, seed)
    while judge.requests < wanted:
        feed.round(40, judge)
    wrong = [f"{judge.found[found]} × {found}\n    {example}" for found, example in judge.wrong.items()]
    wrong += not_stored(owner_dsn, mark, judge.accepted)
    lines = [f"{name:<14}{judge.requests:>7} requests  {judge.by_status()}", *(f"WRONG {line}" for line in wrong)]
    print("\n".join(lines), flush=True)
    return len(wrong)


def _bring_older_cases(home: Path) -> None:
    """Some that ended in the older system and some that are still open: no rules hold for them, and their words are not in the vault."""
    asked, answered = row("case-1", ASK, 9), row("case-1", TOLD, 10)
    open_ones = [row(f"case-{number}", what, hour, end="") for number in range(2, 6) for what, hour in ((RECEIPT, 8), (CHECK, 9))]
    log = log_of(home, row("case-1", RECEIPT, 8), asked, answered, *open_ones)
    command("motcua.cli", "import", str(log), "--mapping", "receipt")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="feed the system that runs in this folder instead of one of its own")
    parser.add_argument("services", nargs="*")
    asked = parser.parse_args()
    if unknown := set(asked.services) - set(FED):
        parser.error(f"no such service: {', '.join(sorted(unknown))}; there are {', '.join(FED)}")
    if asked.home:
        return 1 if fuzz(asked.home, asked.requests, asked.seed, asked.services) else 0
    with own_system() as home:
        command("motcua.cli", "play", "--dossiers", "20", "--seed", "5")
        _bring_older_cases(home)
        return 1 if fuzz(home, asked.requests, asked.seed, asked.services) else 0


if __name__ == "__main__":
    sys.exit(main())
