"""Rows as the JSON that is answered: codes with their names, moments in Viet Nam time."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict

import worktime
from chassis.http.problem import ProblemError
from contracts.national_status import Status
from forms import ControlSlip
from tracking.domain import Dossier, Standing, standing
from tracking.names import Names
from tracking.sentences import Line, completion

UNKNOWN = "Không tìm thấy hồ sơ; xin kiểm tra lại mã trên giấy tiếp nhận."


class LookUp(TypedDict):
    """What anybody may read of a dossier."""

    code: str
    completion: str


class PublicLine(TypedDict):
    """A line of the public list."""

    code: str | None
    procedure: str
    procedure_name: str
    status: int | None
    status_name: str
    agency: str
    agency_name: str


class Owned(PublicLine):
    """What the owner reads. `provisional`: the date touches a year whose days off are not announced yet."""

    id: str
    receiving: str
    receiving_name: str
    holder: str
    holder_name: str
    submitted_at: str | None
    received_at: str | None
    due_at: str | None
    provisional: bool
    original_due_at: str | None
    finished_at: str | None
    returned_at: str | None
    standing: Standing


class Worked(Owned):
    """What those who work on it read. `facts`: how many were heard; `applicant`: a pseudonym."""

    settling: str
    involved: list[str]
    late_extension: bool
    applicant: str
    imported: bool
    facts: int


class EventTold(TypedDict):
    """One line of the history; who and from which service, for staff only."""

    n: int
    type: str
    what: str
    article: str | None
    effective_at: str
    recorded_at: str
    back_entry: str | None
    actor: NotRequired[str]
    who: NotRequired[str]
    source: NotRequired[str]
    approver: NotRequired[str | None]


class History(TypedDict):
    """The whole history of a dossier."""

    id: str
    code: str | None
    items: list[EventTold]


class AgencyCount(TypedDict):
    """Dossiers of one agency by national status."""

    agency: str
    agency_name: str
    total: int
    by_status: dict[str, int]


class Statistics(TypedDict):
    """Totals. `in_time_percent` is None where nothing was settled."""

    total: int
    by_status: dict[str, int]
    status_names: dict[str, str]
    by_agency: list[AgencyCount]
    settled: int
    early: int
    on_time: int
    late: int
    in_time_percent: float | None
    open_in_time: int
    open_late: int
    data_time: str


class HandoverTold(TypedDict):
    """A row of the control slip."""

    giver: str
    giver_officer: str | None
    given_at: str | None
    receiver: str
    receiver_officer: str | None
    received_at: str | None
    due_at: str | None
    outcome: str | None
    note: str


class Slip(TypedDict):
    """The control slip as data."""

    code: str
    procedure: str
    applicant: str
    received_at: str
    due_at: str | None
    original_due_at: str | None
    handovers: list[HandoverTold]


class Counts(TypedDict):
    """How many facts were heard by type, and dossiers by national status."""

    facts: dict[str, int]
    facts_total: int
    dossiers: int
    by_status: dict[str, int]
    imported: int


def lookup(dossier: Dossier | None) -> dict[str, str]:
    """What anybody may read: two fields; a 404 problem that does not say the code again for what is not there."""
    if dossier is None or dossier.status is None:
        raise ProblemError(404, UNKNOWN)
    return {"code": dossier.code or str(dossier.id), "completion": completion(dossier.status)}


def local(moment: datetime | None) -> str | None:
    """ISO 8601 with +07:00."""
    return worktime.in_viet_nam(moment).isoformat() if moment else None


def public(dossier: Dossier, names: Names) -> dict[str, Any]:
    """A line of the public list: no person, no officer (TR-11)."""
    return {
        "code": dossier.code,
        "procedure": dossier.procedure,
        "procedure_name": names.procedure(dossier.procedure),
        "status": dossier.status,
        "status_name": completion(dossier.status),
        "agency": dossier.settling,
        "agency_name": names.agency(dossier.settling),
    }


def owner(dossier: Dossier, names: Names, now: datetime) -> dict[str, Any]:
    """What the owner reads: state down to the agency that holds the dossier."""
    return {
        "id": str(dossier.id),
        **public(dossier, names),
        "receiving": dossier.receiving,
        "receiving_name": names.agency(dossier.receiving),
        "holder": dossier.holder,
        "holder_name": names.agency(dossier.holder),
        "submitted_at": local(dossier.submitted_at),
        "received_at": local(dossier.received_at),
        "due_at": local(dossier.due_at),
        "provisional": names.is_provisional(dossier),
        "original_due_at": local(dossier.original_due_at),
        "finished_at": local(dossier.finished_at),
        "returned_at": local(dossier.returned_at),
        "standing": standing(dossier, now),
    }


def staff(dossier: Dossier, names: Names, now: datetime) -> dict[str, Any]:
    """What those who work on it read."""
    return owner(dossier, names, now) | {
        "settling": dossier.settling,
        "involved": list(dossier.involved),
        "late_extension": dossier.late_extension,
        "applicant": dossier.applicant,
        "imported": dossier.imported,
        "facts": dossier.facts,
    }


def event(line: Line, *, with_actor: bool) -> dict[str, Any]:
    """One line of the history: what, when by the law and when it was recorded, on which article; who, for staff."""
    row = line.event
    return {
        "n": row.n,
        "type": row.type,
        "what": line.what,
        "article": line.article,
        "effective_at": local(row.effective_at),
        "recorded_at": local(row.recorded_at),
        "back_entry": line.fact.back_entry.cause if line.fact.back_entry else None,
    } | ({"actor": row.actor, "who": line.who, "source": row.source, "approver": _approver(line)} if with_actor else {})


def _approver(line: Line) -> str | None:
    """The second person of a back-entry."""
    return line.fact.back_entry.approver if line.fact.back_entry else None


def statistics(counts: dict[tuple[str, int], int], verdicts: dict[str, int], names: Names) -> dict[str, Any]:
    """Totals by agency and status; a share of nothing is absent, never 100 %."""
    judged = sum(verdicts.get(kind, 0) for kind in ("early", "on_time", "late"))
    in_time = judged - verdicts.get("late", 0)
    agencies: dict[str, dict[str, int]] = {}
    for (agency, status), number in sorted(counts.items()):
        agencies.setdefault(agency, {})[str(status)] = number
    return {
        "total": sum(counts.values()),
        "by_status": {str(s.value): sum(n for (_, status), n in counts.items() if status == s) for s in Status},
        "status_names": {str(s.value): s.label for s in Status},
        "by_agency": [
            {"agency": code, "agency_name": names.agency(code), "total": sum(by.values()), "by_status": by} for code, by in agencies.items()
        ],
        "settled": judged,
        "early": verdicts.get("early", 0),
        "on_time": verdicts.get("on_time", 0),
        "late": verdicts.get("late", 0),
        "in_time_percent": round(100 * in_time / judged, 2) if judged else None,
        "open_in_time": verdicts.get("open", 0) - verdicts.get("open_late", 0),
        "open_late": verdicts.get("open_late", 0),
    }


def slip(form: ControlSlip) -> dict[str, Any]:
    """The control slip as data."""
    rows = [
        {
            "giver": row.giver,
            "giver_officer": row.giver_officer,
            "given_at": local(row.given_at),
            "receiver": row.receiver,
            "receiver_officer": row.receiver_officer,
            "received_at": local(row.received_at),
            "due_at": local(row.due_at),
            "outcome": row.outcome.value if row.outcome else None,
            "note": row.note,
        }
        for row in form.handovers
    ]
    return {
        "code": form.code,
        "procedure": form.procedure,
        "applicant": form.applicant.name,
        "received_at": local(form.received_at),
        "due_at": local(form.due_at),
        "original_due_at": local(form.original_due_at),
        "handovers": rows,
    }
