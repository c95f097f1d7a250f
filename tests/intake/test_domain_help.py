"""A stop, and help: given a dossier, when somebody wants it stopped or is helped with it, then a fact or a refusal."""

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from intake.domain import Elsewhere
from intake.domain.assistance import ask_originals, guide, show_originals
from intake.domain.stopping import is_open, request_stop
from intake.events import (
    Closed,
    Guided,
    OriginalsAsked,
    OriginalsShown,
    StopRequested,
)
from tests.intake.known import (
    CLOSED,
    NOW,
    RECEIVED,
    REFUSED,
    RULES,
    STOPPING,
    WORDS,
    given,
    procedure,
)
from tests.refusing import refuses


# stop
@pytest.mark.req("PR-20")
def test_before_reception_a_stop_is_answered_at_once_and_afterwards_by_the_holder() -> None:
    wish = StopRequested(effective_at=NOW, recorded_at=NOW, wish="stop", reason=WORDS)
    ended = Closed(effective_at=NOW, recorded_at=NOW, cause="withdrawn")
    assert request_stop(given(), Elsewhere(), wish="stop", reason=WORDS, rules=RULES, now=NOW) == [wish, ended]
    assert request_stop(given(RECEIVED), Elsewhere(), wish="stop", reason=WORDS, rules=RULES, now=NOW) == [wish]
    assert request_stop(given(RECEIVED), Elsewhere(), wish="adjust", reason=None, rules=RULES, now=NOW) == [
        replace(wish, wish="adjust", reason=None)
    ]


@pytest.mark.req("PR-20")
@pytest.mark.parametrize("ended", [REFUSED, CLOSED])
def test_an_ended_dossier_is_not_stopped(ended: Fact) -> None:
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        request_stop(given(ended), Elsewhere(), wish="stop", reason=None, rules=RULES, now=NOW)


@pytest.mark.req("PR-20")
def test_one_request_waits_at_a_time_also_before_it_has_come_round() -> None:
    one = given(RECEIVED, STOPPING)
    assert is_open(one, Elsewhere()) and is_open(one, Elsewhere(stop_open=True, stop_answers=1))
    assert not is_open(one, Elsewhere(stop_answers=1))
    assert not is_open(one, Elsewhere(stop_answers=None)) and is_open(given(RECEIVED), Elsewhere(stop_answers=None, stop_open=True))
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        request_stop(one, Elsewhere(), wish="adjust", reason=None, rules=RULES, now=NOW)


# help
@pytest.mark.req("IN-15", "IN-44")
def test_help_is_kept_with_its_means_and_officer() -> None:
    assert guide("phone", words=WORDS, officer="o", now=NOW) == Guided(
        effective_at=NOW, recorded_at=NOW, means="phone", officer="o", words=WORDS
    )


@pytest.mark.req("IN-37")
def test_originals_of_published_papers_are_asked_for_until_the_end() -> None:
    fact = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP2", "TP1"), officer="o")
    assert ask_originals(given(), ["TP2", "TP1", "TP2"], procedure=procedure(), rules=RULES, officer="o", now=NOW) == fact
    with refuses("Điều 5 khoản 1 điểm đ", field="components.1", status=422):
        ask_originals(given(), ["TP1", "TP9"], procedure=procedure(), rules=RULES, officer="o", now=NOW)
    for ended in (REFUSED, CLOSED):
        with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4"):
            ask_originals(given(ended), ["TP1"], procedure=procedure(), rules=RULES, officer="o", now=NOW)


@pytest.mark.req("IN-37")
def test_what_was_asked_for_is_compared_and_what_differs_is_one_of_it() -> None:
    wanted = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o")
    fact = OriginalsShown(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o", differ=("TP2",))
    assert show_originals(given(wanted), ["TP1", "TP2"], differ=["TP2"], rules=RULES, officer="o", now=NOW) == fact
    assert show_originals(given(wanted), ["TP1"], differ=["TP1"], rules=RULES, officer="o", now=NOW).differ == ("TP1",)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4", field="components.1"):
        show_originals(given(wanted), ["TP1", "TP3"], differ=[], rules=RULES, officer="o", now=NOW)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4", field="differ", status=422):
        show_originals(given(wanted), ["TP1"], differ=["TP2"], rules=RULES, officer="o", now=NOW)
