"""The gate: accept with code and due date, or refuse with a reason."""

import re
from collections.abc import Mapping
from datetime import datetime

from contracts.catalogue import NATIONAL_PORTAL, Agency, Procedure, pin
from contracts.dossier.parts import Deadline, Fee, PinnedProcess
from contracts.dossier.payments import FEE
from contracts.fact import VaultRef
from contracts.refusal import Refused as Refusal
from intake.domain.dossier import Dossier, Phase
from intake.domain.elsewhere import Elsewhere
from intake.events import Received, Refused
from worktime import RuleSet, in_viet_nam

ISSUED = re.compile(r"^[A-Y]\d{2}(\.[0-9A-Z]{1,10}){0,5}-\d{6}-\d{4,}$")
"""What this system issues: agency, day of reception, ordinal (Đ28 NĐ 118; QĐ 20/2020)."""

ON_PAPER = ("counter", "post")
PAPER_FIRST, PAPER_LAST = 9001, 9999
"""The series of the paper books; normal issue passes over it."""

BOOK = 500
"""Dossiers in one book of the register; the next book goes on with the numbers."""


def series(agency: str, moment: datetime) -> str:
    """The series of a code's ordinals: one per agency and Viet Nam day."""
    return f"code/{agency}/{in_viet_nam(moment):%y%m%d}"


def register_series(agency: str, moment: datetime) -> str:
    """The register's ordinals start again every year (IN-32)."""
    return f"register/{agency}/{in_viet_nam(moment):%Y}"


def book_of(ordinal: int) -> int:
    """The book of the year's register that an ordinal stands in."""
    return (ordinal - 1) // BOOK + 1


def code_of(agency: str, moment: datetime, ordinal: int) -> str:
    """The dossier code. Past 9999 the ordinal widens and passes over the outage books' own 9001–9999."""
    shown = ordinal if ordinal < PAPER_FIRST else ordinal + PAPER_LAST - PAPER_FIRST + 1
    code = f"{agency}-{in_viet_nam(moment):%y%m%d}-{shown:04d}"
    if not ISSUED.match(code):
        raise ValueError(f"{code} is no dossier code")
    return code


def place_of(code: str) -> tuple[str, int] | None:
    """The series and ordinal under which this system would issue a code; None for a code that it never issues."""
    if not ISSUED.match(code):
        return None
    agency, day, shown = code.rsplit("-", 2)
    number = int(shown)
    if PAPER_FIRST <= number <= PAPER_LAST:
        return f"outage-code/{agency}/{day}", number - PAPER_FIRST + 1
    return f"code/{agency}/{day}", number if number < PAPER_FIRST else number - PAPER_LAST + PAPER_FIRST - 1


def code_agency(dossier: Dossier, procedure: Procedure, rules: RuleSet, agencies: Mapping[str, Agency]) -> str:
    """Whose id stands in the code: the settling agency's under NĐ 118, the receiving one's under NĐ 61 (conflict 8).

    Of an interlinked group (NĐ 118 Đ28.2a): the National Portal's online, else the receiving one-stop's.
    """
    submitted = dossier.submitted
    if procedure.interlinked and rules.settings.code_interlinked is not None:
        return _portal(agencies, rules) if submitted.channel == "online" else submitted.receiving
    return submitted.settling if rules.settings.code_agency == "settling" else submitted.receiving


def _portal(agencies: Mapping[str, Agency], rules: RuleSet) -> str:
    for agency in agencies.values():
        if NATIONAL_PORTAL in agency.groups:
            return agency.code
    why = "Danh mục chưa có mã định danh của Cổng Dịch vụ công quốc gia nên chưa cấp được mã hồ sơ liên thông."
    raise Refusal(why, article=rules.article("code_interlinked"))


def check_may_receive(dossier: Dossier, rules: RuleSet) -> None:
    """Only a submitted dossier whose stop nobody asked for can be received."""
    dossier.must_be(rules, Phase.SUBMITTED)
    if dossier.stop_requests:
        raise Refusal("Người nộp đã yêu cầu dừng; trả lời yêu cầu đó trước.", article=rules.article("stop"))


def prepaid(procedure: Procedure, channel: str, rules: RuleSet) -> Fee | None:
    """The fee that an online dossier pays before it is received, where the rules hold it until then (SL10.2c)."""
    fee = fee_of(procedure, channel)
    held = rules.settings.prepaid_fee == "hold" and channel == "online"
    return fee if held and fee is not None and fee.when == "reception" else None


def gate_waits(owed: bool, rules: RuleSet) -> bool:
    """Whether the hours of the gate begin only with the payment of a fee that is `owed` in advance: the notice to pay has been given, and
    what is owed pauses a clock."""
    return owed and rules.settings.obligation_clock == "pause"


def owed(dossier: Dossier, elsewhere: Elsewhere, rules: RuleSet) -> Fee | None:
    """The fee that holds reception now. Rules that came into force since the submission may hold it no longer."""
    held = rules.settings.prepaid_fee == "hold" and not elsewhere.fee_paid
    return dossier.submitted.prepaid if held else None


