"""When an obligation counts as paid. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from contracts.fact import Fact
from contracts.refusal import Refused, Unheard
from payments.events import ObligationPaid
from worktime import Calendar, DueDate, RuleSet, due

AHEAD, BEFORE = timedelta(minutes=1), timedelta(days=1)
"""How far a bank's clock may be ahead of ours, and a payment before the filing: the portal takes money before it sends the dossier on."""
Match = Literal["waiting", "applied", "surplus", "amount-differs", "too-early"]
"""What became of a bank notice: kept until its obligation is known; applied; paid already or owed no more; another amount than owed; of a
day on which there was no dossier to pay for."""


class Obligation(msgspec.Struct, frozen=True, kw_only=True):
    """What an applicant owes, in đồng, and, once paid, its proof. `due`: when the procedure's fee is due, or `notice`.

    `basis`: the procedure whose fee it is, or the vault's key of the words the notice rests on. `lapsed_at`: since when it is owed no
    more, though nobody paid: the dossier ended before reception, or the applicant was exempted.
    """

    dossier: UUID
    obligation: str
    amount_vnd: int
    basis: str
    due: Literal["reception", "result", "notice"]
    receiving: str
    opened_at: datetime
    imported: bool = False
    paid_at: datetime | None = None
    method: str = ""
    voucher: str = ""
    lapsed_at: datetime | None = None


class BankNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A bank's notice that a debit succeeded; `voucher` is the bank's own number."""

    voucher: str
    dossier: UUID
    obligation: str
    amount_vnd: int
    succeeded_at: datetime
    heard_at: datetime
    state: Match = "waiting"


def fold(facts: Sequence[Fact]) -> dict[str, str]:
    """Paid obligations, each with its voucher."""
    return {fact.obligation: fact.voucher for fact in facts if isinstance(fact, ObligationPaid)}


def same_notice(known: BankNotice, sent: BankNotice, rules: RuleSet) -> None:
    """Refuses a voucher that comes again with another content (PY-06)."""
    if _content(known) != _content(sent):
        raise Refused("Số chứng từ này đã được báo với nội dung khác.", article=rules.article("payment_proof"), field="voucher")


def _content(notice: BankNotice) -> tuple[UUID, str, int, datetime]:
    return notice.dossier, notice.obligation, notice.amount_vnd, notice.succeeded_at


def must_be_possible(notice: BankNotice, rules: RuleSet) -> None:
    """Refuses a success in the future."""
    if notice.succeeded_at > notice.heard_at + AHEAD:
        raise Refused("Thời điểm thanh toán ở tương lai.", article=rules.article("payment_time"), field="succeeded_at", status=422)


def match(paid: dict[str, str], owed: Obligation | None, notice: BankNotice, filed_at: datetime | None) -> Match:
    """What a notice means now. Money that came is never refused: what does not fit, as an empty date of 2000, waits for a person.

    A fee is paid online with the filing and owed from the reception on, so it may be older than its obligation, and not than the dossier.
    """
    if owed is None:
        return "waiting"
    if notice.obligation in paid:
        return "applied" if paid[notice.obligation] == notice.voucher else "surplus"
    if owed.lapsed_at is not None:
        return "surplus"
    if filed_at is not None and notice.succeeded_at < filed_at - BEFORE:
        return "too-early"
    return "applied" if notice.amount_vnd == owed.amount_vnd else "amount-differs"


def paid_by_bank(notice: BankNotice, now: datetime) -> ObligationPaid:
    """Paid when the bank said so, whenever we heard of it (PY-07)."""
    return ObligationPaid(
        effective_at=notice.succeeded_at,
        recorded_at=now,
        obligation=notice.obligation,
        amount_vnd=notice.amount_vnd,
        method="bank",
        voucher=notice.voucher,
    )


def to_budget(owed: Obligation, rules: RuleSet, calendar: Calendar) -> DueDate | None:
    """By when what was paid online has to be in the budget (NĐ 118 Đ24.3); None where it was not, or the rules have no such limit."""
    limit = rules.settings.money_to_budget
    if limit is None or owed.paid_at is None or owed.method != "bank" or owed.imported:
        return None
    return due(limit, owed.paid_at, calendar, rules, point="money_to_budget")


def collect(
    paid: dict[str, str], owed: Obligation | None, obligation: str, amount_vnd: int, voucher: str, *, rules: RuleSet, now: datetime
) -> ObligationPaid:
    """Paid at the counter against a receipt (PY-02): in full, once."""
    article = rules.article("collection")
    if owed is None:
        why = "Chưa nhận được nghĩa vụ tài chính này của hồ sơ; nếu cơ quan vừa thông báo, xin thử lại sau ít giây."
        raise Unheard(why, article=article, field="obligation")
    if obligation in paid:
        raise Refused("Nghĩa vụ này đã được nộp.", article=article, field="obligation")
    if owed.lapsed_at is not None:
        raise Refused("Không còn phải nộp khoản này: hồ sơ đã kết thúc hoặc được miễn.", article=article, field="obligation")
    if amount_vnd != owed.amount_vnd:
        raise Refused(f"Số tiền phải nộp là {owed.amount_vnd} đồng.", article=article, field="amount_vnd", status=422)
    return ObligationPaid(
        effective_at=now, recorded_at=now, obligation=obligation, amount_vnd=amount_vnd, method="counter", voucher=voucher
    )
