"""Under which law the one-stop refuses: the one that the dossier stands under."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from intake.domain import Dossier, Elsewhere, Phase, assistance, outage, reception, stopping, submission, supplement
from intake.scans import PersonalSignatures
from tests.catalogue import samples
from tests.intake.known import AGENCIES, HERE, NOW, RECEIVED, REFUSED, STOPPING, TODAY, WORDS, arrived, asked, at, given, paper, procedure
from tests.refusing import RULE_SETS, article_of_refusal, foreign
from worktime import RuleSet, rule_set

DECIDED = Elsewhere(decided=True, issued=True)


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
        "field": lambda: submission.check_form(published, {"shoe": 42}, rules, TODAY),
        "component": lambda: submission.check_attachments(published, [paper("TP9")], rules),
        "incomplete": lambda: submission.check_complete(published, [], rules),
        "agency": lambda: submission.choose_settling(published, [samples.COMMUNE], HERE, {}, rules),
    }
    cited = {why: article_of_refusal(ask) for why, ask in asks.items()}
    assert {why: article for why, article in cited.items() if not article or foreign(article, name)} == {}


def used(law: RuleSet, **changes: Any) -> None:
    given: dict[str, Any] = {"state": "allotted", "holder": HERE, "day": date(2026, 3, 2), "receiving": HERE, "agency": "H60.STP"}
    outage.check_usable("H60.STP-260302-9001", effective_at=NOW, rules=law, **{**given, **changes})


@pytest.mark.req("OP-05", "IN-22", "IN-26")
@pytest.mark.parametrize("name", RULE_SETS)
def test_paper_books_and_scans_are_refused_under_the_rule_set_of_the_day(name: str, tmp_path: Path) -> None:
    rules = rule_set(name)
    signatures = PersonalSignatures(tmp_path, production=False)
    asks = {
        "used up": lambda: outage.code_of("H60.STP", date(2026, 3, 2), 1000, rules),
        "used": lambda: used(rules, state="used"),
        "another's book": lambda: used(rules, holder="H60.THERE"),
        "another's code": lambda: used(rules, agency="H60"),
        "another day": lambda: used(rules, day=date(2026, 3, 3)),
        "no scan": lambda: signatures.sign(b"no pdf", "o", NOW, rules),
    }
    cited = {why: article_of_refusal(ask) for why, ask in asks.items()}
    assert cited.pop("no scan") == rules.article("scans")
    assert set(cited.values()) == {rules.article("outage")}
    assert not foreign(rules.article("scans"), name) and not foreign(rules.article("scan_signature"), name)


def test_scanning_is_the_decrees_and_the_personal_signature_under_the_older_one_the_systems_own() -> None:
    old, new = rule_set("da-nang-2023"), rule_set("tuyen-quang-2025")
    assert (old.article("scans"), new.article("scans")) == ("NĐ 61/2018/NĐ-CP Điều 17 khoản 1", "NĐ 118/2025/NĐ-CP Điều 17 khoản 1 điểm c")
    assert old.article("scan_signature").startswith("quy ước của hệ thống")
    assert new.article("scan_signature") == "NĐ 118/2025/NĐ-CP Điều 17 khoản 1 điểm c"


def test_a_supplement_that_comes_too_late_names_the_limit_of_its_stage() -> None:
    late, rules = at(days=16), rule_set("tuyen-quang-2025")

    def too_late(dossier: Dossier) -> str:
        return article_of_refusal(lambda: supplement.amend(dossier, form=WORDS, attachments=[], rules=rules, now=late))

    assert too_late(given(asked())) == "quy ước của hệ thống"
    assert too_late(given(RECEIVED, asked(stage="processing"))) == "NĐ 118/2025/NĐ-CP Điều 19 khoản 5"
