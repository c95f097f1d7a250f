"""What processing remembers from the bus: the case of a dossier, and a task for each leg."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from chassis.store import Condition, Session, Table
from contracts.fact import VaultRef
from processing.domain import Case


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A leg on an agency's work list. `state`: new, assigned, submitted, returned, approved, declined, ended, stopped, closed, issued;
    `waits_for`: supplement, obligation or stop-answer while the work rests. `due_at` is the leg's own limit; `skipped` counts the steps
    that were left out (PR-21); `paper_lag` is by how many minutes the paper came later than the e-dossier (PR-23)."""

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
    skipped: int = 0
    paper_at: datetime | None = None
    paper_lag: int | None = None


class ApologyRow(msgspec.Struct, frozen=True, kw_only=True):
    """An apology that `agency` owes from `apologise_on` on; `due_at` is the date that binds, `duty` settling or receiver."""

    dossier: UUID
    agency: str
    duty: str
    code: str
    procedure: str
    due_at: datetime
    apologise_on: date
    issued_at: datetime | None


class GateRequests(msgspec.Struct, frozen=True, kw_only=True):
    """A dossier before its reception: how often a supplement was asked for, who filed it, and the form as it stands."""

    dossier: UUID
    requests: int = 0
    applicant: str = ""
    form: VaultRef | None = None


CASE = Table("dossier_case", Case, ("dossier",))
TASKS = Table("task", TaskRow, ("dossier", "leg"))
GATE = Table("gate_request", GateRequests, ("dossier",))
APOLOGIES = Table("apology_need", ApologyRow, ("dossier", "agency"))
APOLOGY_ORDER = ("due_at", "dossier")
TASK_ORDER = ("transferred_at", "dossier", "leg")


def tasks(session: Session, where: Sequence[Condition], after: tuple[object, ...] | None, limit: int) -> list[TaskRow]:
    """Tasks by condition, the oldest first."""
    return session.find(TASKS, where, TASK_ORDER, after, limit)


def tasks_of(session: Session, dossier: UUID) -> list[TaskRow]:
    """The tasks of a dossier, in order."""
    return session.find(TASKS, [("dossier", "=", dossier)], ("leg",))


def apologies(session: Session, agency: str, today: date, after: tuple[object, ...] | None, limit: int) -> list[ApologyRow]:
    """What an agency has to apologise for by the end of that Viet Nam date, the earliest due first."""
    return session.find(APOLOGIES, [("agency", "=", agency), ("apologise_on", "<=", today)], APOLOGY_ORDER, after, limit)
