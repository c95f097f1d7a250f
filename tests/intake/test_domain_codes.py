"""Codes of this system and of the paper book: which are issued, which are found again, and by whom one is used."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from intake.domain import reception
from intake.domain.outage import check_usable, closing_day, code_of, next_days, series, sheet_id
from tests.intake.known import (
    HERE,
    NOW,
    THERE,
)
from tests.refusing import refuses
from worktime import calendar, rule_set

# codes
DAY = date(2026, 3, 2)
DAK_NONG = rule_set("dak-nong-2025")


@pytest.mark.req("IN-22")
@pytest.mark.parametrize("ordinal", [1, 9000, 9001, 9002, 99_999])
def test_a_code_that_this_system_would_issue_is_found_again_by_series_and_ordinal(ordinal: int) -> None:
    code = reception.code_of("H60.STP", NOW, ordinal)
    assert reception.place_of(code) == (reception.series("H60.STP", NOW), ordinal)


@pytest.mark.req("IN-22", "OP-05")
@pytest.mark.parametrize("ordinal", [1, 2, 999])
def test_a_code_of_a_paper_book_is_found_again_in_the_books_own_series(ordinal: int) -> None:
    assert reception.place_of(code_of("H60.STP", DAY, ordinal, DAK_NONG)) == (series("H60.STP", DAY), ordinal)


@pytest.mark.req("IN-22")
def test_a_code_of_another_system_has_no_place_and_one_that_is_none_is_never_issued() -> None:
    assert reception.place_of("000.00.00.H30-240823-0001") is None
    with pytest.raises(ValueError, match="h60-260302-0001 is no dossier code"):
        reception.code_of("h60", NOW, 1)


# outage books


@pytest.mark.req("OP-05")
def test_paper_codes_are_a_series_of_their_own_and_end_with_9999() -> None:
    assert series("H60.STP", DAY) == "outage-code/H60.STP/260302"
    assert [code_of("H60.STP", DAY, n, DAK_NONG) for n in (1, 999)] == ["H60.STP-260302-9001", "H60.STP-260302-9999"]
    with refuses("Điều 18 khoản 1", field="count"):
        code_of("H60.STP", DAY, 1000, DAK_NONG)
    with pytest.raises(ValueError, match="no dossier code"):
        code_of("h60", DAY, 1, DAK_NONG)


@pytest.mark.req("OP-05")
def test_books_are_for_the_next_working_days_and_close_with_the_last_day_of_their_entries() -> None:
    late_evening = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
    assert next_days(late_evening, calendar(HERE), 2) == [date(2026, 3, 9), date(2026, 3, 10)]
    assert next_days(NOW, calendar(HERE), 1) == [date(2026, 3, 3)]
    assert closing_day(date(2026, 3, 6), calendar(HERE), 3).isoformat() == "2026-03-11T17:00:00+07:00"


@pytest.mark.req("OP-05")
def test_a_sheet_is_named_by_holder_agency_and_day() -> None:
    names = {sheet_id(holder, agency, day) for holder in ("a", "b") for agency in ("c", "d") for day in (DAY, date(2026, 3, 3))}
    assert len(names) == 8
    assert sheet_id(HERE, THERE, DAY) == UUID("923643a3-0bc0-508d-9a19-3fa4ce15d3bd")


@pytest.mark.req("OP-05")
def test_a_paper_code_is_used_once_by_its_holder_for_its_agency_on_its_day() -> None:
    use = {"state": "allotted", "holder": HERE, "day": DAY, "receiving": HERE, "agency": "H60.STP", "effective_at": NOW, "rules": DAK_NONG}
    code = "H60.STP-260302-9001"
    check_usable(code, **use)  # type: ignore[arg-type]
    with refuses("Điều 18 khoản 1", field="code"):
        check_usable(code, **{**use, "state": "used"})  # type: ignore[arg-type]
    next_day_in_viet_nam = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    for wrong in ({"receiving": THERE}, {"agency": "H60"}, {"agency": "H60.ST"}, {"effective_at": next_day_in_viet_nam}):
        with refuses("Điều 18 khoản 1", field="code", status=422):
            check_usable(code, **{**use, **wrong})  # type: ignore[arg-type]
