"""Processing's rules alone: given what is known, when somebody decides, then a fact or a refusal with its article."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chassis.deadlines import deadline
from contracts import Fact
from contracts.fact import VaultRef
from contracts.refusal import Refused
from processing.domain import Case, HeldLeg, State, extension, fold, guards, supplement
from processing.domain.clock import Law
from processing.events import OWNED, Apologised, ExtensionProposed, ObligationRaised
from tests.harness import START
from tests.intake.cases import HERE, PROCEDURE
from tests.processing.cases import LEAD, RULES, day, first_deadline, received
from worktime import calendar, rule_set

NOTHING = VaultRef(key="x", digest="0" * 64)


def case_of(term: str = "15wd", rules: str = RULES, policy: str = "restart") -> Case:
    first = received(term, rules=rules)
    return Case(
        dossier=UUID(int=1),
        code=first.code,
        receiving=HERE.code,
        settling=HERE.code,
        procedure=PROCEDURE.code,
        procedure_version=PROCEDURE.version,
        rule_set=rules,
        deadline=first_deadline(term, rules=rules),
        process=first.process,
        supplement_policy=policy,
        received_at=START,
        held=(HeldLeg(leg=1, agency=HERE.code, lead=True, task=LEAD.task),),
    )


def law(rules: str = RULES) -> Law:
    dates = calendar(HERE.code)
    return Law(rules=rule_set(rules), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))


def propose(case: Case, new_date: date, *facts: Fact, at: datetime = START, rules: str = RULES) -> ExtensionProposed:
    return extension.propose(case, fold(facts), law(rules), new_date=new_date, fault="settling", signer="leader-1", now=at)


def test_every_fact_of_the_contract_is_owned_here() -> None:
    assert {fact.OWNER for fact in OWNED} == {"processing"}
    assert len(OWNED) == 16


@pytest.mark.req("PR-13")
@pytest.mark.parametrize("term", ["2wd", "same-day"])
def test_a_third_of_nothing_is_no_extension(term: str) -> None:
    case = case_of(term)
    with pytest.raises(Refused) as no:
        extension.legal_dates(case, State(), law(), START)
    assert no.value.article
    with pytest.raises(Refused, match="ột phần ba"):
        propose(case, date(2026, 3, 12))


@pytest.mark.req("PR-13")
def test_the_national_decree_alone_has_no_third() -> None:
    rules = "nd-118-2025"
    proposed = propose(case_of(rules=rules), date(2026, 4, 20), rules=rules)
    assert proposed.new_due_at.isoformat() == "2026-04-20T17:00:00+07:00"


@pytest.mark.req("PR-13")
def test_hours_are_extended_in_hours() -> None:
    # due on 10 March at 09:00; sixteen hours more end within the 12th, so only the 11th fits whole
    assert extension.legal_dates(case_of("48wh"), State(), law(), START) == [date(2026, 3, 11)]


@pytest.mark.req("PR-11")
def test_the_date_on_the_slip_is_moved_on_by_what_paused_between_slip_and_change() -> None:
    case = case_of(policy="pause")
    proposed = propose(case, date(2026, 3, 30), at=day(3))
    paused = replace(case, pauses=((day(4), day(6)),))
    extended = extension.extend(paused, fold([proposed]), law(), officer="officer-1", now=day(9))
    assert extended.deadline.due_at.date() == date(2026, 4, 1)


@pytest.mark.req("PR-12")
def test_an_apology_is_judged_late_only_with_a_proposal() -> None:
    fact = extension.apologise(case_of(), State(), fault="settling", signer="leader-1", keep=lambda: NOTHING, now=day(30))
    assert isinstance(fact, Apologised)


@pytest.mark.req("PY-08")
def test_only_the_proof_of_the_very_obligation_lets_work_go_on() -> None:
    owed = ObligationRaised(effective_at=START, recorded_at=START, obligation="a", amount_vnd=1, basis=NOTHING, officer="y")
    case, state = case_of(), fold([owed])
    with pytest.raises(Refused) as no:
        guards.must_be_open(replace(case, paid=("b",)), state)
    assert "NĐ 118/2025/NĐ-CP Điều 24 khoản 2" in no.value.article
    guards.must_be_open(replace(case, paid=("a",)), state)


@pytest.mark.req("PR-09")
@given(asked_after=st.integers(0, 20), took=st.integers(0, 30), policy=st.sampled_from(["restart", "pause"]))
def test_a_supplement_never_shortens_the_time_to_settle(asked_after: int, took: int, policy: str) -> None:
    asked_at = START + timedelta(hours=12 * asked_after)
    waiting = replace(case_of(policy=policy), asked_at=asked_at)
    resumed, cause = supplement.supplemented(waiting, law(), asked_at + timedelta(days=took))
    moved = supplement.rescheduled(resumed, State(), law(), cause=cause, now=asked_at + timedelta(days=took))
    assert resumed.asked_at is None
    if moved is None:
        assert policy == "pause"
    else:
        assert moved.deadline.due_at >= moved.old_due_at
