"""An error of the authority is mended within three working days (NĐ 118 Đ23.1)."""

from collections.abc import Callable
from datetime import datetime

from contracts.dossier.parts import Deadline
from contracts.fact import FileRef, VaultRef
from contracts.refusal import Refused
from results.case import Case
from results.domain.state import State
from results.events import CorrectionRequested, ResultCorrected
from worktime import judge_by_minute


def request_correction(
    case: Case, state: State, *, officer: str, at: datetime, now: datetime, keep: Callable[[], VaultRef], deadline: Deadline | None
) -> CorrectionRequested:
    """The result goes back to the agency that made the error; `keep` puts the reason into the vault once nothing is refused."""
    if state.issued is None:
        raise Refused("Chưa có kết quả để đính chính.", article=case.article("result_correction"))
    if state.correction is not None:
        raise Refused("Kết quả này đang được đính chính.", article=case.article("result_correction"))
    return CorrectionRequested(effective_at=at, recorded_at=now, officer=officer, reason=keep(), deadline=deadline)


def may_correct(case: Case, state: State) -> CorrectionRequested:
    """The request that a correction answers."""
    if state.correction is None:
        raise Refused("Không có yêu cầu đính chính nào đang chờ.", article=case.article("result_correction"))
    return state.correction


def correct(
    case: Case, state: State, *, number: str, file: FileRef, certificate: str, clerk: str, at: datetime, now: datetime
) -> ResultCorrected:
    """The mended result, signed anew; one that comes too late is taken and marked."""
    asked = may_correct(case, state)
    late = asked.deadline is not None and judge_by_minute(at, asked.deadline.due_at, now) == "late"
    return ResultCorrected(effective_at=at, recorded_at=now, file=file, number=number, clerk=clerk, certificate=certificate, late=late)
