"""A fee that has to be paid in advance and is not paid holds reception, where the rule set says so (SL10.2c)."""

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Fee
from intake.domain import Elsewhere, reception
from tests.intake.known import NOW, RECEIVED, WORDS, given, procedure
from tests.refusing import refuses
from worktime import RuleSet, rule_set

HOLDING, NOT_HOLDING = rule_set("son-la-2019"), rule_set("tuyen-quang-2025")
FEE = Fee(amount_vnd=1_200_000, when="reception")
UNPAID, PAID = Elsewhere(), Elsewhere(fee_paid=True)


def costing(amount: int | None = 1_200_000, when: str = "reception", **more: Any) -> Any:
    provenance = {"source": "NQ 1", "confidence": "found"}
    return procedure(fee={"amount_vnd": amount, "when": when, "kind": "phi", "note": "NQ 1", "provenance": provenance, **more})


def running(rules: RuleSet) -> RuleSet:
    return replace(rules, settings=replace(rules.settings, obligation_clock="run"))


@pytest.mark.req("PY-09", "IN-15")
def test_given_an_unpaid_fee_when_it_is_to_be_received_then_article_amount_and_obligation_are_named() -> None:
    with refuses("QĐ 31/2019/QĐ-UBND Điều 10 khoản 2 điểm c", field="fee"):
        reception.check_prepaid(given(prepaid=FEE), UNPAID, HOLDING)
    with pytest.raises(Exception, match=r"1\.200\.000 đồng \(nghĩa vụ fee\)"):
        reception.check_prepaid(given(prepaid=FEE), UNPAID, HOLDING)


@pytest.mark.req("PY-09")
def test_given_the_proof_or_no_prepaid_fee_then_nothing_holds_reception() -> None:
    reception.check_prepaid(given(prepaid=FEE), PAID, HOLDING)
    reception.check_prepaid(given(), UNPAID, HOLDING)


@pytest.mark.req("PY-09")
def test_rules_that_came_into_force_since_may_hold_it_no_longer() -> None:
    reception.check_prepaid(given(prepaid=FEE), UNPAID, NOT_HOLDING)
    assert reception.owed(given(prepaid=FEE), UNPAID, NOT_HOLDING) is None
    assert reception.owed(given(prepaid=FEE), UNPAID, HOLDING) == FEE


@pytest.mark.req("PY-09")
@pytest.mark.parametrize(
    ("channel", "offered", "rules", "owed"),
    [
        ("online", costing(), HOLDING, FEE),
        ("online", costing(), rule_set("nd-118-2025+son-la-2019"), FEE),
        ("online", costing(amount_online_vnd=50_000), HOLDING, Fee(amount_vnd=50_000, when="reception")),
        ("online", costing(), NOT_HOLDING, None),
        ("counter", costing(), HOLDING, None),
        ("post", costing(), HOLDING, None),
        ("online", costing(when="result"), HOLDING, None),
        ("online", costing(amount_online_vnd=0), HOLDING, None),
        ("online", costing(None), HOLDING, None),
        ("online", costing(0, "none"), HOLDING, None),
    ],
    ids=["held", "on the newer decree", "cheaper online", "rules do not hold", "counter", "post", "at the result", "free", "unset", "none"],
)
def test_only_a_known_fee_that_is_due_before_reception_of_an_online_dossier_holds_it(
    channel: str, offered: Any, rules: RuleSet, owed: Fee | None
) -> None:
    assert reception.prepaid(offered, channel, rules) == owed


@pytest.mark.req("PY-09", "IN-11")
def test_the_hours_of_the_gate_wait_for_the_fee_where_what_is_owed_pauses_a_clock() -> None:
    assert reception.gate_waits(True, HOLDING)
    assert not reception.gate_waits(True, running(HOLDING))
    assert not reception.gate_waits(False, HOLDING)


@pytest.mark.req("PY-09")
def test_who_is_exempted_owes_nothing_and_the_words_of_law_are_kept() -> None:
    of: dict[str, Any] = {
        "process": RECEIVED.process,
        "code": RECEIVED.code,
        "register_ordinal": 1,
        "rules": HOLDING,
        "officer": "o",
        "deadline": RECEIVED.deadline,
    }
    received = reception.receive(given(prepaid=FEE), procedure=costing(), now=NOW, fee_exempt=WORDS, **of)
    assert (received.fee, received.fee_exempt) == (None, WORDS)
    payer = reception.receive(given(prepaid=FEE), procedure=costing(), now=NOW, **of)
    assert (payer.fee, payer.fee_exempt) == (FEE, None)


@pytest.mark.req("PY-09")
def test_nobody_is_exempted_from_a_fee_that_there_is_not() -> None:
    with refuses("Điều", field="fee_exempt", status=422):
        reception.check_exemption(costing(0, "none"), "online", HOLDING)
    reception.check_exemption(costing(), "online", HOLDING)
