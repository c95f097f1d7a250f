"""A calendar version from draft to approval."""

from datetime import date
from itertools import permutations
from typing import Any

import msgspec
import pytest

from catalogue.main import BLUEPRINT
from tests.harness import Service, World, token
from tests.intake.cases import HERE
from worktime import calendar

EDITOR, APPROVER = token("editor-1", "catalogue-editor"), token("approver-1", "catalogue-approver")
BOTH = token("editor-1", "catalogue-editor", "catalogue-approver")
SECRET = "Nguyen 0912345678"
STORM = {"date": "2026-03-04", "reason": "Bão số 5", "hours": "13:30-17:00", "source": "Công điện 05/CĐ-UBND"}
SWAP = {"off": "2026-03-09", "work": "2026-03-14"}


@pytest.fixture
def catalogue() -> Service:
    return World().add(BLUEPRINT)


def draft(catalogue: Service, version: str = "vn-2026.2", **changes: Any) -> Any:
    body = {"version": version, "document": "05/CĐ-UBND", "changes": [{"agency": HERE.code, "closures": [STORM]}], **changes}
    return catalogue.post("/calendars", EDITOR, body)


def test_a_draft_is_drawn_from_the_calendar_in_force_and_changes_nothing_yet(catalogue: Service) -> None:
    answer = draft(catalogue)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["based_on"], answer.json()["number"]) == ("draft", "vn-2026.1", 0)
    listed = catalogue.get("/calendars").json()
    assert (listed["newest"], [item["code"] for item in listed["items"]]) == ("vn-2026.1", ["vn-2026.2"])
    assert catalogue.get("/calendars/vn-2026.2").json()["data"]["agencies"][HERE.code]["closures"][0]["reason"] == "Bão số 5"
    assert catalogue.parts.catalogue.calendar(HERE.code).version == "vn-2026.1"


def test_a_second_person_approves_and_the_version_is_in_force(catalogue: Service) -> None:
    draft(catalogue)
    refused = catalogue.post("/calendars/vn-2026.2/approval", BOTH)
    assert (refused.status_code, bool(refused.json()["article"])) == (409, True)
    approved = catalogue.post("/calendars/vn-2026.2/approval", APPROVER)
    assert (approved.status_code, approved.json()["number"], approved.json()["decided_by"]) == (200, 1, "approver-1")
    assert catalogue.post("/calendars/vn-2026.2/approval", APPROVER, key="again").status_code == 409
    assert catalogue.get("/calendars").json()["newest"] == "vn-2026.2"
    newest = catalogue.parts.catalogue.calendar(HERE.code)
    assert (newest.version, catalogue.parts.catalogue.calendar_number("vn-2026.2")) == ("vn-2026.2", 1)
    assert catalogue.parts.catalogue.calendar(HERE.code, "vn-2026.1") == calendar(HERE.code, "vn-2026.1")


def test_only_the_office_that_closed_has_the_closure(catalogue: Service) -> None:
    draft(catalogue)
    catalogue.post("/calendars/vn-2026.2/approval", APPROVER)
    day = date(2026, 3, 4).toordinal()
    assert catalogue.parts.catalogue.calendar(HERE.code).note(day)
    assert not catalogue.parts.catalogue.calendar("H60.STC").note(day)


