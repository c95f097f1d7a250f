"""What goes on beneath a request to stop is not forgotten when the answer is no."""

import pytest

from contracts.dossier import intake, payments, processing
from contracts.fact import Fact
from contracts.national_status import Status, national_status
from tests.tracking import story

STOP = intake.StopRequested(**story.at(5))
NO = processing.StopDeclined(**story.at(9), officer="o", article="Điều 21")
ASKED = intake.SupplementRequested(**story.at(4), stage="processing", items=(), officer="o")
ARRIVED = intake.Supplemented(**story.at(6), stage="processing", officer="o")
OWED = processing.ObligationRaised(**story.at(4), obligation="a", amount_vnd=1, basis=story.REF, officer="o")
PAID = payments.ObligationPaid(**story.at(6), obligation="a", amount_vnd=1, method="bank", voucher="V")


def status(*facts: Fact) -> Status | None:
    return national_status([*story.walk()[:3], *facts])


@pytest.mark.req("PR-20")
@pytest.mark.parametrize(
    ("facts", "after"),
    [
        ((STOP,), Status.PROCESSING),
        ((ASKED, STOP), Status.SUPPLEMENT),
        ((STOP, ASKED), Status.SUPPLEMENT),
        ((ASKED, STOP, ARRIVED), Status.PROCESSING),
        ((STOP, ASKED, ARRIVED), Status.PROCESSING),
        ((OWED, STOP), Status.OBLIGATION),
        ((OWED, STOP, PAID), Status.PROCESSING),
        ((STOP, OWED), Status.OBLIGATION),
    ],
)
def test_after_a_no_the_dossier_stands_where_it_would_stand_without_the_request(facts: tuple[Fact, ...], after: Status) -> None:
    assert status(*facts) is Status.WITHDRAWING
    assert status(*facts, NO) is after


@pytest.mark.req("PR-20")
def test_a_wish_to_adjust_and_its_consent_change_no_status() -> None:
    wish = intake.StopRequested(**story.at(5), wish="adjust")
    assert status(wish, processing.AdjustmentAllowed(**story.at(6), officer="o")) is status()
