"""Under which law a dossier is refused: the one that it pins, whatever the province's newest says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.supplement import check_components
from processing.domain import Case, assignment, drafts, extension, fold, guards, steps, stopping, supplement, verification
from tests.processing.known import ASSIGNED, DAY, DECLINED, FILE, OWED, START, STOPPED, WISHED, WORDS, case, law, nothing_is_kept
from tests.refusing import RULE_SETS, article_of_refusal, foreign

NOBODY, AT_WORK = fold([]), fold([ASSIGNED])
TOLD: dict[str, Any] = {"officer": "o", "now": START, "keep": nothing_is_kept}


def refusals(of: Case) -> dict[str, Callable[[], object]]:
    """One refusal of each rule that processing keeps."""
    known = law(of.rule_set)
    return {
        "stopped": lambda: guards.must_run(of, fold([STOPPED])),
        "ended": lambda: guards.must_run(replace(of, ended=True), NOBODY),
        "decided": lambda: guards.must_be_undecided(of, fold([DECLINED])),
        "waiting": lambda: guards.must_not_wait(replace(of, asked_at=START), NOBODY),
        "unpaid": lambda: guards.must_not_wait(of, fold([OWED])),
        "withdrawn": lambda: guards.must_not_be_withdrawn(replace(of, stop_requests=1, stop_wish="stop"), NOBODY),
        "wished": lambda: guards.must_not_wish(of, fold([WISHED])),
        "no leg": lambda: of.leg(9),
        "unassigned": lambda: assignment.worked_leg(of, NOBODY, 1),
        "lead": lambda: assignment.end_leg(of, AT_WORK, leg=1, file=FILE, officer="o", now=START),
        "no draft": lambda: drafts.approve(of, AT_WORK, leg=1, leader="l", now=START),
        "no lead": lambda: drafts.decline(of, AT_WORK, leg=2, leader="l", now=START, keep=nothing_is_kept),
        "no step": lambda: steps.complete(of, AT_WORK, leg=1, step="Bỏ qua", roles=["specialist"], **TOLD),
        "not told": lambda: steps.complete(of, AT_WORK, leg=1, step="Trình ký", roles=["leader"], **TOLD),
        "verification": lambda: verification.schedule(of, AT_WORK, known, leg=1, at=START - DAY, **TOLD),
        "no wish to stop": lambda: stopping.answer(of, NOBODY, grant=True, reason=None, officer="o", article="", now=START),
        "no components": lambda: check_components([], {"TP1"}, of),
        "unpublished": lambda: check_components(["TP9"], {"TP1"}, of),
        "wished twice": lambda: supplement.may_need(of, fold([WISHED]), known, START),
        "apology": lambda: extension.apologise(of, fold([STOPPED]), fault="settling", signer="l", keep=lambda: WORDS, now=START),
        "same agency": lambda: extension.signer_of(of, "receiver"),
        "slip of others": lambda: extension.propose(of, NOBODY, known, new_date=date(2026, 3, 27), fault="one-stop", signer="l", now=START),
        "no slip": lambda: extension.extend(of, NOBODY, known, officer="o", now=START),
    }


@pytest.mark.req("PR-20", "PR-21", "PR-16", "PR-14")
@pytest.mark.parametrize("rules", [name for name in RULE_SETS if name != "imported"])
def test_every_refusal_cites_the_rule_set_that_the_dossier_pins(rules: str) -> None:
    of = case(rule_set=rules)
    cited = {why: article_of_refusal(ask) for why, ask in refusals(of).items()}
    assert {why: article for why, article in cited.items() if not article or foreign(article, rules)} == {}


def test_two_dossiers_of_different_laws_are_refused_under_different_articles() -> None:
    old, new = (article_of_refusal(refusals(case(rule_set=rules))["unpaid"]) for rules in ("da-nang-2023", "tuyen-quang-2025"))
    assert (old, new) == ("QĐ 2830/QĐ-UBND Điều 9 khoản 2 điểm d", "NĐ 118/2025/NĐ-CP Điều 24 khoản 2")
