"""One supplement: complete, of published components only, asked once; amendments by the applicant."""

from collections.abc import Sequence
from datetime import datetime

from contracts.catalogue import Procedure
from contracts.dossier.parts import Attachment, SupplementItem
from contracts.dossier.processing import SupplementNeeded
from contracts.fact import VaultRef
from contracts.refusal import Refused as Refusal
from contracts.refusal import Unheard
from contracts.supplement import check_components
from intake.domain import stopping
from intake.domain.dossier import FORM, Dossier, Phase
from intake.domain.elsewhere import Elsewhere
from intake.events import Amended, Closed, SupplementDeclined, Supplemented, SupplementRequested
from worktime import RuleSet

NOTHING_HEARD = Elsewhere()


def check_items(items: Sequence[SupplementItem], procedure: Procedure, rules: RuleSet) -> None:
    """A request names at least one thing, each once, and only published components (IN-19)."""
    check_components([item.component for item in items], {component.code for component in procedure.components}, rules)


def check_once(dossier: Dossier, rules: RuleSet, legal_basis: VaultRef | None, *, supervisor: bool) -> None:
    """A second request needs a recorded legal basis and a supervisor (IN-18, Đ11.2c)."""
    most = rules.settings.supplement_requests
    if most is None or len(dossier.requests) < most:
        return
    if not legal_basis or not supervisor:
        why = "Chỉ được yêu cầu bổ sung một lần; lần nữa cần căn cứ pháp luật và lãnh đạo bộ phận một cửa."
        raise Refusal(why, article=rules.article("supplement_once"), field="legal_basis")


def request_at_gate(
    dossier: Dossier,
    items: Sequence[SupplementItem],
    *,
    procedure: Procedure,
    rules: RuleSet,
    answer_by: datetime | None,
    officer: str,
    legal_basis: VaultRef | None,
    supervisor: bool,
    now: datetime,
) -> SupplementRequested:
    """Ask at the reception gate."""
    dossier.must_be(rules, Phase.SUBMITTED)
    check_items(items, procedure, rules)
    check_once(dossier, rules, legal_basis, supervisor=supervisor)
    return SupplementRequested(
        effective_at=now, recorded_at=now, stage="gate", items=tuple(items), officer=officer, answer_by=answer_by, legal_basis=legal_basis
    )


def pass_on(
    dossier: Dossier,
    elsewhere: Elsewhere,
    *,
    procedure: Procedure,
    rules: RuleSet,
    answer_by: datetime | None,
    officer: str,
    legal_basis: VaultRef | None,
    supervisor: bool,
    now: datetime,
) -> SupplementRequested:
    """The one-stop runs “Bổ sung hồ sơ” for the settling agency (PR-06)."""
    needed = _wish(dossier, elsewhere, rules)
    check_items(needed.items, procedure, rules)
    check_once(dossier, rules, legal_basis, supervisor=supervisor)
    return SupplementRequested(
        effective_at=now,
        recorded_at=now,
        stage="processing",
        items=needed.items,
        officer=officer,
        answer_by=answer_by,
        legal_basis=legal_basis,
    )


def decline(
    dossier: Dossier, elsewhere: Elsewhere, *, reason: VaultRef | None, rules: RuleSet, officer: str, now: datetime
) -> SupplementDeclined:
    """The one-stop does not pass the wish on; the settlement clock was never touched."""
    _wish(dossier, elsewhere, rules)
    article = rules.article("supplement_once")
    return SupplementDeclined(effective_at=now, recorded_at=now, officer=officer, reason=reason, article=article)


def _wish(dossier: Dossier, elsewhere: Elsewhere, rules: RuleSet) -> SupplementNeeded:
    """The settling agency's wish that waits for the one-stop."""
    dossier.must_be(rules, Phase.RECEIVED)
    article = rules.article("deficiency_limit")
    if elsewhere.needed is not None:
        return elsewhere.needed
    if elsewhere.stopped:
        raise Refusal("Hồ sơ đã dừng giải quyết theo yêu cầu; không còn bổ sung.", article=article)
    if elsewhere.decided:
        raise Refusal("Kết quả đã được quyết định; không còn bổ sung.", article=article)
    why = "Chưa nhận được đề nghị bổ sung nào của cơ quan giải quyết; nếu cơ quan vừa đề nghị, xin thử lại sau ít giây."
    raise Unheard(why, article=article)