def test_a_draft_of_an_older_calendar_is_not_approved(catalogue: Service) -> None:
    draft(catalogue, "vn-2026.2")
    draft(catalogue, "vn-2026.3")
    assert catalogue.post("/calendars/vn-2026.3/approval", APPROVER).status_code == 200
    stale = catalogue.post("/calendars/vn-2026.2/approval", APPROVER)
    assert (stale.status_code, stale.json()["field"]) == (409, "based_on")
    assert catalogue.post("/calendars/vn-2026.2/withdrawal", EDITOR).json()["status"] == "withdrawn"
    assert draft(catalogue, "vn-2026.2").status_code == 409
    draft(catalogue, "vn-2026.4", changes=[{"closures": [{**STORM, "date": "2026-03-05"}]}])
    assert catalogue.post("/calendars/vn-2026.4/approval", APPROVER).json()["number"] == 2
    assert "2026-03-04" in str(catalogue.get("/calendars/vn-2026.4").json()["data"]["agencies"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"changes": []}, "changes"),
        ({"changes": [{"agency": "H99.X", "closures": [STORM]}]}, "changes.0.agency"),
        ({"changes": [{"parent": HERE.code, "closures": [STORM]}]}, "changes.0.parent"),
        ({"changes": [{"swaps": [{"off": "2026-03-08", "work": "2026-03-14"}]}]}, "changes.0.swaps"),
        ({"changes": [{"swaps": [{"off": "2026-03-09", "work": "2026-03-10"}]}]}, "changes.0.swaps"),
        ({"changes": [{"make_ups": [{"date": "2026-03-10"}]}]}, "changes.0.make_ups"),
        ({"changes": [{"closures": [{**STORM, "hours": "17:00-13:30"}]}]}, "changes.0.closures.0.hours"),
        ({"changes": [{"closures": [{**STORM, "hours": SECRET}]}]}, "changes.0.closures.0.hours"),
        ({"changes": [{"closures": [STORM, {**STORM, "date": "2206-03-07"}]}]}, "changes.0.closures.1"),
        ({"changes": [{"holidays": [{"date": "1999-12-31", "name": "Lễ"}]}]}, "changes.0.holidays.0"),
        ({"changes": [{"make_ups": [{"date": "2206-03-07"}]}]}, "changes.0.make_ups.0"),
        ({"changes": [{"swaps": [{"off": "2026-03-09", "work": "2206-03-07"}]}]}, "changes.0.swaps.0"),
        ({"changes": [{"weeks": [{"days": [["07:00-11:30"]]}]}]}, "changes.0.weeks.0.days"),
        ({"changes": [{"weeks": [{"valid_from": "2027-01-01", "days": [[]] * 7}]}]}, "changes.0.weeks.0.days"),
        ({"changes": [{"opening": [{"valid_from": "2100-01-01"}]}]}, "changes.0.opening.0"),
        ({"changes": [{"weeks": [{"valid_from": "1999-01-01"}]}]}, "changes.0.weeks.0"),
        ({"changes": [{"weeks": [{}, {}]}, {"closures": [STORM]}]}, "changes"),
        ({"changes": [{"agency": HERE.code, "parent": HERE.code}, {"agency": HERE.code, "closures": [STORM]}]}, "changes.0.parent"),
        ({"changes": [{"weeks": [{"days": [["07:00-11:30", "10:00-12:00"]] * 7}]}]}, "changes.0.weeks.0.days"),
        ({"changes": [{"weeks": [{}, {}]}]}, "changes"),
        ({"changes": [{"opening": [{"days": [[SECRET], [], [], [], [], [], []]}]}]}, "changes.0.opening.0.days"),
        ({"changes": [{"agency": HERE.code, "parent": HERE.code, "closures": [STORM]}]}, "changes.0.parent"),
        ({"changes": [{"make-ups": [{"date": "2026-03-07"}]}]}, "changes.0.make-ups"),
        ({"changes": [{SECRET: []}]}, "changes.0"),
        ({"changes": [{"closures": [{**STORM, "date": "2026-13-01"}]}]}, "changes.0.closures.0.date"),
        ({"changes": [{"closures": [{"date": "2026-03-04"}]}]}, "changes.0.closures.0.reason"),
        ({"changes": [{"closures": [{**STORM, "reason": " "}]}]}, "changes.0.closures.0.reason"),
        ({"changes": [{"make_ups": [{"date": "2026-03-07", "like": 9}]}]}, "changes.0.make_ups.0.like"),
        ({"changes": [{"closures": [STORM, STORM]}]}, "changes.0.closures.1"),
        ({"changes": [{"closures": [STORM]}, {"closures": [{**STORM, "reason": "Lũ"}]}]}, "changes.1.closures.0"),
        ({"changes": [{"make_ups": [{"date": "2026-03-07"}, {"date": "2026-03-07", "like": 4}]}]}, "changes.0.make_ups.1"),
        ({"changes": [{"swaps": [SWAP, {**SWAP, "work": "2026-03-21"}]}]}, "changes.0.swaps.1"),
        ({"changes": [{"holidays": [{"date": "2026-01-01", "name": "Lễ"}]}]}, "changes.0.holidays.0"),
        ({"changes": [{"swaps": [SWAP], "make_ups": [{"date": SWAP["work"]}]}]}, "changes.0.make_ups.0"),
        ({"changes": [{"swaps": [SWAP], "holidays": [{"date": SWAP["off"], "name": "Lễ"}]}]}, "changes.0.swaps.0"),
        ({"changes": [{"closures": [STORM]}, {"agency": HERE.code}]}, "changes.1"),
        ({"version": "Lịch mới"}, "version"),
        ({"document": "<b>"}, "document"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_with_its_field_and_article(catalogue: Service, changes: Any, field: str) -> None:
    answer = draft(catalogue, **changes)
    assert (answer.status_code, answer.json().get("field", "")) == (422, field), answer.text
    assert answer.json()["article"] and SECRET not in answer.text
    assert not [word for word in ("invalid", "not a", "ancestor", "calendar v") if word in answer.json()["detail"]]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ([["07:00-11:30"]], "Ghi đủ 7 ngày trong tuần"),
        ([["07:00-25:00"]] * 7, "Ghi giờ từ–đến trong ngày"),
        ([["07:99-11:30"]] * 7, "Ghi giờ từ–đến trong ngày"),
        ([["10:00-12:-30"]] * 7, "Ghi giờ từ–đến trong ngày"),
        ([["07:00-11:30", "١٣:٣٠-١٧:٠٠"]] * 7, "Ghi giờ từ–đến trong ngày"),
        ([["13:30-17:00", "07:00-11:30"]] * 7, "chồng nhau hoặc sai thứ tự"),
    ],
)
def test_a_wrong_week_is_said_for_what_is_wrong_with_it(catalogue: Service, day: list[list[str]], said: str) -> None:
    answer = draft(catalogue, changes=[{"opening": [{"days": day}]}])
    assert (answer.status_code, answer.json()["field"]) == (422, "changes.0.opening.0.days")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": [{"days": [["07:30-11:30", "11:30-17:00"]] * 5 + [[], []]}]},
        {"weeks": [{"days": [["16:00-24:00"]] * 7}]},
        {"opening": [{"days": [[]] * 7}]},
        {"closures": [STORM, {**STORM, "hours": "07:00-11:30"}]},
        {"taken_back": ["2026-01-01"], "holidays": [{"date": "2026-01-01", "name": "Tết Dương lịch"}]},
    ],
    ids=["without a pause", "until midnight", "never open", "shut twice a day", "replaced"],
)
def test_hours_that_a_province_may_have_are_taken(catalogue: Service, change: dict[str, Any]) -> None:
    answer = draft(catalogue, changes=[change, {"agency": HERE.code, "closures": [{**STORM, "date": "2026-03-05"}]}])
    assert answer.status_code == 201, answer.text


