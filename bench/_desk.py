"""What clerks and citizens of a filled province ask over HTTP."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
from _paced import Ask, fetched
from copies import NOW

from chassis.tokens import issue

PORTS = {"intake": 24_571, "processing": 24_572, "tracking": 24_573}
PAGE, PAGES = 20, 50
SOON = NOW + timedelta(days=14)


FRESH = """
SELECT dossier, leg, agency FROM (
    SELECT DISTINCT ON (dossier) dossier, leg, agency FROM processing.task
    WHERE state IN ('new', 'assigned') ORDER BY dossier, leg LIMIT 4000
) AS under_way
ORDER BY (SELECT count(*) FROM processing.facts WHERE originator_id = dossier), dossier LIMIT %s
"""
MOST_FRESH = 100
Leg = tuple[UUID, int, str]
"""Dossier, number, agency."""


@dataclass(frozen=True)
class Seen:
    """What people of this province ask for: agencies with most to do, codes and ids at random, legs that are being worked on.

    `fresh`: legs of dossiers under way with the shortest histories, for the rounds before lengthen those of a small store more.
    """

    agencies: list[str]
    codes: list[str]
    dossiers: list[str]
    legs: list[Leg]
    fresh: list[Leg]


def seen(owner_dsn: str, dice: random.Random) -> Seen:
    with psycopg.connect(owner_dsn) as conn:
        agencies = conn.execute(
            "SELECT settling FROM tracking.dossier WHERE status = 4 AND due_at < %s GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 8", (SOON,)
        ).fetchall()
        some = conn.execute(
            "SELECT id::text, code FROM tracking.dossier TABLESAMPLE BERNOULLI (%s) WHERE code IS NOT NULL LIMIT 4000", (_share(conn),)
        ).fetchall()
        legs = conn.execute(
            "SELECT dossier, leg, agency FROM processing.task WHERE state = 'assigned' ORDER BY dossier LIMIT 4000"
        ).fetchall()
        fresh = conn.execute(FRESH, (MOST_FRESH,)).fetchall()
    dice.shuffle(some)
    dice.shuffle(legs)
    return Seen([agency for (agency,) in agencies], [code for _, code in some], [dossier for dossier, _ in some], legs, fresh)


def _share(conn: psycopg.Connection[Any]) -> float:
    row = conn.execute("SELECT count(*) FROM tracking.dossier").fetchone()
    assert row is not None
    return min(100.0, 100 * 5_000 / int(row[0]))


class Desk:
    """What clerks and citizens ask, in turns, of the three services."""

    def __init__(self, home: Path, known: Seen) -> None:
        self._known = known
        self._dice = random.Random(1)
        clerk = issue(home / "secrets", "clerk-1", ["clerk", "department-head", "operator"], ["*"])
        self._staff = {"Authorization": f"Bearer {clerk}"}
        citizen = issue(home / "secrets", "citizen-1", ["citizen"])
        self._citizen = {"Authorization": f"Bearer {citizen}", "Content-Type": "application/json"}
        self.token = citizen

    def live(self) -> Iterator[Ask]:
        """The baseline: an answer that asks no table."""
        while True:
            yield Ask("live", PORTS["tracking"], "GET", "/health/live", {})

    def lists(self) -> Iterator[Ask]:
        """Of tracking: an agency's dossiers in one state that are due soon, by due date."""
        soon = quote(SOON.isoformat())
        return self._paged(
            "list", "tracking", [f"/dossiers?agency={a}&status=4&due_before={soon}&limit={PAGE}" for a in self._known.agencies]
        )

    def tasks(self) -> Iterator[Ask]:
        """Of processing: an agency's legs in one state, the oldest first."""
        return self._paged("tasks", "processing", [f"/tasks?agency={a}&state=assigned&limit={PAGE}" for a in self._known.agencies])

    def _paged(self, kind: str, service: str, paths: Sequence[str]) -> Iterator[Ask]:
        """Page 1 and page 50 (or the last, where there are fewer) of each in turn."""
        wanted = [Ask(kind, PORTS[service], "GET", path, self._staff) for path in paths]
        deep = [self._page(ask) for ask in wanted]
        return cycle(ask for pair in zip(wanted, deep, strict=True) for ask in pair)

    def _page(self, first: Ask) -> Ask:
        ask = first
        for _ in range(PAGES - 1):
            after = json.loads(fetched(ask)).get("next")
            if after is None:
                break
            ask = replace(first, kind=f"{first.kind} deep", path=f"{first.path}&cursor={quote(after)}")
        return replace(ask, kind=f"{first.kind} deep")

    def look_ups(self) -> Iterator[Ask]:
        return self._of_tracking("look-up", self._known.codes, "")

    def histories(self) -> Iterator[Ask]:
        return self._of_tracking("history", self._known.dossiers, "/history")

    def _of_tracking(self, kind: str, names: Sequence[str], behind: str) -> Iterator[Ask]:
        while True:
            yield Ask(kind, PORTS["tracking"], "GET", f"/dossiers/{quote(self._dice.choice(names))}{behind}", self._staff)

    def commands(self, body: bytes) -> Iterator[Ask]:
        """Every other one a submission; the others give a leg that is being worked on to somebody else."""
        for dossier, leg, agency in cycle(self._known.legs):
            yield Ask("submission", PORTS["intake"], "POST", "/dossiers", self._citizen | {"Idempotency-Key": str(uuid4())}, body)
            again = json.dumps({"leg": leg, "assignee": f"specialist-{self._dice.randrange(99)}.{agency}"}).encode()
            headers = self._staff | {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
            yield Ask("assignment", PORTS["processing"], "POST", f"/dossiers/{dossier}/assignments", headers, again)


__all__ = ["PORTS", "Desk", "Seen", "seen"]
