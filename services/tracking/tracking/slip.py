"""Form 06, the control slip: a row for every hand-over, read from the history (IN-31, RT-04)."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

import worktime
from chassis.vault import Vault
from contracts.dossier import intake, processing, results, routing
from contracts.fact import Fact, VaultRef
from forms import ControlSlip, Handover, Issuer, Outcome, Party, render
from tracking.domain import Dossier
from tracking.names import Names
from tracking.views import Event

ERASED = "(thông tin đã xóa theo quy định)"
OUTCOMES: dict[worktime.Verdict, Outcome] = {"early": Outcome.EARLY, "on_time": Outcome.ON_TIME, "late": Outcome.LATE}
ENDS = (processing.Approved, processing.Declined)


class Rows:
    """The slip while it grows, fact by fact."""

    def __init__(self, one_stop: str, names: Names) -> None:
        self.one_stop = one_stop
        self.names = names
        self.rows: list[Handover] = []
        self.electronic: dict[int, int] = {}
        self.paper: dict[int, int] = {}
        self.agencies: dict[int, str] = {}

    def add(self, giver: str, receiver: str, at: datetime, *, by: str | None = None, to: str | None = None, note: str = "") -> None:
        """A hand-over that is given and taken at one moment."""
        self.rows.append(
            Handover(giver=giver, giver_officer=by, given_at=at, receiver=receiver, receiver_officer=to, received_at=at, note=note)
        )

    def agency(self, leg: int) -> str:
        """The name of a leg's agency."""
        return self.agencies.get(leg, self.one_stop)

    def hear(self, fact: Fact) -> None:
        """The row, or the change of a row, that a fact means; most facts mean none."""
        act = _ACTS.get(type(fact))
        if act is not None:
            act(self, fact)

    def change(self, number: int | None, **values: object) -> None:
        """Fill in a row that was added before."""
        if number is not None:
            self.rows[number] = msgspec.structs.replace(self.rows[number], **values)

    def transferred(self, f: routing.Transferred) -> None:
        self.agencies[f.leg] = self.names.agency(f.agency)
        self.electronic[f.leg] = len(self.rows)
        due = f.deadline.due_at if f.deadline else None
        self.rows.append(
            Handover(
                giver=self.one_stop,
                given_at=f.effective_at,
                receiver=self.agency(f.leg),
                received_at=f.effective_at,
                due_at=due,
                note=f.task,
            )
        )

    def handed(self, f: routing.HandedOver) -> None:
        if f.movement == "sent":
            self.paper[f.leg] = len(self.rows)
            self.rows.append(
                Handover(
                    giver=self.one_stop, giver_officer=f.officer, given_at=f.effective_at, receiver=self.agency(f.leg), note="Hồ sơ giấy"
                )
            )
        else:
            self.change(self.paper.get(f.leg), received_at=f.effective_at, receiver_officer=f.officer)

    def rescheduled(self, f: routing.LegRescheduled) -> None:
        self.change(self.electronic.get(f.leg), due_at=f.deadline.due_at)

    def ended(self, leg: int, at: datetime) -> None:
        """Judge a leg by the minute (exact readings 2)."""
        number = self.electronic.get(leg)
        due = self.rows[number].due_at if number is not None else None
        if due is not None:
            self.change(number, outcome=OUTCOMES[worktime.judge_by_minute(at, due, at)])

    def step(self, f: processing.StepCompleted) -> None:
        if f.leg_ended:
            self.ended(f.leg, f.effective_at)
            self.add(self.agency(f.leg), self.one_stop, f.effective_at, by=f.officer, note="Kết thúc phần việc phối hợp")

    def decided(self, f: processing.Approved | processing.Declined) -> None:
        self.ended(f.leg, f.effective_at)
        self.add(self.agency(f.leg), self.agency(f.leg), f.effective_at, by=f.leader, note="Lãnh đạo ký, chuyển văn thư")


_ACTS: dict[type[Fact], Callable[..., None]] = {
    intake.Received: lambda rows, f: rows.add("Người nộp hồ sơ", rows.one_stop, f.effective_at, to=f.officer, note="Tiếp nhận hồ sơ"),
    routing.Transferred: Rows.transferred,
    routing.HandedOver: Rows.handed,
    routing.LegRescheduled: Rows.rescheduled,
    routing.ConsultationRequested: lambda rows, f: rows.add(
        rows.names.agency(f.asking), rows.names.agency(f.asked), f.effective_at, by=f.officer, note="Lấy ý kiến"
    ),
    routing.ConsultationAnswered: lambda rows, f: rows.add(
        rows.names.agency(f.asked), rows.one_stop, f.effective_at, by=f.officer, note="Trả lời ý kiến"
    ),
    processing.Assigned: lambda rows, f: rows.add(
        rows.agency(f.leg), rows.agency(f.leg), f.effective_at, by=f.assigned_by, to=f.assignee, note="Phân công xử lý"
    ),
    processing.SupplementNeeded: lambda rows, f: rows.add(
        rows.agency(f.leg), rows.one_stop, f.effective_at, by=f.officer, note="Đề nghị yêu cầu bổ sung"
    ),
    processing.DraftSubmitted: lambda rows, f: rows.add(
        rows.agency(f.leg), rows.agency(f.leg), f.effective_at, by=f.officer, note="Trình lãnh đạo"
    ),
    processing.DraftReturned: lambda rows, f: rows.add(
        rows.agency(f.leg), rows.agency(f.leg), f.effective_at, by=f.leader, note="Trả lại dự thảo"
    ),
    processing.StepCompleted: Rows.step,
    processing.Approved: Rows.decided,
    processing.Declined: Rows.decided,
    results.ResultIssued: lambda rows, f: rows.add(
        rows.agency(max(rows.agencies, default=0)), rows.one_stop, f.effective_at, by=f.clerk, note=f"Phát hành số {f.number}"
    ),
    results.ResultReturned: lambda rows, f: rows.add(rows.one_stop, "Người nộp hồ sơ", f.effective_at, by=f.officer, note="Trả kết quả"),
}


def control_slip(dossier: Dossier, events: Sequence[Event], names: Names, vault: Vault, now: datetime) -> ControlSlip:
    """The slip of a received dossier, with the applicant's name from the vault."""
    facts = [event.fact() for event in events]
    rows = Rows(names.agency(dossier.receiving), names)
    for fact in facts:
        rows.hear(fact)
    assert dossier.received_at is not None
    return ControlSlip(
        issuer=Issuer(agency=names.agency(dossier.receiving), place="Tuyên Quang"),
        issued_at=now,
        code=dossier.code or str(dossier.id),
        procedure=names.procedure(dossier.procedure),
        applicant=_party(facts, vault),
        received_at=dossier.received_at,
        due_at=dossier.due_at or dossier.received_at,
        handovers=tuple(rows.rows),
    )


def slip_pdf(form: ControlSlip) -> bytes:
    """The slip as PDF."""
    return render(form)


def _party(facts: Sequence[Fact], vault: Vault) -> Party:
    refs = [ref for fact in facts if isinstance(ref := getattr(fact, "form", None), VaultRef)]
    content = vault.get(refs[-1], "render") if refs else None
    if not isinstance(content, dict):
        return Party(name=ERASED)
    return Party(name=str(content.get("full_name") or content.get("organisation_name") or ERASED), address=content.get("residence"))
