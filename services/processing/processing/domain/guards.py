"""When work on a dossier has to rest: it ended, it was decided, it waits for the applicant."""

from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.state import State


def must_run(case: Case, state: State) -> None:
    """Refuse once the dossier was stopped, closed or has its result."""
    if state.stopped is not None:
        raise Refused("Hồ sơ đã dừng giải quyết theo yêu cầu.", article=case.article("stop"))
    if case.ended:
        raise Refused("Hồ sơ đã kết thúc.", article=case.article("decision"))


def must_be_undecided(case: Case, state: State) -> None:
    """Refuse also once the leader approved or declined."""
    must_run(case, state)
    if state.decided:
        raise Refused("Lãnh đạo đã quyết định; hồ sơ đang ở văn thư.", article=case.article("decision"))


def must_not_wait(case: Case, state: State) -> None:
    """Refuse while a supplement is awaited, or an obligation is unpaid (PY-08)."""
    if case.asked_at is not None:
        raise Refused("Hồ sơ đang chờ người nộp bổ sung.", article=case.article("waiting"))
    if unpaid(case, state):
        raise Refused("Người nộp chưa hoàn thành nghĩa vụ tài chính; bước tiếp theo cần chứng từ nộp.", article=case.article("unpaid"))


def must_be_open(case: Case, state: State) -> None:
    """Refuse unless work on the dossier may go on."""
    must_be_undecided(case, state)
    must_not_wait(case, state)


def must_not_be_withdrawn(case: Case, state: State) -> None:
    """A request to stop or to adjust is answered before the decision is taken (Đ21)."""
    if stop_open(case, state):
        raise Refused("Người nộp đã yêu cầu dừng hoặc điều chỉnh; trả lời yêu cầu đó trước.", article=case.article("stop"))


def must_not_wish(case: Case, state: State) -> None:
    """A wish for a supplement is answered by the one-stop before the decision is taken: they would cross."""
    if state.wishes > case.wishes_answered:
        raise Refused("Đề nghị bổ sung đang chờ bộ phận một cửa; chưa quyết định được.", article=case.article("waiting"))


def unpaid(case: Case, state: State) -> list[str]:
    """The obligations that wait for their proof."""
    return [obligation for obligation in state.obligations if obligation not in case.paid]


def stop_open(case: Case, state: State) -> bool:
    """Whether a request to stop or adjust waits for an answer."""
    return case.stop_requests > state.stop_answers + case.late_stops