def check_prepaid(dossier: Dossier, elsewhere: Elsewhere, rules: RuleSet) -> None:
    """A fee to be paid in advance and not paid holds reception (SL10.2c, PY-09); no supplement, so the one request stays unused."""
    fee = owed(dossier, elsewhere, rules)
    if fee is not None:
        amount = f"{fee.amount_vnd:,}".replace(",", ".")
        why = (
            f"Chưa có chứng từ nộp phí, lệ phí phải nộp trước: {amount} đồng (nghĩa vụ {FEE}). "
            "Nếu người nộp vừa nộp, xin thử lại sau ít giây."
        )
        raise Refusal(why, article=rules.article("prepaid_fee"), field="fee")


def check_exemption(procedure: Procedure, channel: str, rules: RuleSet) -> None:
    """Nobody is exempted from a fee that the procedure does not have."""
    if fee_of(procedure, channel) is None:
        raise Refusal("Thủ tục này không thu phí, lệ phí.", article=rules.article("unpaid"), field="fee_exempt", status=422)


def check_digitised(dossier: Dossier, procedure: Procedure, rules: RuleSet) -> None:
    """What came on paper is received with a scan of each paper that the procedure's version does not exempt (IN-26, IN-27)."""
    if rules.settings.scans is None or dossier.submitted.channel not in ON_PAPER:
        return
    for component in procedure.components:
        scans = dossier.attachments.get(component.code, ())
        if not component.digitise or not (component.required or scans):
            continue
        if not scans:
            why = f"Chưa số hóa thành phần: {component.name} ({component.code})."
            raise Refusal(why, article=rules.article("scans"), field="attachments")
        if rules.settings.scans == "signed" and not all(paper.scan for paper in scans):
            why = f"Bản quét chưa có chữ ký số cá nhân của người số hóa: {component.name} ({component.code})."
            raise Refusal(why, article=rules.article("scans"), field="attachments")


def receive(
    dossier: Dossier,
    *,
    procedure: Procedure,
    process: PinnedProcess,
    code: str,
    register_ordinal: int,
    rules: RuleSet,
    deadline: Deadline,
    officer: str,
    now: datetime,
    fee_exempt: VaultRef | None = None,
) -> Received:
    """Accept: everything a later rule needs is pinned in the one fact."""
    check_may_receive(dossier, rules)
    submitted = dossier.submitted
    return Received(
        effective_at=now,
        recorded_at=now,
        code=code,
        receiving=submitted.receiving,
        settling=submitted.settling,
        officer=officer,
        procedure=procedure.code,
        procedure_version=procedure.version,
        channel=submitted.channel,
        return_channel=submitted.return_channel,
        rule_set=rules.name,
        deadline=deadline,
        process=process,
        register_ordinal=register_ordinal,
        supplement_policy=procedure.supplement_policy,
        fee=None if fee_exempt else fee_of(procedure, submitted.channel),
        immediate=procedure.immediate,
        return_at=submitted.return_at,
        fee_exempt=fee_exempt,
    )


def fee_of(procedure: Procedure, channel: str) -> Fee | None:
    """What the procedure costs; None where it is free, or nobody has set the amount here."""
    amount = procedure.fee.due(channel)
    if not amount or procedure.fee.when == "none":
        return None
    return Fee(amount_vnd=amount, when=procedure.fee.when)


def pinned_process(procedure: Procedure, dossier: Dossier, agencies: Mapping[str, Agency], rules: RuleSet) -> PinnedProcess:
    """The process of the procedure's version with its roles resolved (RT-05)."""
    submitted = dossier.submitted
    settling, receiving = agencies[submitted.settling], agencies[submitted.receiving]
    try:
        return pin(procedure.process, settling=settling, receiving=receiving, agencies=agencies)
    except LookupError as nobody:
        raise Refusal(
            "Quy trình có bước của cơ quan theo địa bàn: nộp tại một cửa của xã, phường liên quan.",
            article=rules.article("anywhere"),
            field="receiving",
        ) from nobody


def check_competent(dossier: Dossier, competent: str, agencies: Mapping[str, Agency], rules: RuleSet) -> None:
    """A dossier sent to the wrong agency goes back with one full notice that names the right one (Đ17.2a); no supplement."""
    if competent not in agencies:
        raise Refusal("Không có cơ quan này trong danh mục.", article=rules.article("wrong_agency"), field="competent", status=422)
    if competent == dossier.submitted.settling:
        raise Refusal("Hồ sơ đã gửi đúng cơ quan này.", article=rules.article("wrong_agency"), field="competent", status=422)


def refuse(dossier: Dossier, *, reason: VaultRef, rules: RuleSet, officer: str, now: datetime, competent: str | None = None) -> Refused:
    """Refuse with a written reason (IN-17)."""
    dossier.must_be(rules, Phase.SUBMITTED, Phase.SUPPLEMENTING)
    if dossier.received is not None:
        raise Refusal("Hồ sơ đã được tiếp nhận; không từ chối tiếp nhận được nữa.", article=rules.article("refusal"))
    return Refused(effective_at=now, recorded_at=now, officer=officer, reason=reason, competent=competent)
