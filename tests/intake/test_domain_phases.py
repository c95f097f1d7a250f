"""Where a dossier stands by what the one-stop recorded: given facts, when they are read, then phase, papers, requests and the gate."""

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from contracts.national_status import Status
from intake.domain import Dossier, Phase, fold
from intake.domain.gate import at_gate
from intake.domain.rescheduling import gate_clock, is_at_gate, moved
from intake.events import (
    GateRescheduled,
    OriginalsAsked,
    OriginalsShown,
)
from tests.intake.known import (
    CLOSED,
    FORM,
    GATE,
    LATER,
    NOW,
    RECEIVED,
    REFUSED,
    RULES,
    STOPPING,
    WITHDRAWN,
    WORDS,
    arrived,
    asked,
    at,
    given,
    paper,
    submitted,
    supplemented,
)
from worktime import Running, rule_set


# what own facts give
def test_a_dossier_is_submitted_with_form_gate_and_its_papers_by_component() -> None:
    first, second, other = paper(key="a"), paper(key="b"), paper("TP2")
    filed = submitted(attachments=(first, other, second))
    assert fold([filed]) == Dossier(submitted=filed, gate=GATE, form=FORM, attachments={"TP1": [first, second], "TP2": [other]})
    assert fold([]) is None
    assert fold([RECEIVED, CLOSED]) is None


@pytest.mark.req("IN-34")
def test_an_amendment_takes_the_place_of_the_papers_it_brings_and_of_no_other() -> None:
    filed = (paper(key="a"), paper("TP2", key="b"))
    state = given(arrived(attachments=(paper(key="c"),), amendment=3, form=WORDS), attachments=filed)
    assert (state.amendments, state.form, state.adjustments) == (3, WORDS, 0)
    assert state.attachments == {"TP1": [paper(key="c")], "TP2": [paper("TP2", key="b")]}
    assert given(arrived()).form == FORM


def test_an_amendment_arrives_only_as_the_answer_to_a_request() -> None:
    assert given(asked(), arrived()).last_arrival == at(days=3)
    assert given(asked(), arrived(answers_supplement=False)).last_arrival is None
    assert given(asked(), arrived(), supplemented(), asked(at(days=5))).last_arrival is None


@pytest.mark.req("PR-20")
def test_amendments_after_reception_are_counted_as_adjustments() -> None:
    assert given(RECEIVED, arrived(answers_supplement=False), arrived(answers_supplement=False)).adjustments == 2


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ([], Phase.SUBMITTED),
        ([asked()], Phase.SUPPLEMENTING),
        ([asked(), arrived(), supplemented()], Phase.SUBMITTED),
        ([RECEIVED], Phase.RECEIVED),
        ([RECEIVED, asked(stage="processing"), arrived(), supplemented("processing")], Phase.RECEIVED),
        ([REFUSED], Phase.REFUSED),
        ([asked(), CLOSED], Phase.CLOSED),
    ],
)
def test_each_fact_leads_to_its_phase(facts: list[Fact], phase: Phase) -> None:
    assert given(*facts).phase is phase


def test_reception_refusal_closing_and_stop_are_kept() -> None:
    assert (given().code, given().received, given(RECEIVED).received, given(RECEIVED).code) == (None, None, RECEIVED, RECEIVED.code)
    assert given(REFUSED).refused == REFUSED
    assert (given(CLOSED).closed, given(CLOSED).withdrawn_at) == (CLOSED, None)
    assert (given(WITHDRAWN).closed, given(WITHDRAWN).withdrawn_at) == (WITHDRAWN, at(days=1))
    stopped = given(STOPPING, replace(STOPPING, effective_at=at(hours=6)))
    assert (stopped.stop_requests, stopped.stop_reason, stopped.stop_asked_at) == (2, WORDS, at(hours=6))


def test_requests_stand_in_their_order_and_the_last_is_open_while_it_waits() -> None:
    first, second = asked(), asked(at(days=5))
    state = given(first, arrived(), supplemented(), second)
    assert (state.requests, state.open_request) == ([first, second], second)
    assert given(first, arrived(), supplemented()).open_request is None


def test_originals_are_asked_for_once_each_until_they_are_shown() -> None:
    wanted = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o")
    shown = OriginalsShown(effective_at=NOW, recorded_at=NOW, components=("TP1",), officer="o")
    assert given(wanted, replace(wanted, components=("TP2", "TP3"))).originals_asked == ("TP1", "TP2", "TP3")
    assert given(wanted, shown).originals_asked == ("TP2",)


def test_what_a_phase_does_not_allow_is_refused_with_the_phases_that_would() -> None:
    given().must_be(RULES, Phase.RECEIVED, Phase.SUBMITTED)
    with pytest.raises(Exception, match=r"trạng thái “mới đăng ký”.*trạng thái “đã tiếp nhận hoặc đã đóng”"):
        given().must_be(RULES, Phase.RECEIVED, Phase.CLOSED)


# the gate
@pytest.mark.req("IN-10")
def test_the_one_stop_has_to_act_on_what_was_filed_and_on_a_supplement_that_came() -> None:
    assert at_gate(Status.REGISTERED, None)
    assert at_gate(Status.SUPPLEMENT, NOW)
    assert not at_gate(Status.SUPPLEMENT, None)
    assert not at_gate(Status.PROCESSING, NOW)


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ([], True),
        ([asked()], False),
        ([asked(), arrived()], True),
        ([RECEIVED], False),
        ([RECEIVED, asked(stage="processing"), arrived()], False),
        ([REFUSED], False),
        ([CLOSED], False),
    ],
)
def test_the_gates_clock_runs_while_the_one_stop_has_to_act(facts: list[Fact], waits: bool) -> None:
    assert is_at_gate([submitted(), *facts]) is waits
    assert not is_at_gate([])


@pytest.mark.req("IN-13")
def test_the_gate_starts_where_the_rules_of_the_day_say() -> None:
    by_portal = rule_set("nd-118-2025")
    for rules, start in ((by_portal, at(hours=1)), (replace(by_portal, settings=replace(by_portal.settings, gate_start="submitted")), NOW)):
        clock = gate_clock("8wh", NOW, at(hours=1), rules=rules)
        assert clock == Running(term="8wh", start=start, rule_set="nd-118-2025", point="gate_term")


@pytest.mark.req("PR-19")
def test_a_move_of_the_gate_names_both_limits_and_is_kept() -> None:
    fact = GateRescheduled(effective_at=at(days=1), recorded_at=at(days=1), old_due_at=NOW, gate=LATER, cause="calendar")
    assert moved(NOW, LATER, at(days=1)) == fact
    assert given(fact).gate == LATER
