"""What others said about a dossier, as far as processing's rules need it."""

from datetime import datetime
from uuid import UUID

import msgspec

from contracts.dossier.parts import Deadline, PinnedProcess
from contracts.fact import VaultRef
from contracts.receipt import receipt_number
from contracts.refusal import Refused
from worktime import article_of


class HeldLeg(msgspec.Struct, frozen=True, kw_only=True):
    """A leg that was transferred: which agency works on which task, and whether it leads."""

    leg: int
    agency: str
    lead: bool
    task: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """`asked_at`: a supplement is awaited since then. `pauses` and `restarted_at` are what moved the clock so far;
    `restart_asked_at`: when the supplement that restarted it was asked for.
    `wishes_answered`: how many of processing's wishes for a supplement the one-stop has answered. `stop_requests` counts
    requests, `late_stops` those that results answered; `stop_wish` is the last one. `ended`: nothing is left to settle.
    `requests`: how often the one-stop has asked for a supplement, at the gate too. `issued_at`: when there was a result.
    `applicant`, `form`: whose dossier it is, and the e-form as it stands; both unknown of what was filed before they were kept.
    `returner`: the one-stop that hands the result over, where that is another than the receiving one.
    `awaits_agency`: the clock begins only when the competent agency has the dossier, at `started_at`; otherwise at reception.
    """

    dossier: UUID
    code: str
    receiving: str
    settling: str
    procedure: str
    procedure_version: int
    rule_set: str
    deadline: Deadline | None
    process: PinnedProcess
    supplement_policy: str
    received_at: datetime
    held: tuple[HeldLeg, ...] = ()
    asked_at: datetime | None = None
    restarted_at: datetime | None = None
    restart_asked_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    wishes_answered: int = 0
    stop_requests: int = 0
    late_stops: int = 0
    stop_wish: str | None = None
    paid: tuple[str, ...] = ()
    ended: bool = False
    imported: bool = False
    requests: int = 0
    issued_at: datetime | None = None
    returned: bool = False
    awaits_agency: bool = False
    started_at: datetime | None = None
    applicant: str = ""
    form: VaultRef | None = None
    register_ordinal: int = 0
    returner: str | None = None

    def article(self, point: str) -> str:
        """The article of a point in the rule set that the dossier pins."""
        return article_of(self.rule_set, point)

    @property
    def receiver_apologises(self) -> bool:
        """Whether the agency that received neither settles nor hands the result over, and so apologises for itself (TQ25.1c)."""
        return self.returner not in (None, self.receiving) and self.receiving != self.settling

    @property
    def receipt_number(self) -> str:
        """The number that stands on the receipt; of a dossier without a register, its code."""
        return receipt_number(self.register_ordinal) if self.register_ordinal else self.code

    def leg(self, number: int) -> HeldLeg:
        """The transferred leg of that number; refused when the dossier has not come to it, 422 when there is none."""
        for held in self.held:
            if held.leg == number:
                return held
        if any(leg.leg == number for leg in self.process.legs):
            raise Refused("Hồ sơ chưa được chuyển đến phần việc này.", article=self.article("transfer"), field="leg")
        raise Refused("Quy trình của hồ sơ không có phần việc này.", article=self.article("transfer"), field="leg", status=422)

    @property
    def lead_agency(self) -> str:
        """The agency that answers for the whole; the settling one while no leg is known."""
        return next((leg.agency for leg in self.process.legs if leg.lead), self.settling)

    @property
    def co_ordinating(self) -> tuple[int, ...]:
        """The legs that must end before the lead may close (RT-06)."""
        return tuple(leg.leg for leg in self.process.legs if not leg.lead)
