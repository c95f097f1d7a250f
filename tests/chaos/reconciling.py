"""From the citizen's side: each answer 2xx ↔ one fact in the store ↔ one fact on the topic ↔ one row in every view that should hold it."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from contracts.dossier import intake, routing
from contracts.fact import decode
from contracts.national_status import Progress
from contracts.topics import CATALOGUE, DOSSIERS
from motcua.play.ledger import REACTIONS
from motcua.play.reconciling import Start, reconcile
from motcua_stack import Running
from motcua_stack.database import schema_of
from tests.chaos.load import Load
from tests.chaos.topic import Topics, everything

HEARS = ("intake", "routing", "processing", "results", "payments", "notifications", "tracking", "sync-national", "ratings")
"""Services whose inbox takes the dossiers' topic: each must have heard the last fact of every source of every dossier."""
SOURCES = ("intake", "routing", "processing", "results", "payments", "sync-national")
ONE_A_DOSSIER = (
    ("intake", "dossier", "dossier", intake.Submitted),
    ("tracking", "dossier", "id", intake.Submitted),
    ("ratings", "case_state", "dossier", intake.Submitted),
    ("results", "result_case", "dossier", intake.Submitted),
    ("payments", "payment_case", "dossier", intake.Submitted),
    ("notifications", "case_notice", "dossier", intake.Submitted),
    ("sync-national", "case_state", "dossier", intake.Submitted),
    ("routing", "dossier_case", "dossier", intake.Received),
    ("processing", "dossier_case", "dossier", intake.Received),
)
"""Views with one row for each dossier that has that fact."""
SHOWN = 12


@dataclass
class Found:
    """The counts of a reconciliation; `lost` and `doubled` count answers, facts and rows alike, `wrong` says which."""

    answers: int = 0
    facts: int = 0
    rows: int = 0
    sent_again: int = 0
    unreadable: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def compare(self, what: str, wanted: Counter[object], held: Counter[object]) -> None:
        """Multisets: what is missing is lost, what is too much is doubled."""
        missing, more = wanted - held, held - wanted
        self.lost += missing.total()
        self.doubled += more.total()
        self.wrong += [f"{what}: missing {key} ({number})" for key, number in list(missing.items())[:SHOWN]]
        self.wrong += [f"{what}: too much {key} ({number})" for key, number in list(more.items())[:SHOWN]]


def settle_down(system: Running, seconds: float = 180) -> float:
    """Until no service has anything to send or to read any more; the seconds that took. Raises `TimeoutError` naming what is behind."""
    began, behind = time.monotonic(), ["everything"]
    while behind:
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"still behind after {seconds:.0f} s: {', '.join(behind)}")
        time.sleep(0.3)
        try:
            with psycopg.connect(system.postgres_dsn, autocommit=True, connect_timeout=5) as owner:
                behind = list(_behind(owner, asyncio.run(everything(system.kafka)).ends))
        except (psycopg.OperationalError, OSError) as away:
            behind = [type(away).__name__]
    return time.monotonic() - began


def _behind(owner: psycopg.Connection, ends: dict[tuple[str, int], int]) -> Iterable[str]:
    for service in SOURCES:
        unsent = _one(owner, service, "SELECT (SELECT coalesce(max(position), 0) FROM facts) - (SELECT position FROM relay_position)")
        if unsent:
            yield f"{service} has {unsent} to send"
    wanted = {place: end for place, end in ends.items() if place[0] == DOSSIERS and end}
    for service in HEARS:
        stands = {(t, p): n for t, p, n in _all(owner, service, "SELECT topic, partition, next_offset FROM inbox_position")}
        unread = sum(end - stands.get(place, 0) for place, end in wanted.items())
        if unread:
            yield f"{service} has {unread} to read"


def reconciled(
    system: Running, load: Load, strangers: Iterable[UUID] = (), parked: int = 0, rebuild: bool = True, seconds: float = 180
) -> Found:
    """Everything compared after the load has stopped.

    Args:
        strangers: dossiers that the scenario itself put on the topic.
        parked: how many records should be parked in each service that hears.
        rebuild: also fold tracking's and ratings' views anew from the topic and compare row by row.
    """
    began, found = time.monotonic(), Found()
    left_out = set(strangers)
    topics = asyncio.run(everything(system.kafka, left_out))
    found.wrong += [*topics.wrong, *load.failed, *load.answers.wrong]
    found.facts, found.sent_again, found.unreadable = len(topics.facts), topics.again, topics.unreadable
    with psycopg.connect(system.postgres_dsn, autocommit=True) as owner:
        _answers(found, load, topics)
        _stored(found, owner, topics)
        _heard(found, owner, topics, left_out)
        _rows(found, owner, topics, left_out)
        _parked(found, owner, parked)
        before = _with_strangers(load.before, owner, left_out)
    if not parked:
        played = reconcile(load.client, load.ledger, before, seconds)
        found.wrong += played.different
        if not played.reconciles and not played.different:
            found.wrong.append(f"play does not reconcile: facts {played.facts}, statuses {played.statuses}, views {played.views}")
    if rebuild:
        found.wrong += _refolded()
    found.seconds = time.monotonic() - began
    return found


