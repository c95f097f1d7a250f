"""The national status of a dossier: one pure function over its facts in partition order.

Tracking, sync-national, ratings and the simulation all use it. A move that the law does not allow is ignored, so that every
reader comes to the same status whatever else stands on the topic. Codes 1 to 10: lifecycle of the National Portal.
"""

from collections.abc import Iterable
from enum import IntEnum

from contracts.dossier import intake, payments, processing, results, routing
from contracts.fact import Fact


class Status(IntEnum):
    """The ten national codes; `label` is the name citizens read."""

    REGISTERED = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    OBLIGATION = 6
    WITHDRAWING = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10

    @property
    def label(self) -> str:
        """Vietnamese name of the code."""
        return LABELS[self]


LABELS = {
    Status.REGISTERED: "Mới đăng ký",
    Status.RECEIVED: "Được tiếp nhận",
    Status.REFUSED: "Không được tiếp nhận",
    Status.PROCESSING: "Đang xử lý",
    Status.SUPPLEMENT: "Yêu cầu bổ sung giấy tờ",
    Status.OBLIGATION: "Yêu cầu thực hiện nghĩa vụ tài chính",
    Status.WITHDRAWING: "Công dân yêu cầu rút hồ sơ",
    Status.STOPPED: "Dừng xử lý",
    Status.FINISHED: "Đã xử lý xong",
    Status.RETURNED: "Đã trả kết quả",
}

_S = Status
_OPEN: set[Status | None] = {_S.RECEIVED, _S.PROCESSING, _S.SUPPLEMENT, _S.OBLIGATION}
_HELD: set[Status | None] = {_S.RECEIVED, _S.PROCESSING, _S.WITHDRAWING}

MOVES: dict[type[Fact], tuple[set[Status | None], Status]] = {
    intake.Submitted: ({None}, _S.REGISTERED),
    intake.Received: ({_S.REGISTERED, _S.SUPPLEMENT}, _S.RECEIVED),
    intake.Refused: ({_S.REGISTERED, _S.SUPPLEMENT}, _S.REFUSED),
    intake.SupplementRequested: ({_S.REGISTERED, _S.RECEIVED, _S.PROCESSING, _S.OBLIGATION}, _S.SUPPLEMENT),
    intake.Closed: ({_S.REGISTERED, _S.SUPPLEMENT, _S.WITHDRAWING}, _S.STOPPED),
    intake.StopRequested: ({_S.REGISTERED, *_OPEN}, _S.WITHDRAWING),
    routing.Transferred: ({_S.RECEIVED}, _S.PROCESSING),
    processing.ObligationRaised: ({_S.RECEIVED, _S.PROCESSING}, _S.OBLIGATION),
    payments.ObligationPaid: ({_S.OBLIGATION}, _S.PROCESSING),
    processing.Stopped: ({_S.WITHDRAWING}, _S.STOPPED),
    results.ResultIssued: (_HELD, _S.FINISHED),
    results.ResultReturned: ({_S.FINISHED}, _S.RETURNED),
    results.CorrectionRequested: ({_S.RETURNED}, _S.FINISHED),
    results.ResultCorrected: ({_S.RETURNED}, _S.FINISHED),
}

ANSWERS_TO_A_STOP: frozenset[type[Fact]] = frozenset({processing.StopDeclined, results.LateStopAnswered})
"""After which a dossier stands where it stood before the stop was asked for."""

BENEATH = (
    intake.SupplementRequested,
    intake.Supplemented,
    routing.Transferred,
    processing.ObligationRaised,
    payments.ObligationPaid,
)


class Progress:
    """The fold behind `national_status`, kept so that a reader may go on from where it stands."""

    __slots__ = ("before_stop", "status", "supplement_stage")

    def __init__(self, status: Status | None = None, before_stop: Status | None = None, supplement_stage: str | None = None) -> None:
        self.status = status
        self.before_stop = before_stop
        self.supplement_stage = supplement_stage

    def apply(self, fact: Fact) -> bool:
        """Move on by one fact; True when the status changed."""
        if self.status is Status.WITHDRAWING and isinstance(fact, BENEATH):
            self._move_beneath(fact)
            return False
        target = self._target(fact)
        if target is None or target == self.status:
            return False
        if target is Status.WITHDRAWING:
            self.before_stop = self.status
        if isinstance(fact, intake.SupplementRequested):
            self.supplement_stage = fact.stage
        self.status = target
        return True

    def _move_beneath(self, fact: Fact) -> None:
        """While a stop waits for its answer, what the dossier returns to on a no goes on moving."""
        beneath = Progress(self.before_stop, None, self.supplement_stage)
        beneath.apply(fact)
        self.before_stop, self.supplement_stage = beneath.status, beneath.supplement_stage

    def _target(self, fact: Fact) -> Status | None:
        if (move := MOVES.get(type(fact))) is not None:
            allowed, target = move
            return target if self.status in allowed and not _is_wish_to_adjust(fact) else None
        if type(fact) is intake.Supplemented:
            return self._after_supplement()
        if type(fact) in ANSWERS_TO_A_STOP:
            return self.before_stop if self.status is Status.WITHDRAWING else None
        return None

    def _after_supplement(self) -> Status | None:
        if self.status is not Status.SUPPLEMENT:
            return None
        return Status.REGISTERED if self.supplement_stage == "gate" else Status.PROCESSING


def _is_wish_to_adjust(fact: Fact) -> bool:
    """Asked for by the same act as a stop, but nothing waits for it."""
    return isinstance(fact, intake.StopRequested) and fact.wish == "adjust"


def national_status(facts: Iterable[Fact]) -> Status | None:
    """The status after these facts of one dossier, in partition order; None before any submission."""
    progress = Progress()
    for fact in facts:
        progress.apply(fact)
    return progress.status
