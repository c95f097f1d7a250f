"""The rules of routing alone: given a case and own facts, when something is due or somebody acts, then facts or a refusal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest
from msgspec.structs import replace

from chassis.deadlines import deadline
from contracts.catalogue import Agency
from contracts.dossier.parts import Deadline, Leg, PinnedProcess
from contracts.fact import Fact, VaultRef
from contracts.places import supervising
from routing.domain import Asked, Case, HeldLeg, Law, State, consultation, fold, legs, paper
from routing.domain.places import other_level
from routing.domain.rescheduling import moved, open_clocks
from routing.events import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
    HandedOver,
    HandoverLate,
    LegRescheduled,
    Transferred,
)
from tests.catalogue.samples import agency
from tests.refusing import refuses
from worktime import Pause, calendar, due, rule_set

HERE, POLICE, TAX, SETTLING = "H60.02269", "H60.02269.CA", "H60.THUE", "H60.STC"
RULES = "nd-118-2025+tuyen-quang-2025"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""Monday 2 March 2026, 09:00 in Viet Nam."""
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORDS, ANSWER = VaultRef(key="q", digest="1" * 64), VaultRef(key="a", digest="2" * 64)
LEGS = (
    Leg(leg=1, agency=POLICE, lead=False, task="Xác minh", term="3wd"),
    Leg(leg=2, agency=TAX, lead=False, task="Tính thuế", term="2wd"),
    Leg(leg=3, agency=SETTLING, lead=True, task="Giải quyết", term="5wd"),
)
Mode = Literal["single", "sequential", "parallel"]


def case(mode: Mode = "sequential", parts: tuple[Leg, ...] = LEGS, **changes: object) -> Case:
    known = Case(
        dossier=UUID(int=1),
        code="H60-260302-0001",
        receiving=HERE,
        settling=SETTLING,
        rule_set=RULES,
        calendar=None,
        process=PinnedProcess(code="P", version=1, mode=mode, legs=parts),
        supplement_policy="restart",
        received_at=START,
        due_at=START + 30 * DAY,
    )
    return replace(known, **changes)


def law(rules: str = RULES) -> Law:
    dates = calendar(HERE)
    return Law(rules=rule_set(rules), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))


def law_of(agency: str, version: str | None = None) -> Law:
    """The law whose calendar says whose it is, and in which version it was asked for."""
    dates = calendar(agency)
    return Law(rules=rule_set(RULES), calendar=dates, told=lambda due: deadline(due, due.term, f"{agency} {version}"))


def transferred(leg: int, *, at: datetime = START, **changes: object) -> Transferred:
    part = next(part for part in LEGS if part.leg == leg)
    told = Deadline(due_at=START + part.leg * DAY, term=part.term, calendar="c")
    fact = Transferred(effective_at=at, recorded_at=at + HOUR, leg=leg, agency=part.agency, lead=part.lead, task=part.task, deadline=told)
    return replace(fact, **changes)


def limit_in(term: str, start: datetime, rules: str = RULES) -> datetime:
    return due(term, start, calendar(HERE), rule_set(rules)).due_at


# what own facts give
PAPER = Deadline(due_at=START + 4 * HOUR, term="paper", calendar="c")
LATER = Deadline(due_at=START + 9 * DAY, term="3wd", calendar="d")


def handed(movement: Literal["sent", "received"], at: datetime) -> HandedOver:
    return HandedOver(effective_at=at, recorded_at=at + HOUR, leg=1, movement=movement, officer="o")


def asked(number: int = 1, at: datetime = START) -> ConsultationRequested:
    return ConsultationRequested(
        effective_at=at,
        recorded_at=at + HOUR,
        consultation=number,
        asking=SETTLING,
        asked=TAX,
        question=WORDS,
        reply_by=START + 2 * DAY,
        way_of_replying="system",
        officer="o",
    )


LATE_PAPER = HandoverLate(effective_at=START, recorded_at=START, leg=1, agency=HERE, due_at=START)
MOVED = LegRescheduled(effective_at=START, recorded_at=START, leg=1, old_due_at=START, deadline=LATER, cause="calendar")
ANSWERED = ConsultationAnswered(
    effective_at=START + DAY, recorded_at=START + 2 * DAY, consultation=1, asked=TAX, answer=ANSWER, officer="o"
)
SILENT = ConsultationLate(effective_at=START, recorded_at=START, consultation=1, asked=TAX)


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


# who is next
AGENCIES = {
    a.code: a
    for a in (
        agency("H60", "province"),
        agency(HERE, "commune", area=HERE, one_stop=True),
        agency(POLICE, "vertical", area=HERE),
        agency(TAX, "department"),
        agency(SETTLING, "department"),
    )
}


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


