"""What the suites start from."""

from datetime import date
from uuid import UUID

from chassis.discard import Place, discard
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.redrive import redrive
from chassis.store import Because, Database, Session, Unit
from chassis.timers import TIMERS, Timer
from tests.chassis.sample import BECAUSE, CASES, NOW, Case, case, ended, later, voided


def record(store: Database, subject: UUID, count: int = 1) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        unit.record(subject, *(voided(n) for n in range(count)))
        unit.commit()


def put(store: Database, *rows: Case) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for row in rows:
            unit.put(CASES, row)
        unit.commit()


def all_cases(store: Database) -> list[Case]:
    with store.session() as session:
        return session.find(CASES, order=("dossier",))


def six_cases() -> list[Case]:
    return [
        case(
            n,
            facts=n,
            urgent=n % 3 == 0,
            due_at=later(n) if n % 2 else None,
            opened_on=date(2026, 3, 2 + n),
            state="ended" if n > 3 else "open",
        )
        for n in range(6)
    ]


def redriven(inbox: Inbox, session: Session, subject: str) -> int:
    """How many parked records were applied, for good."""
    done = redrive(inbox, session, subject)
    session.commit()
    return done.applied


def put_timers(store: Database, *timers: Timer) -> None:
    with store.session() as session:
        unit = Unit(session, BECAUSE)
        for timer in timers:
            unit.put(TIMERS, timer)
        unit.commit()


def end_dossier(unit: Unit, timer: Timer) -> None:
    unit.record(timer.subject, ended())


def given_up(store: Database, subject: str, place: Place | None = None) -> int | None:
    """The offset of the record that was given up."""
    with store.session() as session:
        unit = Unit(session, Because(actor="operator-1", correlation=new_id()))
        row = discard(unit, subject, "garbage", NOW, place)
        unit.commit()
    return row.offset if row else None
