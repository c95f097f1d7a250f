"""Under which law payments refuses: the one that the dossier stands under."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from chassis.ids import new_id
from contracts.dossier.payments import FEE
from payments import domain
from payments.application import rules_of
from payments.domain import BankNotice, Obligation
from payments.views import Case
from tests.harness import START
from tests.refusing import RULE_SETS, article_of_refusal, foreign
from worktime import rule_set

OWED = Obligation(
    dossier=new_id(), obligation=FEE, amount_vnd=50_000, basis="1.004873", due="reception", receiving="H60.02269", opened_at=START
)
NOTICE = BankNotice(voucher="FT1", dossier=OWED.dossier, obligation=FEE, amount_vnd=50_000, succeeded_at=START, heard_at=START)


@pytest.mark.req("PY-02", "PY-06", "PY-07")
@pytest.mark.parametrize("name", RULE_SETS)
def test_every_refusal_about_money_cites_the_rule_set_of_the_dossier(name: str) -> None:
    rules = rule_set(name)
    lapsed, later = replace(OWED, lapsed_at=START), replace(NOTICE, succeeded_at=START + timedelta(hours=1))

    def collected(paid: dict[str, str], owed: Obligation | None, amount: int = 50_000) -> str:
        return article_of_refusal(lambda: domain.collect(paid, owed, FEE, amount, "", rules=rules, now=START))

    cited = {
        "another content": article_of_refusal(lambda: domain.same_notice(NOTICE, later, rules)),
        "in the future": article_of_refusal(lambda: domain.must_be_possible(later, rules)),
        "unheard": collected({}, None),
        "paid": collected({FEE: "FT0"}, OWED),
        "lapsed": collected({}, lapsed),
        "another amount": collected({}, OWED, 1),
    }
    assert {why: article for why, article in cited.items() if not article or foreign(article, name)} == {}


def test_before_reception_the_provinces_rules_hold_and_afterwards_the_pinned_ones() -> None:
    today, case = rule_set("tuyen-quang-2025"), Case(dossier=OWED.dossier)
    assert rules_of(None, lambda _: today, START) is rules_of(case, lambda _: today, START) is today
    assert rules_of(replace(case, rule_set="son-la-2019"), lambda _: today, START).name == "son-la-2019"
    assert rules_of(replace(case, imported=True), lambda _: today, START).name == "imported"