def test_in_order_a_leg_is_counted_from_the_end_of_the_one_before() -> None:
    known, held = case(ended_legs=((1, START + DAY),)), fold([transferred(1), transferred(2)])
    (fact,) = legs.reschedule(known, held, "calendar", START, law_of)
    assert (fact.leg, fact.deadline.due_at) == (2, limit_in("2wd", START + DAY))


def test_a_leg_whose_date_stays_is_not_told_of() -> None:
    stands = Deadline(due_at=limit_in("3wd", START), term="3wd", calendar="c")
    assert legs.reschedule(case("parallel"), fold([transferred(1, deadline=stands)]), "x", START, law_of) == []


def test_a_restart_from_before_the_legs_own_start_counts_for_nothing_and_pauses_are_told_with_their_reason() -> None:
    pauses = ((START, START + DAY, "chờ bổ sung"),)
    known = case(restarted_at=START + DAY, ended_legs=((1, START + DAY),), pauses=pauses)
    second, held = fold([transferred(2)]).legs[2], (Pause(from_=START, to=START + DAY, reason="chờ bổ sung"),)
    clock = legs.running(known, 2, second, "2wd", rule_set(RULES))
    assert (clock.term, clock.start, clock.rule_set, clock.restart, clock.pauses) == ("2wd", START + DAY, RULES, None, held)
    again = legs.running(replace(known, restarted_at=START + DAY + MINUTE), 2, second, "2wd", rule_set(RULES))
    assert again.restart == START + DAY + MINUTE
    begun = legs.running(case(supervising="H60.TTPVHCC"), 3, fold([transferred(3, at=START + DAY)]).legs[3], "5wd", rule_set("nd-309-2026"))
    assert begun.start == START + DAY


@pytest.mark.req("PR-19")
def test_a_new_calendar_looks_at_the_legs_that_run_and_at_no_other() -> None:
    held = fold([transferred(1), transferred(2), transferred(3, deadline=None)])
    known = case("parallel", ended_legs=((2, START + DAY),))
    ((number, (old, clock)),) = open_clocks(known, held, rule_set(RULES)).items()
    assert (number, old) == (1, held.legs[1].deadline)
    assert clock == legs.running(known, 1, held.legs[1], "3wd", rule_set(RULES))
    in_order = open_clocks(case(ended_legs=((1, START + DAY),)), fold([transferred(2)]), rule_set(RULES))
    assert in_order[2][1].start == START + DAY
    assert open_clocks(replace(known, ended=True), held, rule_set(RULES)) == {}
    assert open_clocks(replace(known, imported=True), held, rule_set(RULES)) == {}


@pytest.mark.req("PR-19")
def test_a_move_by_the_calendar_names_both_dates() -> None:
    assert moved(2, START, LATER, START + DAY) == LegRescheduled(
        effective_at=START + DAY, recorded_at=START + DAY, leg=2, old_due_at=START, deadline=LATER, cause="calendar"
    )


# paper
@pytest.mark.req("RT-01", "RT-02")
def test_paper_leaves_the_same_day_and_to_another_level_within_a_working_day() -> None:
    known = case(on_paper=True, received_at=START + 5 * HOUR)
    near, far = (paper.limit(known, 1, law(), other_level=other) for other in (False, True))
    assert near is not None and far is not None
    assert (near.due_at.isoformat(), near.calendar) == ("2026-03-02T17:00:00+07:00", calendar(HERE).version)
    assert near.derivation and near.derivation[-1].source
    assert far == law().told(due("1wd", START + 5 * HOUR, calendar(HERE), rule_set(RULES), point="paper_other_level"))


@pytest.mark.req("RT-01")
def test_without_paper_or_without_a_rule_there_is_no_limit() -> None:
    assert paper.limit(case(), 1, law(), other_level=True) is None
    assert paper.limit(case(), 1, law(), other_level=False) is None
    old = law("nd-61-2018")
    free = replace(old, rules=replace(old.rules, settings=replace(old.rules.settings, paper_until=None, paper_other_level=None)))
    assert paper.limit(case(on_paper=True), 1, free, other_level=True) is None
    assert paper.limit(case(on_paper=True), 1, free, other_level=False) is None


WAITING = transferred(1, paper=PAPER)


@pytest.mark.req("RT-01")
def test_paper_is_late_from_the_minute_after_its_limit_and_the_sender_is_named() -> None:
    assert paper.late_from(PAPER.due_at + 59.5 * SECOND) == PAPER.due_at + MINUTE
    assert paper.late(case(), fold([WAITING]), 1, PAPER.due_at + MINUTE - SECOND) is None
    at = PAPER.due_at + MINUTE
    assert paper.late(case(), fold([WAITING]), 1, at) == HandoverLate(
        effective_at=at, recorded_at=at, leg=1, agency=HERE, due_at=PAPER.due_at
    )