def test_one_agency_builds_on_another_of_the_same_draft_in_whatever_order(catalogue: Service) -> None:
    """Regression: it was refused where the one that is built on came last, as if it had no calendar of its own."""
    other, extra = "H60.STC", {"make_ups": [{"date": "2026-03-07"}]}
    changes = [{"agency": HERE.code, "parent": other}, {"agency": HERE.code, **extra}, {"agency": other, "closures": [STORM]}]
    for number, order in enumerate(permutations(changes)):
        answer = draft(catalogue, f"vn-2026.{number + 2}", changes=list(order))
        assert answer.status_code == 201, answer.text


ESTIMATED = [msgspec.to_builtins(day) for day in calendar().data.province.holidays if day.date.year == 2027]


def official(days: list[dict[str, Any]]) -> dict[str, Any]:
    return {"official_years": [{"year": 2027, "source": "Thông báo của Bộ Nội vụ"}], "changes": [{"holidays": days}]}


def test_an_official_year_replaces_what_was_estimated_of_it(catalogue: Service) -> None:
    moved = [{**ESTIMATED[0], "date": "2027-01-04"}, *ESTIMATED[1:]]
    assert draft(catalogue, "vn-2027.1", **official(moved)).status_code == 201
    catalogue.post("/calendars/vn-2027.1/approval", APPROVER)
    newest = catalogue.parts.catalogue.calendar("H60")
    assert newest.is_official(2027) and not calendar().is_official(2027)
    assert sorted(h.date.isoformat() for h in newest.data.province.holidays if h.date.year == 2027) == sorted(day["date"] for day in moved)
    assert len([h for h in newest.data.province.holidays if h.date.year == 2026]) > 5


@pytest.mark.parametrize("days", [[], ESTIMATED[1:]], ids=["none", "one too few"])
def test_an_official_year_without_its_days_off_is_refused_and_they_are_named(catalogue: Service, days: list[dict[str, Any]]) -> None:
    """Regression: a year that was called official lost all its holidays, and nothing was provisional any more."""
    storm = {"agency": HERE.code, "closures": [STORM]}
    wish = official(days)
    answer = draft(catalogue, "vn-2027.1", **{**wish, "changes": [*(wish["changes"] if days else []), storm]})
    assert (answer.status_code, answer.json()["field"]) == (422, "official_years.0"), answer.text
    assert "01/01/2027: Tết Dương lịch" in answer.json()["detail"]


def test_an_entry_may_be_taken_back(catalogue: Service) -> None:
    draft(catalogue)
    catalogue.post("/calendars/vn-2026.2/approval", APPROVER)
    draft(catalogue, "vn-2026.3", changes=[{"agency": HERE.code, "taken_back": ["2026-03-04"]}])
    assert catalogue.get("/calendars/vn-2026.3").json()["data"]["agencies"][HERE.code]["closures"] == []


def test_others_may_read_and_not_draft_or_approve(catalogue: Service) -> None:
    assert catalogue.post("/calendars", APPROVER, {}).status_code == 403
    draft(catalogue)
    assert catalogue.post("/calendars/vn-2026.2/approval", EDITOR).status_code == 403
    assert catalogue.get("/calendars/khong-co").status_code == 404
