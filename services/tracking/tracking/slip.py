"""Form 06, the control slip: a row for every hand-over, read from the history (IN-31, RT-04).

Nobody is said to have taken the dossier over before a fact of theirs shows it: a recorded receipt, or the first thing they did with it.
"""

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
APPLICANT = "Người nộp hồ sơ"
WORKING, OVERDUE, DONE = "đang xử lý", "đang xử lý, đã quá hạn", "đã xử lý"


class Rows:
    """The slip while it grows, fact by fact. Desks are named with their agency, since most hand-overs stay inside one."""

    def __init__(self, receiving: str, names: Names) -> None:
        self.names = names
        self.one_stop = f"Bộ phận một cửa, {names.agency(receiving)}"
        self.rows: list[Handover] = []
        self.electronic: dict[int, int] = {}
        self.paper: dict[int, int] = {}
        self.agencies: dict[int, str] = {}
        self.lead = ""
        self.filed_at: datetime | None = None
        self.asking: dict[int, str] = {}

    def add(self, giver: str, receiver: str, at: datetime, *, by: str | None = None, to: str | None = None, note: str = "") -> int:
        """A hand-over, which shows that the giver had taken over what came before; the row's number."""
        self.take(giver, at, by)
        self.rows.append(Handover(giver=giver, giver_officer=by, given_at=at, receiver=receiver, receiver_officer=to, note=note))
        return len(self.rows) - 1

    def take(self, who: str, at: datetime, by: str | None = None) -> None:
        """A desk acts on the dossier: it, and the agency that it works for, have what was given to them. Paper is confirmed apart.

        A one-stop sits in an agency and does not settle for it: what it does shows nobody else at work.
        """
        on_paper = self.paper.values()
        for number, row in enumerate(self.rows):
            inside = who != self.one_stop and who.endswith(f", {row.receiver}")
            if row.received_at is None and number not in on_paper and (who == row.receiver or inside):
                self.change(number, received_at=at, receiver_officer=row.receiver_officer or by)

    def desk(self, leg: int, desk: str) -> str:
        """A desk of a leg's agency."""
        return f"{desk}, {self.agencies[leg]}" if leg in self.agencies else desk

    def hear(self, fact: Fact) -> None:
        """The row, or the change of a row, that a fact means; most facts mean none."""
        act = _ACTS.get(type(fact))
        if act is not None:
            act(self, fact)

    def change(self, number: int | None, **values: object) -> None:
        """Fill in a row that was added before."""
        if number is not None:
            self.rows[number] = msgspec.structs.replace(self.rows[number], **values)

    # reception and transfer
    def submitted(self, f: intake.Submitted) -> None:
        self.filed_at = f.effective_at

    def received(self, f: intake.Received) -> None:
        self.lead = next((self.names.agency(leg.agency) for leg in f.process.legs if leg.lead), self.names.agency(f.settling))
        row = self.add(APPLICANT, self.one_stop, self.filed_at or f.effective_at, to=f.officer, note="Tiếp nhận hồ sơ")
        self.change(row, received_at=f.effective_at)

    def transferred(self, f: routing.Transferred) -> None:
        self.agencies[f.leg] = self.names.agency(f.agency)
        row = self.electronic[f.leg] = self.add(self.one_stop, self.agencies[f.leg], f.effective_at, note=f"{f.task} ({WORKING})")
        self.change(row, due_at=f.deadline.due_at if f.deadline else None)

    def handed(self, f: routing.HandedOver) -> None:
        if f.movement == "sent":
            agency = self.agencies.get(f.leg, self.lead)
            self.paper[f.leg] = self.add(self.one_stop, agency, f.effective_at, by=f.officer, note="Hồ sơ giấy")
        else:
            self.change(self.paper.get(f.leg), received_at=f.effective_at, receiver_officer=f.officer)
            number = self.electronic.get(f.leg)
            if number is not None and self.rows[number].received_at is None:
                self.change(number, received_at=f.effective_at, receiver_officer=f.officer)

    def rescheduled(self, f: routing.LegRescheduled) -> None:
        self.change(self.electronic.get(f.leg), due_at=f.deadline.due_at)

    def extended(self, f: processing.Extended) -> None:
        """The agency that had until the dossier's date has until the new one; not by a slip sent too late."""
        for leg, number in self.electronic.items():
            if self.agencies[leg] == self.lead and self.rows[number].due_at == f.old_due_at and not f.late_notice:
                self.change(number, due_at=f.deadline.due_at)

    def consulted(self, f: routing.ConsultationRequested) -> None:
        self.asking[f.consultation] = self.names.agency(f.asking)
        self.add(self.asking[f.consultation], self.names.agency(f.asked), f.effective_at, by=f.officer, note="Lấy ý kiến")

    def answered(self, f: routing.ConsultationAnswered) -> None:
        asking = self.asking.get(f.consultation, self.lead)
        self.add(self.names.agency(f.asked), asking, f.effective_at, by=f.officer, note="Trả lời ý kiến")

    # supplement
    def amended(self, f: intake.Amended) -> None:
        if f.answers_supplement:
            self.add(APPLICANT, self.one_stop, f.effective_at, note="Nộp giấy tờ bổ sung")

    def supplemented(self, f: intake.Supplemented) -> None:
        self.take(self.one_stop, f.recorded_at, f.officer)
        if f.stage == "processing":
            self.add(self.one_stop, self.lead, f.recorded_at, by=f.officer, note="Chuyển hồ sơ đã bổ sung")

    # work and decision
    def ended(self, leg: int, at: datetime) -> None:
        """Judge a leg by the minute (exact readings 2)."""
        number = self.electronic.get(leg)
        if number is None:
            return
        row = self.rows[number]
        outcome = OUTCOMES[worktime.judge_by_minute(at, row.due_at, at)] if row.due_at else None
        self.change(number, outcome=outcome, note=row.note.replace(WORKING, DONE))

    def overdue(self, now: datetime) -> None:
        """Say of each leg that is still worked on whether its date is past."""
        for number in self.electronic.values():
            row = self.rows[number]
            if WORKING in row.note and row.due_at and worktime.judge_by_minute(now, row.due_at, now) == "late":
                self.change(number, note=row.note.replace(WORKING, OVERDUE))

    def assigned(self, f: processing.Assigned) -> None:
        giver, receiver = self.desk(f.leg, "Lãnh đạo phòng"), self.desk(f.leg, "Chuyên viên")
        self.add(giver, receiver, f.effective_at, by=f.assigned_by, to=f.assignee, note="Phân công thụ lý")

    def drafted(self, f: processing.DraftSubmitted) -> None:
        self.add(self.desk(f.leg, "Chuyên viên"), self.desk(f.leg, "Lãnh đạo"), f.effective_at, by=f.officer, note="Trình dự thảo kết quả")

    def sent_back(self, f: processing.DraftReturned) -> None:
        self.add(
            self.desk(f.leg, "Lãnh đạo"), self.desk(f.leg, "Chuyên viên"), f.effective_at, by=f.leader, note="Trả lại dự thảo kèm ý kiến"
        )

    def step(self, f: processing.StepCompleted) -> None:
        self.take(self.desk(f.leg, "Chuyên viên"), f.effective_at, f.officer)
        if f.leg_ended:
            self.ended(f.leg, f.effective_at)
            self.add(self.agencies.get(f.leg, ""), self.lead, f.effective_at, by=f.officer, note="Gửi kết quả phối hợp")

    def decided(self, f: processing.Approved | processing.Declined) -> None:
        self.add(self.desk(f.leg, "Lãnh đạo"), self.desk(f.leg, "Văn thư"), f.effective_at, by=f.leader, note="Ký kết quả, chuyển văn thư")
        self.ended(f.leg, f.effective_at)

    def announced(self, f: results.EarlyReturnAnnounced) -> None:
        """Whoever reaches the applicant has the result; a message that went by itself with the issue shows nobody at the one-stop."""
        if f.way != "system":
            self.take(self.one_stop, f.effective_at, f.officer)

    def returned(self, f: results.ResultReturned) -> None:
        row = self.add(self.one_stop, APPLICANT, f.effective_at, by=f.officer, note="Trả kết quả")
        if f.way == "counter":
            self.change(row, received_at=f.effective_at)


