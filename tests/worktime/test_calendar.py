"""The calendar as data: inheritance, versions, opening hours, closures."""

from datetime import date, datetime
from typing import Any

import pytest

from worktime import Calendar, Closure, Holiday, MakeUp, Swap, calendar, calendar_from_data, calendar_to_data, due_at, parse_moment

HALF = ["07:00-11:30", "13:30-17:00"]


def at(text: str) -> datetime:
    return parse_moment(text)


def plain(**parts: Any) -> dict[str, Any]:
    return {"version": "t.1", "known_since": "2026-01-01", **parts}


def test_an_empty_calendar_has_the_default_week() -> None:
    empty = calendar_from_data(plain())
    assert empty.table.halves(date(2026, 5, 4).toordinal()) == ((420, 690), (810, 1020))
    assert not empty.is_working(date(2026, 5, 9)) and not empty.is_official(2026)


def test_the_newest_packaged_version_answers_unless_one_is_named() -> None:
    assert calendar().version == "vn-2026.1" and calendar(version="vn-2026.1") == calendar()
    assert [calendar().is_official(year) for year in (2022, 2023, 2026, 2027)] == [False, True, True, False]
    with pytest.raises(KeyError, match="no calendar version"):
        calendar(version="vn-1900.1")


def test_a_packaged_calendar_survives_being_written_down() -> None:
    copy = calendar_from_data(calendar_to_data(calendar()))
    assert copy == calendar() and hash(copy) == hash(calendar()) and copy != calendar_from_data(plain())


def test_agencies_without_entries_share_the_calendar_of_their_nearest_ancestor() -> None:
    assert calendar("H60.14.22") is calendar()
    data = plain(agencies={"H60.14": {"closures": [{"date": "2026-05-05", "reason": "Lễ hội"}]}})
    assert not calendar_from_data(data, "H60.14.22").is_working(date(2026, 5, 5))
    assert calendar_from_data(data, "H60.15").is_working(date(2026, 5, 5))


def test_an_agency_inherits_holidays_hours_and_opening_from_its_parent() -> None:
    data = plain(
        province={"holidays": [{"date": "2026-05-05", "name": "Ngày hội tỉnh"}]},
        agencies={
            "H60.1": {"weeks": [{"days": [["08:00-12:00"]] * 5 + [[], []]}]},
            "X": {"parent": "H60.1", "make_ups": [{"date": "2026-05-05", "source": "QĐ 1"}]},
        },
    )
    child = calendar_from_data(data, "X")
    assert child.table.halves(date(2026, 5, 4).toordinal()) == ((480, 720),)
    assert child.is_working(date(2026, 5, 5)) and not calendar_from_data(data, "H60.1").is_working(date(2026, 5, 5))


def test_opening_hours_are_apart_from_the_working_calendar() -> None:
    data = plain(province={"opening": [{"days": [["07:30-11:00"]] * 6 + [[]]}]})
    shop = calendar_from_data(data)
    assert shop.is_open(at("2026-05-09T08:00")) and not shop.is_working(date(2026, 5, 9))
    assert not shop.is_open(at("2026-05-05T14:00")) and not shop.is_open(at("2026-05-09T11:00"))
    assert not calendar().is_open(at("2026-04-30T09:00")) and calendar().is_open(at("2026-01-10T09:00"))


def test_weekly_hours_may_change_on_a_date() -> None:
    data = plain(province={"weeks": [{"valid_from": "2026-05-06", "days": [["08:00-12:00", "13:00-17:00"]] * 5 + [[], []]}]})
    changed = calendar_from_data(data)
    assert due_at("1wh", at("2026-05-05T06:00"), changed) == at("2026-05-05T08:00")
    assert due_at("1wh", at("2026-05-06T06:00"), changed) == at("2026-05-06T09:00")


def test_entries_make_a_new_version_and_leave_the_old_one_alone() -> None:
    more = calendar().with_entries(
        "vn-2026.2",
        [
            Holiday(date=date(2026, 5, 5), name="Nghỉ"),
            Swap(off=date(2026, 5, 6), work=date(2026, 5, 9)),
            MakeUp(date=date(2026, 5, 10), like=0),
            Closure(date=date(2026, 5, 7), reason="Bão"),
            Closure(date=date(2026, 5, 9), reason="Lụt", hours="13:30-17:00"),
        ],
    )
    days = [more.is_working(date(2026, 5, day)) for day in range(5, 11)]
    assert days == [False, False, False, True, True, True] and more.version == "vn-2026.2"
    assert more.table.end_of(date(2026, 5, 9).toordinal()) == at("2026-05-09T11:30")
    assert calendar().is_working(date(2026, 5, 5)) and more != calendar()


