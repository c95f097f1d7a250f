"""Where a dossier stands by its facts, and who is next: given a case and own facts, when something is due, then facts or a refusal."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from chassis.deadlines import deadline
from contracts.fact import Fact
from routing.domain import Asked, Case, HeldLeg, Law, State, fold, legs
from routing.events import (
    LegRescheduled,
    Transferred,
)
from tests.routing.known import (
    AGENCIES,
    ANSWER,
    ANSWERED,
    DAY,
    HERE,
    HOUR,
    LATE_PAPER,
    LATER,
    LEGS,
    MOVED,
    PAPER,
    POLICE,
    RULES,
    SETTLING,
    SILENT,
    START,
    TAX,
    WORDS,
    asked,
    case,
    handed,
    law,
    law_of,
    limit_in,
    transferred,
)
from worktime import calendar, due, rule_set


def test_a_leg_stands_where_its_facts_left_it() -> None:
    first = transferred(1, paper=PAPER)
    facts: list[Fact] = [first, handed("sent", START + HOUR), handed("received", START + 2 * HOUR), LATE_PAPER, MOVED]
    fresh = HeldLeg(agency=POLICE, lead=False, task="Xác minh", transferred_at=START, deadline=first.deadline, paper=PAPER)
    assert fold(facts[:1]) == State(legs={1: fresh})
    assert fold(facts) == State(legs={1: replace(fresh, sent_at=START + HOUR, received_at=START + 2 * HOUR, told=True, deadline=LATER)})
    assert fold([transferred(3)]).legs[3].lead


def test_a_consultation_stands_where_its_facts_left_it() -> None:
    known = Asked(asking=SETTLING, asked=TAX, asked_at=START, reply_by=START + 2 * DAY, question=WORDS)
    assert fold([asked()]) == State(consultations={1: known})
    assert fold([asked(), SILENT]) == State(consultations={1: replace(known, late=True)})
    assert fold([asked(), ANSWERED]) == State(consultations={1: replace(known, answered_at=START + DAY, answer=ANSWER)})


def test_a_history_that_begins_in_the_middle_is_read_and_gives_nothing() -> None:
    assert fold([handed("sent", START), LATE_PAPER, MOVED, ANSWERED, SILENT]) == State()


# the case
def test_who_has_ended_leads_sends_and_begins() -> None:
    ended = ((1, START + DAY), (2, START + 2 * DAY))
    in_order, at_once = case(ended_legs=ended), case("parallel", ended_legs=ended)
    assert [in_order.has_ended(leg) for leg in (1, 2, 3)] == [True, True, False]
    assert [in_order.leads(leg) for leg in (1, 2, 3)] == [False, False, True]
    assert [in_order.sender(leg) for leg in (1, 2, 3)] == [HERE, POLICE, TAX]
    assert [at_once.sender(leg) for leg in (1, 2, 3)] == [HERE, HERE, HERE]
    assert [in_order.started_at(leg) for leg in (1, 2, 3)] == [START, START + DAY, START + 2 * DAY]
    assert [at_once.started_at(leg) for leg in (1, 2, 3)] == [START] * 3
    assert in_order.one_stops() == (HERE,)
    assert replace(in_order, supervising="H60.TTPVHCC").one_stops() == (HERE, "H60.TTPVHCC")


def test_the_end_of_a_leading_leg_starts_nobodys_term() -> None:
    lead_first = tuple(replace(part, lead=part.leg == 1) for part in LEGS)
    assert case(parts=lead_first, ended_legs=((1, START + DAY),)).started_at(2) == START


def sent_to(known: Case, *facts: Fact, now: datetime = START) -> list[int]:
    return [fact.leg for fact in legs.transfers(known, fold(facts), now, law_of, AGENCIES)]


@pytest.mark.req("RT-05", "RT-06")
def test_in_order_the_next_agency_gets_the_dossier_once_the_one_before_has_ended() -> None:
    first, both = ((1, START + DAY),), ((1, START + DAY), (2, START + 2 * DAY))
    assert sent_to(case()) == [1]
    assert sent_to(case(), transferred(1)) == []
    assert sent_to(case(ended_legs=first), transferred(1)) == [2]
    assert sent_to(case(ended_legs=both), transferred(1), transferred(2)) == [3]
    assert sent_to(case(ended_legs=both), transferred(1), transferred(2), transferred(3)) == []
    assert sent_to(case(parts=LEGS[::-1])) == [1]


@pytest.mark.req("RT-06")
def test_in_parallel_every_agency_gets_it_at_once_and_only_once() -> None:
    assert sent_to(case("parallel")) == [1, 2, 3]
    assert sent_to(case("parallel"), transferred(2)) == [1, 3]


@pytest.mark.req("RT-06")
def test_a_leading_agency_before_others_passes_on_from_at_once() -> None:
    lead_first = tuple(replace(part, lead=part.leg == 1) for part in LEGS)
    assert sent_to(case(parts=lead_first)) == [1, 2]


def test_an_ended_dossier_goes_nowhere_and_moves_no_leg() -> None:
    assert sent_to(case("parallel", ended=True)) == []
    assert legs.reschedule(case("parallel", ended=True, restarted_at=START + DAY), fold([transferred(1)]), "x", START, law_of) == []


@pytest.mark.req("RT-01", "RT-06")
def test_given_a_leg_that_is_due_when_it_is_transferred_then_the_fact_has_task_term_and_both_limits() -> None:
    now = START + DAY
    (fact,) = legs.transfers(case(ended_legs=((1, START + HOUR),), on_paper=True), fold([transferred(1)]), now, law_of, AGENCIES)
    ran = due("2wd", START + HOUR, calendar(TAX), rule_set(RULES))
    moves = due("1wd", START + HOUR, calendar(POLICE), rule_set(RULES), point="paper_other_level")
    assert fact == Transferred(
        effective_at=now,
        recorded_at=now,
        leg=2,
        agency=TAX,
        lead=False,
        task="Tính thuế",
        deadline=deadline(ran, "2wd", f"{TAX} None"),
        paper=deadline(moves, "1wd", f"{POLICE} None"),
    )
    (lead,) = legs.transfers(case("parallel", (LEGS[2],)), State(), now, law_of, AGENCIES)
    assert (lead.lead, lead.paper) == (True, None)


def test_by_the_newest_decree_a_term_does_not_begin_before_the_competent_agency_has_the_dossier() -> None:
    def of_309(agency: str, version: str | None = None) -> Law:
        return law("nd-309-2026")

    def begins(known: Case) -> datetime:
        (fact,) = legs.transfers(known, State(), START + DAY, of_309, AGENCIES)
        assert fact.deadline is not None
        return fact.deadline.due_at

    alone, elsewhere = (LEGS[2],), {"supervising": "H60.TTPVHCC"}
    assert begins(case("single", alone, **elsewhere)) == limit_in("5wd", START + DAY, "nd-309-2026")
    assert begins(case("single", alone)) == limit_in("5wd", START, "nd-309-2026")
    assert begins(case("single", alone, **elsewhere, received_at=START + 3 * DAY)) == limit_in("5wd", START + 3 * DAY, "nd-309-2026")
    (national,) = legs.transfers(case("single", alone, **elsewhere), State(), START + DAY, law_of, AGENCIES)
    assert national.deadline is not None and national.deadline.due_at == limit_in("5wd", START)


# moved legs
def test_given_a_restart_when_legs_are_counted_anew_then_each_that_still_runs_has_its_whole_term_again() -> None:
    known = case("parallel", restarted_at=START + 7 * DAY, ended_legs=((2, START + DAY),))
    held = fold([transferred(1), transferred(2), transferred(3, deadline=None)])
    (fact,) = legs.reschedule(known, held, "supplement-restart", START + 8 * DAY, law_of)
    told = due("3wd", START, calendar(POLICE), rule_set(RULES), restart=START + 7 * DAY)
    assert fact == LegRescheduled(
        effective_at=START + 8 * DAY,
        recorded_at=START + 8 * DAY,
        leg=1,
        old_due_at=START + DAY,
        deadline=deadline(told, "3wd", f"{POLICE} c"),
        cause="supplement-restart",
    )