def amend(
    dossier: Dossier,
    *,
    form: VaultRef | None,
    attachments: Sequence[Attachment],
    rules: RuleSet,
    now: datetime,
    elsewhere: Elsewhere = NOTHING_HEARD,
) -> Amended:
    """The applicant changes an unreceived dossier, sends what was asked for (IN-33, IN-34), or adjusts with the holder's consent (Đ21)."""
    if form is None and not attachments:
        raise Refusal("Không có nội dung sửa đổi.", article=rules.article("amend"), field="attachments", status=422)
    if dossier.phase is Phase.RECEIVED:
        _check_consent(dossier, elsewhere, rules)
    else:
        dossier.must_be(rules, Phase.SUBMITTED, Phase.SUPPLEMENTING)
    request = dossier.open_request
    if request is not None and request.answer_by is not None and now > request.answer_by:
        point = "gate_close_days" if request.stage == "gate" else "close_after_days"
        raise Refusal("Đã quá thời hạn bổ sung.", article=rules.article(point))
    return Amended(
        effective_at=now,
        recorded_at=now,
        amendment=dossier.amendments + 1,
        form=form,
        attachments=tuple(attachments),
        answers_supplement=request is not None,
    )


def _check_consent(dossier: Dossier, elsewhere: Elsewhere, rules: RuleSet) -> None:
    article = rules.article("stop")
    if elsewhere.stopped:
        raise Refusal("Hồ sơ đã dừng giải quyết theo yêu cầu; không điều chỉnh được nữa.", article=article)
    if elsewhere.decided:
        raise Refusal("Kết quả đã được quyết định; không điều chỉnh được nữa.", article=article)
    if elsewhere.consents > dossier.adjustments:
        return
    if stopping.is_open(dossier, elsewhere):
        why = "Chưa nhận được trả lời của cơ quan giải quyết về đề nghị điều chỉnh; nếu cơ quan vừa đồng ý, xin thử lại sau ít giây."
        raise Unheard(why, article=article)
    raise Refusal("Sau khi tiếp nhận, chỉ điều chỉnh được khi cơ quan giải quyết đồng ý.", article=article)


def confirm(dossier: Dossier, *, rules: RuleSet, officer: str, now: datetime) -> Supplemented:
    """The officer confirms that all is complete; the moment of law is the arrival of the last item (Đ19.5)."""
    dossier.must_be(rules, Phase.SUPPLEMENTING)
    request = dossier.open_request
    if request is None or dossier.last_arrival is None:
        raise Refusal("Người nộp chưa gửi bổ sung.", article=rules.article("waiting"))
    missing = [item.component for item in request.items if item.component not in dossier.arrived]
    if len(missing) > (FORM in dossier.arrived):  # one of the papers may be the form itself
        why = f"Chưa có giấy tờ đã yêu cầu bổ sung: {', '.join(missing)}. Nhận tại quầy thì quét, đính kèm trước khi xác nhận."
        raise Refusal(why, article=rules.article("waiting"), field="attachments")
    return Supplemented(effective_at=dossier.last_arrival, recorded_at=now, stage=request.stage, officer=officer)


def close_unsupplemented(dossier: Dossier, now: datetime) -> Closed | None:
    """After the fifteen days, unless something arrived in time and waits for the officer."""
    if dossier.phase is not Phase.SUPPLEMENTING or dossier.last_arrival is not None:
        return None
    return Closed(effective_at=now, recorded_at=now, cause="not-supplemented")


def close_incomplete(dossier: Dossier, *, rules: RuleSet, now: datetime) -> Closed:
    """The officer's closing, after the last day: something came in time, but it is not complete."""
    dossier.must_be(rules, Phase.SUPPLEMENTING)
    request = dossier.open_request
    if request is None or request.answer_by is None or now <= request.answer_by:
        raise Refusal("Chưa hết thời hạn bổ sung; người nộp còn được bổ sung tiếp.", article=rules.article("waiting"))
    return Closed(effective_at=now, recorded_at=now, cause="not-supplemented")