def test_entries_for_one_agency_touch_no_other() -> None:
    branch = Calendar(calendar().data, "H60.14").with_entries("t.2", [Closure(date=date(2026, 5, 7), reason="Bão")])
    assert not branch.is_working(date(2026, 5, 7))
    assert Calendar(branch.data, "H60.15").is_working(date(2026, 5, 7)) and Calendar(branch.data).is_working(date(2026, 5, 7))
    assert not Calendar(branch.data, "H60.14.3").is_working(date(2026, 5, 7))


def test_an_agency_s_own_parent_goes_before_the_one_its_code_says() -> None:
    data = plain(
        agencies={
            "H60": {"closures": [{"date": "2026-05-04", "reason": "Lễ hội"}]},
            "H60.2": {"closures": [{"date": "2026-05-05", "reason": "Bão"}]},
            "H60.2.7": {"closures": [{"date": "2026-05-06", "reason": "Lụt"}]},
            "H60.2.8": {"parent": "X"},
            "X": {"closures": [{"date": "2026-05-07", "reason": "Mất điện"}]},
        },
    )

    def closed(agency: str) -> list[int]:
        its = calendar_from_data(data, agency)
        return [day for day in range(4, 9) if not its.is_working(date(2026, 5, day))]

    assert (closed("H60.2.7"), closed("H60.2.8"), closed("H60.2.9"), closed("Y.1")) == ([4, 5, 6], [7], [4, 5], [])


def test_what_a_newer_version_changes_is_told_day_by_day() -> None:
    old = calendar()
    more = old.with_entries(
        "vn-2026.2",
        [
            Holiday(date=date(2026, 5, 5), name="Ngày hội tỉnh"),
            Closure(date=date(2026, 5, 7), reason="Bão số 2"),
            Closure(date=date(2026, 5, 6), reason="Lụt", hours="13:30-17:00"),
            Closure(date=date(2026, 5, 9), reason="Bão số 2"),
        ],
    )
    assert more.changes_since(old) == (
        "thứ Ba 05/05/2026: Ngày hội tỉnh",
        "thứ Tư 06/05/2026: Lụt, nghỉ 13:30–17:00",
        "thứ Năm 07/05/2026: Bão số 2",
    )
    assert old.changes_since(more) == tuple(f"thứ {day}/05/2026: làm việc bình thường" for day in ("Ba 05", "Tư 06", "Năm 07"))
    assert more.changes_since(old, date(2026, 5, 6), date(2026, 5, 6)) == ("thứ Tư 06/05/2026: Lụt, nghỉ 13:30–17:00",)
    assert more.changes_since(more) == ()
    hours = calendar_from_data(plain(province={"weeks": [{"days": [["08:00-12:00"]] * 5 + [[], []]}]}))
    assert hours.changes_since(calendar_from_data(plain())) == ("giờ làm việc hằng tuần",)