@pytest.mark.req("RT-01")
def test_paper_that_left_was_told_of_or_is_not_awaited_is_not_late() -> None:
    at = PAPER.due_at + DAY
    assert paper.late(case(), fold([WAITING, handed("sent", START)]), 1, at) is None
    assert paper.late(case(), fold([WAITING, LATE_PAPER]), 1, at) is None
    assert paper.late(case(), fold([transferred(1)]), 1, at) is None
    assert paper.late(case(), fold([WAITING]), 2, at) is None
    assert paper.late(case(ended=True), fold([WAITING]), 1, at) is None
    assert paper.late(case(ended_legs=((1, START),)), fold([WAITING]), 1, at) is None


@pytest.mark.req("RT-03")
def test_paper_moves_in_order_once_each_way_and_after_the_e_dossier() -> None:
    at = START + DAY
    with refuses("Điều 18", field="leg"):
        paper.hand_over(case(), State(), 1, "sent", "o", at)
    on_the_way, arrived = [WAITING, handed("sent", START)], [WAITING, handed("sent", START), handed("received", START)]
    for facts, movement in ((on_the_way, "sent"), ([WAITING], "received"), (arrived, "received")):
        with refuses("Điều 18", field="movement"):
            paper.hand_over(case(), fold(facts), 1, movement, "o", at)  # type: ignore[arg-type]
    left, came = (
        paper.hand_over(case(), fold([WAITING]), 1, "sent", "o", at),
        paper.hand_over(case(), fold(on_the_way), 1, "received", "o", at),
    )
    assert left == HandedOver(effective_at=at, recorded_at=at, leg=1, movement="sent", officer="o")
    assert came == replace(left, movement="received")


@pytest.mark.req("RT-02")
def test_paper_is_told_of_where_it_is() -> None:
    last = LEGS[2]
    assert paper.paper_places(case(), last, "received") == (SETTLING,)
    assert paper.paper_places(case(), last, "sent") == (HERE, POLICE, TAX)
    assert paper.paper_places(case(), LEGS[0], "sent") == (HERE,)
    assert paper.paper_places(case("parallel"), last, "sent") == (HERE,)


# places
@pytest.mark.req("RT-02")
def test_a_commune_and_the_province_are_two_levels_and_a_communes_police_is_of_the_commune() -> None:
    rules = rule_set(RULES)
    assert other_level(HERE, TAX, AGENCIES, rules) and other_level(TAX, HERE, AGENCIES, rules)
    assert not other_level(HERE, POLICE, AGENCIES, rules) and not other_level(TAX, SETTLING, AGENCIES, rules)
    assert other_level(POLICE, TAX, AGENCIES, rules)
    assert not other_level(HERE, "H60.UNKNOWN", AGENCIES, rules)
    nowhere = agency("H60.X", "department", area="H60.NOWHERE")
    assert not other_level("H60.X", TAX, {**AGENCIES, "H60.X": nowhere}, rules)
    assert other_level("H60.X", TAX, {**AGENCIES, "H60.X": replace(nowhere, level="commune")}, rules)


@pytest.mark.req("RT-02")
@pytest.mark.parametrize(("rules", "another"), [("tuyen-quang-2025", False), ("son-la-2019", True)])
def test_conflict_12_a_district_is_a_level_of_its_own_where_the_rules_know_three(rules: str, another: bool) -> None:
    district = replace(AGENCIES[TAX], code="H60.H1", level="district", area="H60.H1")
    known = {**AGENCIES, district.code: district}
    assert other_level(district.code, TAX, known, rule_set(rules)) is another
    assert other_level(district.code, HERE, known, rule_set(rules))


def known(*agencies: Agency) -> dict[str, Agency]:
    return {each.code: each for each in agencies}


@pytest.mark.req("IN-35")
def test_the_competent_agencys_one_stop_supervises_what_another_received() -> None:
    province, centre = agency("H60", "province"), agency("H60.TTPVHCC", "department", parent="H60", one_stop=True)
    office, section = agency("H60.STC", "department", parent="H60"), agency("H60.STC.1", "department", parent="H60.STC")
    agencies = known(province, agency(HERE, "commune", area=HERE, one_stop=True), office, section, centre)
    assert supervising(HERE, "H60.STC", agencies) == centre.code
    assert supervising(centre.code, "H60.STC", agencies) is None
    assert supervising(HERE, HERE, agencies) is None
    assert supervising(HERE, "H60.UNKNOWN", agencies) is None
    assert supervising(HERE, section.code, agencies | known(replace(office, one_stop=True))) == "H60.STC"