def _answers(found: Found, load: Load, topics: Topics) -> None:
    """What callers were told (2xx) against the topic, dossier by dossier and fact by fact."""
    by_dossier = topics.by_dossier()
    unfinished = {dossier for dossier, entry in load.ledger.dossiers.items() if entry.problem}
    for dossier, entry in load.ledger.dossiers.items():
        found.answers += entry.facts.total()
        held = Counter(fact.type for fact in by_dossier.get(UUID(dossier), []) if fact.type not in REACTIONS)
        wanted = Counter({kind: number for kind, number in entry.facts.items() if kind not in REACTIONS})
        if dossier in unfinished:
            held &= wanted
        found.compare(f"answers of {dossier}", Counter(wanted), Counter(held))


def _stored(found: Found, owner: psycopg.Connection, topics: Topics) -> None:
    held = Counter((number, fact.id, fact.type) for number, fact in topics.facts.items())
    wanted: Counter[object] = Counter()
    for service in SOURCES:
        rows = _all(owner, service, "SELECT originator_id, originator_version, event_id, topic FROM facts")
        wanted.update(((service, subject, version), id_, kind) for subject, version, id_, kind in rows)
    found.compare("store → topic", wanted, Counter(held))


def _heard(found: Found, owner: psycopg.Connection, topics: Topics, strangers: set[UUID]) -> None:
    """Every service has heard the last fact of each source of each dossier, and nothing that was never sent."""
    last: dict[tuple[str, UUID], int] = {}
    for source, subject, sequence in topics.of_dossiers():
        last[source, subject] = max(last.get((source, subject), 0), sequence)
    for service in HEARS:
        rows = _all(owner, service, "SELECT source, subject, sequence FROM heard")
        held = Counter((source, subject, sequence) for source, subject, sequence in rows if subject not in strangers)
        found.compare(f"heard by {service}", Counter((*key, sequence) for key, sequence in last.items()), Counter(held))


def _with_strangers(before: Start, owner: psycopg.Connection, strangers: set[UUID]) -> Start:
    """Tracking's numbers as if it had heard of the strangers before the play."""
    heard = Counter(kind for subject, kind in _all(owner, "tracking", "SELECT dossier, type FROM history") if subject in strangers)
    return replace(before, facts=dict(Counter(before.facts) + heard))


def _rows(found: Found, owner: psycopg.Connection, topics: Topics, strangers: set[UUID]) -> None:
    """A well-formed fact of a dossier that nobody filed has its rows, for sources may be heard in any order; they are not counted."""
    facts = topics.by_dossier()
    for service, table, key, because in ONE_A_DOSSIER:
        wanted: Counter[object] = Counter(d for d, held in facts.items() if any(fact.type == because.TYPE for fact in held))
        query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(key), sql.Identifier(schema_of(service), table))
        held = Counter(row[0] for row in owner.execute(query).fetchall() if row[0] not in strangers)
        _count_rows(found, f"{service}.{table}", wanted, held)
    history = [row for row in _all(owner, "tracking", "SELECT dossier, type, source FROM history") if row[0] not in strangers]
    every = Counter((subject, fact.type, source) for (source, subject, _), fact in topics.of_dossiers().items())
    _count_rows(found, "tracking.history", Counter(every), Counter(history))
    legs = Counter(dossier for dossier, held in facts.items() for fact in held if fact.type == routing.Transferred.TYPE)
    _count_rows(found, "routing.leg", Counter(legs), Counter(row[0] for row in _all(owner, "routing", "SELECT dossier FROM leg")))
    messages = Counter(row[0] for row in _all(owner, "sync-national", "SELECT dossier FROM outgoing"))
    _count_rows(found, "sync-national.outgoing", Counter({d: _changes(held) for d, held in facts.items()}), Counter(messages))


def _changes(facts: Iterable[object]) -> int:
    """How often the national status moves."""
    progress = Progress()
    return sum(progress.apply(decode(fact.type, fact.value)) for fact in facts)  # type: ignore[attr-defined]


def _count_rows(found: Found, what: str, wanted: Counter[object], held: Counter[object]) -> None:
    found.rows += held.total()
    found.compare(what, +wanted, held)


def _parked(found: Found, owner: psycopg.Connection, wanted: int) -> None:
    for service in HEARS:
        held = _one(owner, service, sql.SQL("SELECT count(*) FROM parked WHERE topic <> {}").format(CATALOGUE))
        if held != wanted:
            found.wrong.append(f"{service} has parked {held} records instead of {wanted}")


def _refolded() -> list[str]:
    """The views against a fresh fold of the whole topic, by the command that an operator would give."""
    wrong = []
    for service in ("tracking", "ratings"):
        done = subprocess.run(
            [sys.executable, "-m", "motcua.cli", "rebuild", service], capture_output=True, text=True, errors="replace", timeout=300
        )
        if done.returncode:
            wrong.append(f"rebuild {service}: {done.stdout[-600:]}{done.stderr[-300:]}")
    return wrong


def _all(owner: psycopg.Connection, service: str, query: str) -> list[tuple[Any, ...]]:
    with owner.transaction():
        owner.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema_of(service))))
        return owner.execute(query.encode()).fetchall()


def _one(owner: psycopg.Connection, service: str, query: str | sql.Composed) -> int:
    with owner.transaction():
        owner.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema_of(service))))
        row = owner.execute(query if isinstance(query, sql.Composed) else query.encode()).fetchone()
    return int(row[0]) if row else 0


Check = Callable[[], Found]
