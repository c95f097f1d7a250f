"""What processing remembers from the bus: the case of a dossier, and a task for each leg."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from processing.domain import Case


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leg on an agency's work list. `state`: new, assigned, submitted, returned, approved, declined, ended, stopped, closed, issued;
    `waits_for`: supplement, obligation or stop-answer while the work rests. `due_at` is the leg's own limit."""

    dossier: UUID
    leg: int
    code: str
    procedure: str
    agency: str
    lead: bool
    task: str
    transferred_at: datetime
    due_at: datetime | None
    settlement_due_at: datetime | None
    state: str = "new"
    assignee: str | None = None
    draft: int = 0
    waits_for: str | None = None


CASE = Table("dossier_case", Case, ("dossier",))
TASKS = Table("task", TaskRow, ("dossier", "leg"))
TASK_ORDER = ("transferred_at", "dossier", "leg")


def tasks(session: Session, where: Sequence[Condition], after: tuple[object, ...] | None, limit: int) -> list[TaskRow]:
    """Tasks by condition, the oldest first."""
    return session.find(TASKS, where, TASK_ORDER, after, limit)


def tasks_of(session: Session, dossier: UUID) -> list[TaskRow]:
    """The tasks of a dossier, in order."""
    return session.find(TASKS, [("dossier", "=", dossier)], ("leg",))