# consultations
HELD = transferred(3)
Keep = Callable[[], VaultRef]


def consult(
    known: Case | None = None, *facts: Fact, now: datetime = START, keep: Keep = lambda: WORDS, **changes: object
) -> ConsultationRequested:
    wished = {"asking": SETTLING, "asked": TAX, "reply_by": START + DAY, "way": "document", "officer": "o", **changes}
    return consultation.consult(known or case(), fold([HELD, *facts]), now=START, keep=keep, **wished)  # type: ignore[arg-type]


@pytest.mark.req("PR-04")
def test_given_a_holder_when_an_agency_is_asked_then_content_deadline_and_way_are_kept() -> None:
    fact = ConsultationRequested(
        effective_at=START,
        recorded_at=START,
        consultation=1,
        asking=SETTLING,
        asked=TAX,
        question=WORDS,
        reply_by=START + DAY,
        way_of_replying="document",
        officer="o",
    )
    assert consult() == fact
    answered = (replace(ANSWERED, consultation=number) for number in (1, 4))
    assert consult(case(), asked(1), asked(4), *answered) == replace(fact, consultation=5)


@pytest.mark.req("PR-04")
def test_the_same_agency_is_not_asked_again_while_it_has_time_to_answer() -> None:
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 4", field="asked"):
        consult(case(), asked(1), keep=_nothing_is_kept)
    assert consult(case(), asked(1), asked=POLICE).consultation == 2
    assert consult(case(), replace(asked(1), asking=TAX)).consultation == 2
    assert consult(case(), replace(asked(1), reply_by=START - MINUTE)).consultation == 2


@pytest.mark.req("RT-06")
def test_a_leg_that_may_end_after_the_applicants_date_says_so() -> None:
    limit = due("5wd", START, calendar(TAX), rule_set(RULES))
    for due_at, beyond in ((limit.due_at, False), (limit.due_at - SECOND, True), (None, False)):
        told = legs.explained(case(due_at=due_at), limit)
        assert (told.due_at, told.derivation[-1]) == (limit.due_at, limit.derivation[-1])
        assert ("beyond" in [step.step for step in told.derivation]) is beyond


@pytest.mark.req("PR-04")
@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"asking": TAX}, "asking", 409),
        ({"asked": SETTLING}, "asked", 422),
        ({"reply_by": START}, "reply_by", 422),
        ({"reply_by": START + 30 * DAY + SECOND}, "reply_by", 422),
    ],
)
def test_a_consultation_is_the_holders_of_another_agency_and_inside_the_total_time(
    changes: dict[str, object], field: str, status: int
) -> None:
    with refuses("Điều 19 khoản 4", field=field, status=status):
        consult(keep=_nothing_is_kept, **changes)


@pytest.mark.req("PR-04")
def test_a_consultation_may_last_to_the_last_moment_and_beyond_a_date_that_has_passed_or_that_nobody_set() -> None:
    assert consult(reply_by=START + 30 * DAY).reply_by == START + 30 * DAY
    assert consult(case(due_at=START), reply_by=START + DAY)
    assert consult(case(due_at=None), reply_by=START + 99 * DAY)
    with refuses("Điều 19 khoản 4"):
        consult(case(ended=True), keep=_nothing_is_kept)


def _nothing_is_kept() -> VaultRef:
    raise AssertionError("what is refused puts nothing into the vault")


@pytest.mark.req("PR-04")
def test_the_asked_agency_answers_once() -> None:
    at = START + 5 * DAY
    fact = ConsultationAnswered(effective_at=at, recorded_at=at, consultation=1, asked=TAX, answer=ANSWER, officer="o")
    assert consultation.answer(case(), fold([asked()]), 1, "o", at, lambda: ANSWER) == fact
    with refuses("Điều 19 khoản 4"):
        consultation.answer(case(), fold([asked(), ANSWERED]), 1, "o", at, _nothing_is_kept)
    with refuses("Điều 19 khoản 4", field="consultation", status=404):
        consultation.answer(case(), fold([asked()]), 2, "o", at, _nothing_is_kept)


@pytest.mark.req("PR-05")
def test_silence_is_told_once_from_the_minute_after_the_deadline() -> None:
    limit = START + 2 * DAY
    assert consultation.late_from(limit + 59.5 * SECOND) == limit + MINUTE
    assert consultation.late(fold([asked()]), 1, limit + MINUTE - SECOND) is None
    at = limit + MINUTE
    assert consultation.late(fold([asked()]), 1, at) == ConsultationLate(effective_at=at, recorded_at=at, consultation=1, asked=TAX)
    for facts, number in (([asked(), ANSWERED], 1), ([asked(), SILENT], 1), ([asked()], 2)):
        assert consultation.late(fold(facts), number, at) is None
