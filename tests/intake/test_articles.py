"""Under which law the one-stop refuses: the one that the dossier stands under."""

from typing import Any

import pytest

from intake.domain import Dossier, Elsewhere, Phase, assistance, reception, stopping, submission, supplement
from tests.catalogue import samples
from tests.intake.known import HERE, NOW, RECEIVED, REFUSED, STOPPING, WORDS, arrived, asked, at, given, paper, procedure
from tests.intake.test_domain_reception import AGENCIES
from tests.refusing import RULE_SETS, article_of_refusal, foreign
from worktime import rule_set

DECIDED = Elsewhere(decided=True)


@pytest.mark.req("IN-11", "IN-17", "IN-18", "IN-19", "PR-20")
@pytest.mark.parametrize("name", [name for name in RULE_SETS if name != "imported"])
def test_every_refusal_at_the_one_stop_cites_the_rule_set_of_the_dossier(name: str) -> None:
    rules = rule_set(name)
    of: dict[str, Any] = {"rules": rules, "now": NOW}
    by: dict[str, Any] = {**of, "officer": "o"}
    published = procedure()
    asks = {
        "phase": lambda: given(REFUSED).must_be(rules, Phase.SUBMITTED),
        "stopping": lambda: reception.check_may_receive(given(STOPPING), rules),
        "wrong agency": lambda: reception.check_competent(given(), "H60.nowhere", AGENCIES, rules),
        "refused": lambda: reception.refuse(given(RECEIVED, asked(stage="processing")), reason=WORDS, **by),
        "nothing to supplement": lambda: supplement.check_items((), published, rules),
        "once": lambda: supplement.check_once(given(asked()), rules, None, supervisor=False),
        "no wish": lambda: supplement.decline(given(RECEIVED), Elsewhere(), reason=WORDS, **by),
        "nothing amended": lambda: supplement.amend(given(), form=None, attachments=[], **of),
        "no consent": lambda: supplement.amend(given(RECEIVED), form=WORDS, attachments=[], **of),
        "nothing arrived": lambda: supplement.confirm(given(asked()), **by),
        "too early": lambda: supplement.close_incomplete(given(asked(), arrived()), **of),
        "decided": lambda: stopping.request_stop(given(RECEIVED), DECIDED, wish="stop", reason=None, **of),
        "ended": lambda: stopping.request_stop(given(REFUSED), Elsewhere(), wish="stop", reason=None, **of),
        "adjust": lambda: stopping.request_stop(given(), Elsewhere(), wish="adjust", reason=None, **of),
        "originals": lambda: assistance.ask_originals(given(REFUSED), ["TP1"], procedure=published, **by),
        "channel": lambda: submission.check_channel(procedure(channels=["online"]), "counter", rules),
        "field": lambda: submission.check_form(published, {"shoe": 42}, rules),
        "component": lambda: submission.check_attachments(published, [paper("TP9")], rules),
        "incomplete": lambda: submission.check_complete(published, [], rules),
        "agency": lambda: submission.choose_settling(published, [samples.COMMUNE], HERE, {}, rules),
    }
    cited = {why: article_of_refusal(ask) for why, ask in asks.items()}
    assert {why: article for why, article in cited.items() if not article or foreign(article, name)} == {}


def test_a_supplement_that_comes_too_late_names_the_limit_of_its_stage() -> None:
    late, rules = at(days=16), rule_set("tuyen-quang-2025")

    def too_late(dossier: Dossier) -> str:
        return article_of_refusal(lambda: supplement.amend(dossier, form=WORDS, attachments=[], rules=rules, now=late))

    assert too_late(given(asked())) == "quy ước của hệ thống"
    assert too_late(given(RECEIVED, asked(stage="processing"))) == "NĐ 118/2025/NĐ-CP Điều 19 khoản 5"