def test_a_closure_outside_the_hours_or_on_a_day_off_changes_nothing() -> None:
    quiet = calendar().with_entries(
        "t.2", [Closure(date=date(2026, 5, 5), reason="Bão", hours="17:00-20:00"), Closure(date=date(2026, 5, 9), reason="Bão")]
    )
    assert quiet.table.shapes == calendar().table.shapes


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"holidays": []}, "unknown field `holidays`"),
        ({"province": {"weeks": [{"days": [HALF]}]}}, "seven days"),
        ({"province": {"weeks": [{"days": [["11:30-07:00"]] * 7}]}}, "not a half-day"),
        ({"province": {"weeks": [{"days": [["07:00-11:30", "11:00-12:00"]] * 7}]}}, "overlap"),
        ({"province": {"weeks": [{"days": [["07:00-24:30"]] * 7}]}}, "not two times of day"),
        ({"province": {"weeks": [{"days": [[]] * 7}]}}, "in which nobody works"),
        ({"province": {"weeks": [{"valid_from": "2027-01-01", "days": [[]] * 7}]}}, "in which nobody works"),
        ({"province": {"holidays": [{"date": "2026-03-03", "name": " "}]}}, r"holidays\[0\].name"),
        ({"province": {"closures": [{"date": "2026-03-03", "reason": ""}]}}, r"closures\[0\].reason"),
        ({"province": {"make_ups": [{"date": "2026-03-07", "like": 9}]}}, r"make_ups\[0\].like"),
        ({"province": {"weeks": [{"days": [HALF] * 7}, {"days": [HALF] * 7}]}}, "begin on the same day"),
        ({"known_since": "yesterday"}, "known_since"),
    ],
)
def test_a_wrong_calendar_file_is_refused_with_the_reason(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calendar_from_data(plain(**parts))


def test_a_parent_that_is_no_agency_of_the_calendar_is_refused() -> None:
    """Regression: a misspelt parent was passed over, and the agency had the province's hours."""
    with pytest.raises(ValueError, match="its parent H6O has no entries"):
        calendar_from_data(plain(agencies={"H60.X1": {"parent": "H6O"}}), "H60.X1")
    assert calendar_from_data(plain(agencies={"H60.X1": {"parent": "H60"}}), "H60.X1") is not None


def test_an_agency_that_is_its_own_ancestor_is_refused() -> None:
    with pytest.raises(ValueError, match="own ancestor"):
        calendar_from_data(plain(agencies={"A": {"parent": "B"}, "B": {"parent": "A"}}), "A")


def test_new_entries_make_a_new_version_for_the_agency_alone() -> None:
    data = plain(agencies={"H60.14": {"holidays": [{"date": "2026-05-05", "name": "Lễ hội"}]}})
    commune = calendar_from_data(data, "H60.14").with_entries("t.2", [Holiday(date=date(2026, 5, 6), name="Lễ hội")])
    assert (commune.version, commune.agency) == ("t.2", "H60.14")
    assert not commune.is_working(date(2026, 5, 5)) and not commune.is_working(date(2026, 5, 6))
    assert calendar_from_data(calendar_to_data(commune)).is_working(date(2026, 5, 6))
    fresh = calendar_from_data(plain(), "H60.15").with_entries("t.3", [Closure(date=date(2026, 5, 7), reason="Bão")])
    assert not fresh.is_working(date(2026, 5, 7)) and list(fresh.data.agencies) == ["H60.15"]


def test_a_day_is_noted_by_its_name_and_source() -> None:
    storm = calendar_from_data(plain()).with_entries(
        "t.2",
        [
            Holiday(date=date(2026, 5, 5), name="Lễ hội", source="QĐ 1"),
            Closure(date=date(2026, 5, 5), reason="Bão"),
            Closure(date=date(2026, 5, 6), reason="Bão", hours="10:00-14:00", source="CV 2"),
            Closure(date=date(2026, 5, 6), reason="Mất điện", hours="14:00-15:00"),
            Closure(date=date(2026, 5, 7), reason="Lũ", source="CV 3"),
        ],
    )
    told = [storm.note(date(2026, 5, day).toordinal()) for day in range(4, 10)]
    assert told == [
        None,
        ("skipped", "Lễ hội", "QĐ 1"),
        ("closed", "Bão, nghỉ 10:00–14:00; Mất điện, nghỉ 14:00–15:00", "CV 2"),
        ("skipped", "Lũ", "CV 3"),
        None,
        ("skipped", "nghỉ hằng tuần", "BLLĐ 2019 Điều 111"),
    ]
    assert storm.table.halves(date(2026, 5, 6).toordinal()) == ((420, 600), (900, 1020))


def test_swapped_and_made_up_days_name_each_other() -> None:
    table = calendar_from_data(plain()).with_entries(
        "t.2",
        [
            Swap(off=date(2026, 5, 4), work=date(2026, 5, 9), source="QĐ 4"),
            MakeUp(date=date(2026, 5, 16), source="QĐ 5"),
        ],
    )
    assert [table.note(date(2026, 5, day).toordinal()) for day in (4, 9, 16)] == [
        ("skipped", "nghỉ hoán đổi, làm bù thứ Bảy 09/05/2026", "QĐ 4"),
        ("make-up", "làm bù cho thứ Hai 04/05/2026", "QĐ 4"),
        ("make-up", "làm việc theo giờ của thứ Hai", "QĐ 5"),
    ]


@pytest.mark.req("PR-19")
@pytest.mark.parametrize(
    ("since", "until", "provisional"),
    [
        ("2026-12-21T09:00", "2026-12-31T17:00", False),
        ("2026-12-21T09:00", "2027-01-01T00:00", False),
        ("2026-12-21T09:00", "2027-01-01T00:01", True),
        ("2022-12-31T23:59", "2023-01-05T17:00", True),
        ("2023-01-01T00:00", "2026-12-31T17:00", False),
        ("2027-01-04T09:00", "2027-01-05T17:00", True),
    ],
)
def test_a_date_is_provisional_that_touches_a_year_without_an_announced_table(since: str, until: str, provisional: bool) -> None:
    assert calendar().is_provisional(parse_moment(since), parse_moment(until)) is provisional
