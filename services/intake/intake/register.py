"""Mẫu 07, Sổ theo dõi hồ sơ: one register a one-stop and year, kept by the system (IN-32).

The names come from the vault when it is read, and each read is logged; the dates from what intake has heard.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import forms
from chassis.service import Parts
from chassis.store import Session
from chassis.tokens import Caller
from contracts.catalogue import Procedure
from intake import vault
from intake.domain import Dossier, fold
from intake.parties import issuer_of, party_of
from intake.views import DossierRow
from intake.wording import CHANNELS
from worktime import VN


def year_of(year: int) -> tuple[datetime, datetime]:
    """The moments between which a dossier belongs to that year's register."""
    return datetime(year, 1, 1, tzinfo=VN), datetime(year + 1, 1, 1, tzinfo=VN)


def rows_of(session: Session, parts: Parts, rows: Sequence[DossierRow], caller: Caller, now: datetime) -> list[forms.RegisterRow]:
    """The register's lines of these dossiers."""
    histories = session.history([row.dossier for row in rows])
    states = {subject: fold([recorded.fact for recorded in history]) for subject, history in histories.items()}
    keys = [state.form.key for state in states.values() if state is not None]
    contents = vault.read_many(session, keys, reader=caller.subject, purpose="render", now=now)
    found = []
    for row in rows:
        state = states[row.dossier]
        if state is not None and row.received_at is not None:
            found.append(_line(parts, row, state, contents.get(state.form.key)))
    return found


def _line(parts: Parts, row: DossierRow, state: Dossier, form: object) -> forms.RegisterRow:
    submitted = state.submitted
    procedure: Procedure = parts.catalogue.procedure(submitted.procedure, submitted.procedure_version)
    working = parts.catalogue.calendar(row.settling)
    assert row.received_at is not None
    return forms.RegisterRow(
        ordinal=row.register_ordinal or 0,
        code=row.code or "",
        procedure=procedure.name,
        sets=procedure.sets,
        applicant=party_of(form if isinstance(form, dict) else {}),
        lead_agency=parts.catalogue.agency(row.settling).name,
        received_at=row.received_at,
        due_at=row.due_at,
        first_due_at=first if (first := _first_due_at(state)) != row.due_at else None,
        provisional=not row.imported and row.due_at is not None and working.is_provisional(row.received_at, row.due_at),
        transferred_at=row.transferred_at,
        result_received_at=row.result_at,
        returned_at=row.returned_at,
        way_of_return=CHANNELS[row.returned_way or submitted.return_channel],
        note=_note(row),
    )


def _first_due_at(state: Dossier) -> datetime | None:
    return state.received.deadline.due_at if state.received and state.received.deadline else None


def _note(row: DossierRow) -> str:
    return "Dừng giải quyết" if row.status == 8 else ""


def book(parts: Parts, agency: str, year: int, number: int, lines: Sequence[forms.RegisterRow], now: datetime) -> forms.Register:
    """One book of a year; it says that it is closed when the year is over."""
    _, end = year_of(year)
    return forms.Register(
        issuer=issuer_of(parts, agency),
        issued_at=now,
        year=year,
        book=number,
        rows=tuple(lines),
        closed_at=end - timedelta(minutes=1) if now >= end else None,
        keeper=forms.Signature(title="NGƯỜI GIỮ SỔ"),
    )