_ACTS: dict[type[Fact], Callable[..., object]] = {
    intake.Submitted: Rows.submitted,
    intake.Received: Rows.received,
    intake.SupplementRequested: lambda rows, f: rows.add(rows.one_stop, APPLICANT, f.effective_at, by=f.officer, note="Yêu cầu bổ sung"),
    intake.Amended: Rows.amended,
    intake.Supplemented: Rows.supplemented,
    routing.Transferred: Rows.transferred,
    routing.HandedOver: Rows.handed,
    routing.LegRescheduled: Rows.rescheduled,
    routing.ConsultationRequested: Rows.consulted,
    routing.ConsultationAnswered: Rows.answered,
    processing.Assigned: Rows.assigned,
    processing.SupplementNeeded: lambda rows, f: rows.add(
        rows.desk(f.leg, "Lãnh đạo"), rows.one_stop, f.effective_at, by=f.approved_by, note="Đề nghị yêu cầu bổ sung"
    ),
    processing.DraftSubmitted: Rows.drafted,
    processing.DraftReturned: Rows.sent_back,
    processing.StepCompleted: Rows.step,
    processing.Approved: Rows.decided,
    processing.Declined: Rows.decided,
    processing.Extended: Rows.extended,
    results.ResultIssued: lambda rows, f: rows.add(
        f"Văn thư, {rows.lead}", rows.one_stop, f.effective_at, by=f.clerk, note=f"Phát hành số {f.number}"
    ),
    results.EarlyReturnAnnounced: Rows.announced,
    results.ResultReturned: Rows.returned,
}


def control_slip(dossier: Dossier, events: Sequence[Event], names: Names, vault: Vault, now: datetime) -> ControlSlip:
    """The slip of a received dossier, with the applicant's name from the vault."""
    facts = [event.fact() for event in events]
    rows = Rows(dossier.receiving, names)
    for fact in facts:
        rows.hear(fact)
    if dossier.verdict == "open" and dossier.waiting_since is None:
        rows.overdue(now)
    assert dossier.received_at is not None
    return ControlSlip(
        issuer=Issuer(**names.heading(dossier.receiving)._asdict()),
        issued_at=now,
        code=dossier.code or str(dossier.id),
        procedure=names.procedure(dossier.procedure),
        applicant=_party(facts, vault),
        received_at=dossier.received_at,
        due_at=dossier.due_at or dossier.received_at,
        original_due_at=dossier.original_due_at,
        provisional=names.is_provisional(dossier),
        handovers=tuple(rows.rows),
    )


def slip_pdf(form: ControlSlip) -> bytes:
    """The slip as PDF."""
    return render(form)


def _party(facts: Sequence[Fact], vault: Vault) -> Party:
    refs = [ref for fact in facts if isinstance(ref := getattr(fact, "form", None), VaultRef)]
    content = vault.get(refs[-1], "render") if refs else None
    filed = Party.filed(content if isinstance(content, dict) else {}, ERASED)
    return Party(name=filed.name, address=filed.address)
