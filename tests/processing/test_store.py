"""Processing's tables on a real PostgreSQL: what its inbox writes is what its commands and lists read."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest

from chassis.bus import Message
from chassis.catalogue import Catalogue
from chassis.clock import VirtualClock
from chassis.migrate import migrate
from chassis.store import Because, Unit
from chassis.store.postgres import PostgresDatabase
from contracts import Envelope, Fact
from contracts.dossier.processing import Assigned, Rescheduled
from motcua_stack import Servers, prepare_postgres
from motcua_stack.database import role_of
from processing import views
from processing.domain import fold
from processing.inbound import handler
from tests.intake.cases import HERE
from tests.processing.cases import LEAD, asked, completed, day, received, transferred
from tests.servers import fresh_database


@pytest.fixture
def store(stack: Servers) -> Iterator[PostgresDatabase]:
    owner = fresh_database(stack)
    address = prepare_postgres(owner, ["processing"], stack.home)["processing"]
    migrate(owner, "processing", "processing", role_of("processing"), "processing")
    database = PostgresDatabase("processing", address, pool_size=2)
    yield database
    database.close()


def hear(store: PostgresDatabase, dossier: UUID, *facts: Fact) -> None:
    handle = handler(VirtualClock(day(12)), Catalogue(store))
    for number, fact in enumerate(facts, start=1):
        envelope = Envelope(
            id=uuid4(),
            type=fact.TYPE,
            source=fact.OWNER,
            subject=dossier,
            sequence=number,
            time=fact.recorded_at,
            actor="test",
            correlation=dossier,
        )
        with store.session() as session:
            unit = Unit(session, Because(actor="test", correlation=dossier))
            handle(unit, Message(envelope, fact))
            unit.commit()


@pytest.mark.req("PR-01", "PR-09")
def test_case_clock_and_task_come_back_from_postgresql_as_they_were_written(store: PostgresDatabase) -> None:
    dossier, first = uuid4(), received(supplement_policy="pause")
    assigned = Assigned(effective_at=day(2), recorded_at=day(2), leg=1, agency=HERE.code, assignee="specialist-1", assigned_by="head-1")
    hear(store, dossier, first, transferred(), assigned, asked(day(3)), completed(day(10)))
    with store.session() as session:
        (case,) = session.rows(views.CASE, [(dossier,)])
        (owed,) = views.apologies(session, first.settling, day(28).date(), None, 2)
        (task,) = views.tasks(session, [("agency", "=", LEAD.agency), ("assignee", "=", "specialist-1")], None, 2)
        state = fold([recorded.fact for recorded in session.history([dossier])[dossier]])
    assert (case.deadline, case.process) == (first.deadline, first.process)
    assert (case.pauses, case.asked_at, case.leg(1).agency) == (((day(3), day(10)),), None, LEAD.agency)
    assert (owed.due_at.date(), owed.apologise_on.isoformat()) == (day(30).date(), "2026-03-27")
    assert (task.state, task.waits_for, task.transferred_at) == ("assigned", None, transferred().effective_at)
    assert state.deadline is not None and state.deadline.due_at.isoformat() == "2026-03-30T17:00:00+07:00"
    moved = Rescheduled(effective_at=day(12), recorded_at=day(12), old_due_at=day(23), deadline=state.deadline, cause="supplement-pause")
    hear(store, dossier, moved)
    with store.session() as session:
        assert views.tasks_of(session, dossier)[0].settlement_due_at == state.deadline.due_at
