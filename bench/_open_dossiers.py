"""Open dossiers for a calendar change, loaded by COPY: each with two facts before and a task on a work list."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from _rig import BECAUSE

from chassis.deadlines import deadline
from chassis.ids import new_id
from chassis.inbox import HEARD, Heard
from chassis.rescheduling import OPEN_CLOCKS, OpenClock
from chassis.store import Table
from contracts.dossier.parts import Leg, PinnedProcess
from contracts.dossier.processing import Assigned, StepCompleted
from contracts.fact import encode
from processing.domain import Case, HeldLeg
from processing.views import CASE, TASKS, TaskRow
from tracking.domain import Dossier
from tracking.views import DOSSIER
from worktime import Running, calendar

FIRST = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
RULES = "nd-118-2025+tuyen-quang-2025"
AGENCY = "H60.X1"
PROCESS = PinnedProcess(code="QT-1", version=1, mode="single", legs=(Leg(leg=1, agency=AGENCY, lead=True, task="Thẩm định", term="15wd"),))


@dataclass(frozen=True)
class Loaded:
    """What stands in the tables before the approval."""

    cases: list[Case]
    clocks: list[OpenClock]
    dossiers: list[Dossier]
    tasks: list[TaskRow]


def loaded(count: int) -> Loaded:
    """Open dossiers received in the six days before the storm, at any working minute."""
    chance, working = random.Random(7), calendar(AGENCY)
    found = Loaded([], [], [], [])
    for number in range(count):
        start, subject = FIRST + timedelta(days=chance.randrange(5), seconds=chance.randrange(9 * 3600)), new_id()
        running = Running(term="15wd", start=start, rule_set=RULES)
        due_at = running.dates(working)[0]
        first = deadline(running.recount(working), "15wd", working.version) if number < 1000 else found.cases[number % 1000].deadline
        code = f"{AGENCY}-260302-{number:06d}"
        found.cases.append(_case(subject, code, start, first))
        found.clocks.append(
            OpenClock(
                dossier=subject, agency=AGENCY, calendar=working.version, checked=0, due_at=due_at, original_due_at=due_at, running=running
            )
        )
        found.dossiers.append(Dossier(id=subject, code=code, settling=AGENCY, receiving=AGENCY, status=4, due_at=due_at, facts=2))
        found.tasks.append(_task(subject, code, start, due_at))
    return found


def _case(subject: UUID, code: str, start: datetime, first: Any) -> Case:
    return Case(
        dossier=subject,
        code=code,
        receiving=AGENCY,
        settling=AGENCY,
        procedure="MC-0001",
        procedure_version=1,
        rule_set=RULES,
        deadline=first,
        process=PROCESS,
        supplement_policy="restart",
        received_at=start,
        held=(HeldLeg(leg=1, agency=AGENCY, lead=True, task="Thẩm định"),),
    )


def _task(subject: UUID, code: str, start: datetime, due_at: datetime) -> TaskRow:
    return TaskRow(
        dossier=subject,
        leg=1,
        code=code,
        procedure="MC-0001",
        agency=AGENCY,
        lead=True,
        task="Thẩm định",
        transferred_at=start,
        due_at=due_at,
        settlement_due_at=due_at,
        state="assigned",
        assignee="specialist-1",
    )


def copy(conn: psycopg.Connection[Any], schema: str, table: Table[Any], rows: Sequence[Any]) -> None:
    names = ", ".join(f'"{name}"' for name in table.names)
    conn.execute(f'SET search_path TO "{schema}"'.encode())
    with conn.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN'.encode()) as stream:
        for row in rows:
            stream.write_row(table.to_values(row))


def copy_facts(conn: psycopg.Connection[Any], cases: Sequence[Case]) -> None:
    """Two facts of processing a dossier, already on the bus."""
    before = [
        Assigned(effective_at=FIRST, recorded_at=FIRST, leg=1, agency=AGENCY, assignee="specialist-1", assigned_by="head-1"),
        StepCompleted(effective_at=FIRST, recorded_at=FIRST, leg=1, step="Thẩm định", officer="specialist-1"),
    ]
    bodies = [(fact.TYPE, encode(fact)) for fact in before]
    columns = "originator_id, originator_version, topic, state, event_id, recorded_at, actor, correlation"
    with conn.cursor().copy(f"COPY processing.facts ({columns}) FROM STDIN".encode()) as stream:
        for case in cases:
            for version, (topic, body) in enumerate(bodies, 1):
                stream.write_row((case.dossier, version, topic, body, new_id(), FIRST, "specialist-1", BECAUSE.correlation))
    conn.execute("UPDATE processing.relay_position SET position = (SELECT max(position) FROM processing.facts)")


def load(dsn: str, what: Loaded) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        copy(conn, "processing", CASE, what.cases)
        copy(conn, "processing", OPEN_CLOCKS, what.clocks)
        copy(conn, "processing", TASKS, what.tasks)
        copy_facts(conn, what.cases)
        copy(conn, "tracking", DOSSIER, what.dossiers)
        for service in ("processing", "tracking"):
            copy(conn, service, HEARD, [Heard(source="processing", subject=case.dossier, sequence=2) for case in what.cases])
        conn.execute("ANALYZE")


__all__ = ["AGENCY", "Loaded", "load", "loaded"]
