"""What the tests of results' rules know: a decided case of a late and an early day, and the facts that may follow."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.fact import FileRef, VaultRef
from results.case import Case
from results.domain import State, fold
from results.domain.returning import Returning
from results.events import (
    CorrectionRequested,
    ResultIssued,
    ResultReturned,
)

DUE = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
"""Monday 16 March 2026, 17:00 in Viet Nam."""
LATE = DUE + timedelta(days=1)
EARLY = DUE - timedelta(days=3)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WORDS, FORM = VaultRef(key="w", digest="1" * 64), VaultRef(key="f", digest="2" * 64)
FILE = FileRef(key="r", digest="3" * 64, size=9, media_type="application/pdf")
MENDED = FileRef(key="m", digest="4" * 64, size=8, media_type="application/pdf")
CASE = Case(dossier=UUID(int=1), rule_set="son-la-2019", state="decided", outcome="granted", due_at=DUE, return_channel="counter")
ISSUED = ResultIssued(effective_at=DUE, recorded_at=DUE, outcome="granted", number="12", file=FILE, certificate="c", clerk="clerk-1")
RETURNED = ResultReturned(effective_at=DUE, recorded_at=DUE, way="counter", officer="officer-1")
ASKED = CorrectionRequested(
    effective_at=DUE, recorded_at=DUE, officer="officer-1", reason=WORDS, deadline=Deadline(due_at=LATE, term="3wd", calendar="c")
)
PLAIN = Returning(way="counter", explained=False, compare=False, compared=False)


UNISSUED = State()


def issued_at(at: datetime) -> State:
    return fold([replace(ISSUED, effective_at=at)])
