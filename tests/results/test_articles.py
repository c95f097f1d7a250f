"""Under which law a result is refused: the one that its dossier pins."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from results.domain import State, correction, early, fold, issuing, returning, stopping
from results.domain.time import real_time
from tests.refusing import RULE_SETS, article_of_refusal, foreign
from tests.results.known import ASKED, CASE, DUE, EARLY, ISSUED, PLAIN

UNISSUED = State()


@pytest.mark.req("RS-01", "RS-03", "RS-05", "RS-07", "RS-09")
@pytest.mark.parametrize("rules", RULE_SETS)
def test_every_refusal_of_results_cites_the_rule_set_that_the_dossier_pins(rules: str) -> None:
    of = replace(CASE, rule_set=rules)
    late = replace(of, due_at=EARLY)
    compared = replace(PLAIN, compare=True)
    asks = {
        "issued twice": lambda: issuing.may_issue(fold([ISSUED]), of),
        "stopped": lambda: issuing.may_issue(UNISSUED, replace(of, state="ended")),
        "undecided": lambda: issuing.may_issue(UNISSUED, replace(of, outcome=None)),
        "at once": lambda: issuing.may_hand_over_at_once(of),
        "no result": lambda: returning.may_return(UNISSUED, of, PLAIN, DUE, DUE),
        "correcting": lambda: returning.may_return(fold([ISSUED, ASKED]), of, PLAIN, DUE, DUE),
        "owing": lambda: returning.may_return(fold([ISSUED]), replace(of, unpaid={"fee": 1}), PLAIN, DUE, DUE),
        "late": lambda: returning.may_return(fold([ISSUED]), late, PLAIN, DUE, DUE),
        "originals": lambda: returning.may_return(fold([ISSUED]), of, compared, DUE, DUE),
        "other way": lambda: returning.may_return(fold([ISSUED]), of, replace(PLAIN, way="post"), DUE, DUE),
        "early": lambda: early.must_have_been_announced(UNISSUED, of, EARLY, EARLY),
        "no correction": lambda: correction.may_correct(of, UNISSUED),
        "back-dated": lambda: real_time(of, DUE - timedelta(days=1), DUE),
    }
    cited = {why: article_of_refusal(ask) for why, ask in asks.items()}
    assert {why: article for why, article in cited.items() if not article or foreign(article, rules)} == {}
    answer = stopping.answer_late_stop(replace(of, stop_open=True), DUE)
    assert answer is not None and not foreign(answer.article, rules)
