"""The register (form 07) and the report on completeness, over HTTP, in memory."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.dossier.parts import Deadline
from contracts.dossier.processing import Rescheduled
from contracts.dossier.results import ResultIssued, ResultReturned
from contracts.dossier.routing import Transferred
from tests.generated import golden
from tests.harness import token
from tests.intake.cases import HERE, OFFICER, PROCEDURE, form, intake, received
from tests.intake.test_letters import text_of

PATH = f"/registers/{HERE.code}/2026"


@pytest.mark.req("IN-32")
def test_the_register_lists_every_accepted_dossier_with_ordinal_names_and_dates() -> None:
    service = intake()
    first, answer = received(service)
    second, _ = received(service, online=False)
    now = service.world.clock.now()
    for made, changes in (
        (Transferred, {}),
        (ResultIssued, {"outcome": "granted"}),
        (ResultReturned, {"way": "post"}),
    ):
        fact = golden.sample(made)
        import msgspec

        service.tell(UUID(first), msgspec.structs.replace(fact, effective_at=now, recorded_at=now, back_entry=None, **changes))
    items = service.get(PATH, OFFICER).json()["items"]
    assert [item["ordinal"] for item in items] == [1, 2]
    line = items[0]
    assert (line["code"], line["procedure"], line["applicant"]["name"]) == (answer["code"], PROCEDURE.name, form()["full_name"])
    for column in ("received_at", "due_at", "transferred_at", "result_received_at", "returned_at"):
        assert line[column] is not None, column
    assert line["way_of_return"] == "Bưu chính công ích"
    assert items[1]["returned_at"] is None
    assert second != first


@pytest.mark.req("IN-32")
def test_the_date_first_appointed_was_lost_from_the_register_when_it_was_changed() -> None:
    service = intake()
    dossier, _ = received(service)
    first = service.get(PATH, OFFICER).json()["items"][0]
    assert first["first_due_at"] is None
    moved = Deadline(due_at=datetime(2026, 5, 4, 10, tzinfo=UTC), term="5wd", calendar="vn-2026.1")
    old = datetime.fromisoformat(first["due_at"])
    now = service.world.clock.now()
    service.tell(UUID(dossier), Rescheduled(effective_at=now, recorded_at=now, old_due_at=old, deadline=moved, cause="calendar"))
    line = service.get(PATH, OFFICER).json()["items"][0]
    assert [datetime.fromisoformat(line[name]) for name in ("first_due_at", "due_at")] == [old, moved.due_at]
    text = text_of(service.get(f"{PATH}/books/1", OFFICER).content)
    assert f"{old:%d/%m/%Y} hẹn lại 04/05/2026" in text


@pytest.mark.req("IN-32")
def test_a_date_in_a_year_without_an_official_calendar_stands_in_the_register_as_provisional() -> None:
    """Regression: form 07 told it as if it were sure."""
    service = intake()
    dossier, _ = received(service)
    line = service.get(PATH, OFFICER).json()["items"][0]
    assert line["provisional"] is False
    assert "tạm tính" not in text_of(service.get(f"{PATH}/books/1", OFFICER).content)
    moved = Deadline(due_at=datetime(2027, 1, 4, 10, tzinfo=UTC), term="5wd", calendar="vn-2026.1", provisional=True)
    old, now = datetime.fromisoformat(line["due_at"]), service.world.clock.now()
    service.tell(UUID(dossier), Rescheduled(effective_at=now, recorded_at=now, old_due_at=old, deadline=moved, cause="calendar"))
    assert service.get(PATH, OFFICER).json()["items"][0]["provisional"] is True
    printed = service.get(f"{PATH}/books/1", OFFICER).content
    assert "hẹn lại 04/01/2027 (tạm tính)" in text_of(printed)


@pytest.mark.req("IN-32")
def test_the_register_of_a_period_and_of_another_year_and_pages_of_it() -> None:
    service = intake()
    received(service)
    service.world.clock.move_to(datetime(2026, 3, 5, 2, 0, tzinfo=UTC))
    received(service)
    assert [i["ordinal"] for i in service.get(PATH, OFFICER, since="2026-03-03").json()["items"]] == [2]
    assert [i["ordinal"] for i in service.get(PATH, OFFICER, until="2026-03-02").json()["items"]] == [1]
    assert service.get(f"/registers/{HERE.code}/2025", OFFICER).json()["items"] == []
    page = service.get(PATH, OFFICER, limit=1).json()
    assert [i["ordinal"] for i in service.get(PATH, OFFICER, limit=1, cursor=page["next"]).json()["items"]] == [2]


@pytest.mark.req("IN-32")
def test_ordinals_start_again_with_the_year_and_the_old_book_says_that_it_is_closed() -> None:
    service = intake()
    received(service)
    open_book = text_of(service.get(f"{PATH}/books/1", OFFICER).content)
    assert "SỔ THEO DÕI HỒ SƠ" in open_book
    assert "Khóa sổ" not in open_book
    service.world.clock.move_to(datetime(2027, 1, 4, 2, 0, tzinfo=UTC))
    _, answer = received(service)
    assert answer["register_ordinal"] == 1
    closed = text_of(service.get(f"{PATH}/books/1", OFFICER).content)
    assert "Khóa sổ ngày 31 tháng 12 năm 2026, tổng số 1 hồ sơ" in closed
    assert service.get(f"{PATH}/books/2", OFFICER).status_code == 404


@pytest.mark.req("IN-32")
def test_reading_the_register_is_logged_and_only_for_its_one_stop() -> None:
    service = intake()
    received(service)
    service.get(PATH, OFFICER)
    assert [entry.purpose for entry in service.database.tables["vault_read"].values()] == ["render"]
    assert service.get(PATH, token("officer-9", "one-stop", agencies=["H60.99999"])).status_code == 403


@pytest.mark.req("IN-42")
def test_the_report_on_completeness_lists_what_nobody_handled() -> None:
    service = intake()
    dossier, answer = received(service)
    asked = {"agency": HERE.code, "since": "2026-03-01", "until": "2026-03-31"}
    report = service.get("/completeness", OFFICER, **asked).json()
    assert (report["received"], report["complete"], report["register_gaps"]) == (1, True, [])
    assert report["by_status"] == {"2": 1}
    service.world.clock.advance(timedelta(hours=5))
    report = service.get("/completeness", OFFICER, **asked).json()
    assert report["complete"] is False
    assert report["without_handling"] == [{"dossier": dossier, "code": answer["code"]}]
