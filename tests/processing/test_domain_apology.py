"""Form 04 and who owes it: given facts, when they are looked at, then who signs for what."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from contracts.refusal import Refused
from processing.domain import Case, State, extension, fold, lateness
from processing.domain.lateness import Need
from processing.events import Apologised
from tests.intake.known import procedure as published
from tests.processing.known import (
    DAY,
    EXTENDED,
    FIRST,
    HERE,
    OWED,
    POINT,
    PROPOSED,
    SECOND,
    SORRY,
    START,
    STOPPED,
    THERE,
    WORDS,
    case,
    law,
)
from tests.refusing import refuses

LATE = FIRST.due_at + DAY
PUBLISHED = published()


# what the signer writes of the dossier
NAME = "Cấp giấy phép " + "rất dài " * 40


def letter(dossier_type: str, receipt_number: str = "H60.STC-260302-0001", **changes: Any) -> None:
    known = PUBLISHED if changes.pop("short", False) else replace(PUBLISHED, name=NAME)
    extension.check_letter(case(**changes), procedure=known, dossier_type=dossier_type, receipt_number=receipt_number)


@pytest.mark.req("PR-12")
@pytest.mark.parametrize("written", [NAME, PUBLISHED.code, NAME[:200], NAME[:201]], ids=["name", "code", "cut at 200", "cut later"])
def test_the_type_of_the_dossier_is_its_procedures_name_or_code_and_a_long_name_may_be_cut(written: str) -> None:
    letter(written)


@pytest.mark.req("PR-12")
@pytest.mark.parametrize(
    "written", [NAME[:199], NAME[1:], f"{NAME[:200]}x", "x" * 200], ids=["cut too short", "cut ahead", "more", "other"]
)
def test_another_type_is_refused_and_the_right_one_said(written: str) -> None:
    with refuses(POINT, field="dossier_type", status=422):
        letter(written)
    with pytest.raises(Refused, match="Loại hồ sơ không phải của hồ sơ này: Cấp giấy phép rất dài"):
        letter(written)


@pytest.mark.req("PR-12")
def test_a_short_name_is_not_cut() -> None:
    letter(PUBLISHED.name, short=True)
    with refuses(POINT, field="dossier_type", status=422):
        letter(PUBLISHED.name[:-1], short=True)


@pytest.mark.req("PR-12")
def test_the_number_is_the_receipts_or_the_code_and_any_other_is_refused() -> None:
    letter(NAME, "07/TNHS", register_ordinal=7)
    letter(NAME, "H60.STC-260302-0001", register_ordinal=7)
    for other in ("08/TNHS", "", "7"):
        with refuses(POINT, field="receipt_number", status=422):
            letter(NAME, other, register_ordinal=7)
    with pytest.raises(Refused, match=r"của hồ sơ này: 07/TNHS, mã hồ sơ H60\.STC-260302-0001"):
        letter(NAME, "08/TNHS", register_ordinal=7)


@pytest.mark.req("PR-12")
def test_the_papers_of_an_imported_dossier_are_the_older_systems_and_not_compared() -> None:
    letter("Đất đai", "12", imported=True)


@pytest.mark.req("PR-14")
def test_each_fault_has_its_signer() -> None:
    known = case()
    assert extension.signer_of(known, "settling") == (("leader",), THERE)
    assert extension.signer_of(known, "one-stop") == (("one-stop-head",), HERE)
    assert extension.signer_of(replace(known, returner=ELSEWHERE), "receiver") == (("one-stop", "one-stop-head"), HERE)
    for other in (known, replace(known, returner=HERE), replace(known, returner=ELSEWHERE, settling=HERE)):
        with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25", field="fault"):
            extension.signer_of(other, "receiver")


@pytest.mark.req("PR-14", "PR-15")
def test_an_apology_is_possible_until_the_dossier_is_stopped() -> None:
    def apologise(state: State) -> Apologised:
        return extension.apologise(case(), state, fault="one-stop", signer="head-1", keep=lambda: WORDS, now=LATE)

    assert apologise(State()) == Apologised(effective_at=LATE, recorded_at=LATE, fault="one-stop", signer="head-1", letter=WORDS)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
        apologise(fold([STOPPED]))


@pytest.mark.req("PR-15")
def test_after_the_result_was_returned_nobody_apologises_any_more() -> None:
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
        extension.apologise(case(issued_at=FIRST.due_at), State(), fault="one-stop", signer="head-1", keep=lambda: WORDS, now=LATE)
    with refuses("Điều 25"):
        extension.apologise(case(returned=True), State(), fault="one-stop", signer="head-1", keep=lambda: WORDS, now=LATE)


# who needs an apology
ELSEWHERE = "H60.02266"
"""Another one-stop, where the result is handed over."""
SETTLING = Need(agency=THERE, duty="settling", due_at=FIRST.due_at, apologise_on=date(2026, 3, 20))
RECEIVING = replace(SETTLING, agency=HERE, duty="receiver")


def needs(known: Case | None = None, *facts: Fact, **settings: Any) -> list[str]:
    return [need.duty for need in lateness.needs(known or case(returner=ELSEWHERE), fold(facts), law(**settings))]


@pytest.mark.req("PR-14")
def test_who_settles_and_who_received_but_does_not_hand_over_owe_an_apology_a_working_day_ahead() -> None:
    assert lateness.needs(case(returner=ELSEWHERE), State(), law()) == (SETTLING, RECEIVING)
    for only in (case(), case(returner=HERE), case(receiving=THERE, returner=ELSEWHERE)):
        assert lateness.needs(only, State(), law()) == (SETTLING,)
    extended = lateness.needs(case(), fold([EXTENDED]), law())[0]
    assert (extended.due_at, extended.apologise_on) == (PROPOSED.new_due_at, date(2026, 3, 26))


@pytest.mark.req("PR-14")
@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({"deadline": None}, []),
        ({"imported": True}, []),
        ({"returned": True}, []),
        ({"ended": True}, []),
        ({"asked_at": START}, []),
        ({}, [STOPPED]),
        ({"issued_at": FIRST.due_at}, []),
        ({"issued_at": FIRST.due_at - 3 * DAY}, []),
    ],
)
def test_nobody_owes_an_apology_for_what_cannot_become_late(changes: dict[str, Any], facts: list[Fact]) -> None:
    assert needs(case(**changes), *facts) == []


@pytest.mark.req("PR-14")
def test_a_late_result_and_a_debt_that_stops_no_clock_still_need_one() -> None:
    assert needs(case(issued_at=LATE, ended=True, returner=ELSEWHERE)) == ["settling", "receiver"]
    assert needs(None, OWED, obligation_clock="pause") == []
    assert needs(case(paid=("tax",), returner=ELSEWHERE), OWED, obligation_clock="pause") == ["settling", "receiver"]
    assert needs(None, OWED, obligation_clock="run") == ["settling", "receiver"]


@pytest.mark.req("PR-14")
def test_the_receiver_apologises_at_once_when_it_hears_that_the_dossier_may_be_late() -> None:
    told = replace(SORRY, effective_at=START + 2 * DAY)
    (receiver,) = lateness.needs(case(returner=ELSEWHERE), fold([told]), law())
    assert receiver == replace(RECEIVING, apologise_on=date(2026, 3, 4))
    (later,) = lateness.needs(case(returner=ELSEWHERE), fold([replace(told, effective_at=LATE)]), law())
    assert later == RECEIVING


@pytest.mark.req("PR-14")
def test_an_apology_for_a_date_that_no_longer_binds_tells_the_receiver_nothing() -> None:
    for_the_first_date = replace(SORRY, effective_at=START + DAY - SECOND)
    both = lateness.needs(case(returner=ELSEWHERE), fold([for_the_first_date, EXTENDED]), law())
    assert [(need.duty, need.apologise_on) for need in both] == [("settling", date(2026, 3, 26)), ("receiver", date(2026, 3, 26))]


@pytest.mark.req("PR-14")
def test_an_apology_holds_for_whose_fault_it_names_and_for_the_date_that_bound_then() -> None:
    faults: dict[Any, list[str]] = {"settling": ["receiver"], "receiver": ["settling"], "one-stop": []}
    for fault, left in faults.items():
        assert needs(None, replace(SORRY, fault=fault)) == left
    before, since = replace(SORRY, effective_at=START + DAY - SECOND), replace(SORRY, effective_at=START + DAY)
    assert needs(None, EXTENDED, before) == ["settling", "receiver"]
    assert needs(None, EXTENDED, since) == ["receiver"]
    assert needs(None, before, EXTENDED, since) == ["receiver"]
