"""What the routes of payments answer."""

from typing import Literal, TypedDict

from msgspec import UNSET, UnsetType

from payments.domain import Match, Obligation


class NoticeHeard(TypedDict):
    """What became of a bank's notice: 202 instead of 200 for all but `applied`."""

    voucher: str
    state: Match


class Collected(TypedDict):
    """The number of the receipt."""

    voucher: str


class ObligationShown(Obligation, frozen=True, kw_only=True):
    """What is owed or was paid, with the proof. `to_budget_by`: until when money that came online has to be in the budget."""

    state: Literal["open", "paid", "lapsed"]
    to_budget_by: str | UnsetType | None = UNSET
