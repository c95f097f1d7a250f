"""The paper's way: its limits, its lateness, and how far apart two agencies are."""

import pytest
from msgspec.structs import replace

from contracts.catalogue import Agency
from contracts.places import supervising
from routing.domain import State, fold, paper
from routing.domain.places import other_level
from routing.events import (
    HandedOver,
    HandoverLate,
)
from tests.catalogue.samples import agency
from tests.refusing import refuses
from tests.routing.known import (
    AGENCIES,
    DAY,
    HERE,
    HOUR,
    LATE_PAPER,
    LEGS,
    MINUTE,
    PAPER,
    POLICE,
    RULES,
    SECOND,
    SETTLING,
    START,
    TAX,
    WAITING,
    case,
    handed,
    law,
    transferred,
)
from worktime import calendar, due, rule_set


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
    assert paper.paper_places(case(), last, "sent") == (TAX,)
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
