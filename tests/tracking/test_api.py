"""Tracking over HTTP."""

import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Retry
from chassis.vault import MemoryVault
from contracts.dossier import intake, processing
from contracts.fact import VaultRef
from tests.harness import Service, World, token
from tests.tracking import story
from tracking.limit import Limit
from tracking.main import BLUEPRINT
from tracking.reasons import reasons_of
from tracking.views import DOSSIER, HISTORY


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def tracking(world: World) -> Service:
    return world.add(BLUEPRINT)


def tell(service: Service, facts: Any, subject: Any = story.ID) -> None:
    for fact in facts:
        service.tell(subject, fact)


@pytest.mark.req("TR-01", "TR-15", "IN-23")
def test_anybody_reads_code_and_degree_of_completion_and_nothing_else(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received()])
    answer = tracking.get(f"/lookup/{story.CODE.lower().replace('-', ' - ')}")
    assert (answer.status_code, answer.json()) == (200, {"code": story.CODE, "completion": "Được tiếp nhận"})


@pytest.mark.req("TR-01")
def test_an_unknown_code_gets_a_problem_that_says_nothing_but_that(tracking: Service) -> None:
    answer = tracking.get("/lookup/h60-no-such")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == "Không tìm thấy hồ sơ; xin kiểm tra lại mã trên giấy tiếp nhận."


@pytest.mark.req("OP-05", "TR-01")
def test_a_voided_code_of_the_paper_book_is_no_dossier(tracking: Service) -> None:
    voided = intake.CodeVoided(**story.at(4), code="H60.31-260302-9001", cause="unused")
    tell(tracking, [voided], subject=UUID(int=77))
    with tracking.database.session() as session:
        assert session.find(DOSSIER) == [] and session.find(HISTORY) == []


@pytest.mark.req("TR-01")
def test_one_address_that_asks_too_often_is_told_to_wait(tracking: Service) -> None:
    """The bucket fills by the second, and a busy machine answers slowly: so it is asked until it has enough."""
    answers = (tracking.get("/lookup/X") for _ in range(600))
    told = next(answer for answer in answers if answer.status_code == 429)
    assert int(told.headers["Retry-After"]) >= 1


@pytest.mark.req("TR-01")
def test_the_limit_fills_again_and_is_per_address() -> None:
    seconds = itertools.chain([0.0, 0.0, 1.0], itertools.repeat(1.0))
    limit = Limit(1, 1.0, lambda: next(seconds))
    limit.take("a")
    limit.take("b")
    limit.take("a")


@pytest.mark.req("TR-15")
def test_the_owner_sees_who_holds_the_dossier_and_another_citizen_sees_what_anybody_sees(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received(), story.transferred()])
    mine = tracking.get(f"/dossiers/{story.CODE}", token("citizen-1", "citizen", agencies=())).json()
    other = tracking.get(f"/dossiers/{story.CODE}", token("citizen-2", "citizen", agencies=())).json()
    assert (mine["holder"], mine["status"], "applicant" in mine) == (story.SETTLING, 4, False)
    assert other == {"code": story.CODE, "completion": "Đang xử lý"}


@pytest.mark.req("TR-08")
def test_history_says_who_did_what_when_by_both_clocks_and_on_which_article(tracking: Service) -> None:
    tell(tracking, story.walk())
    items = tracking.get(f"/dossiers/{story.ID}/history", token("o", "operator")).json()["items"]
    assert [item["n"] for item in items] == list(range(1, 10))
    assert items[1]["what"].startswith("Trung tâm") or story.CODE in items[1]["what"]
    assert items[1]["article"] == "NĐ 118/2025/NĐ-CP Điều 17 khoản 3" and items[1]["actor"] == items[1]["who"] == "test"
    assert items[1]["effective_at"] == items[1]["recorded_at"] == "2026-03-02T10:00:00+07:00"


@pytest.mark.req("IN-34")
def test_three_amendments_are_three_lines_of_history_and_the_code_stays(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received(), *(story.amended(n, 1 + n / 10) for n in (1, 2, 3))])
    items = tracking.get(f"/dossiers/{story.ID}/history", token("citizen-1", "citizen", agencies=())).json()
    assert items["code"] == story.CODE
    assert [item["what"].split(":")[0] for item in items["items"][2:]] == [f"Người nộp sửa đổi, bổ sung lần {n}" for n in (1, 2, 3)]
    assert all("actor" not in item for item in items["items"])


@pytest.mark.req("TR-08")
def test_any_past_state_is_built_again_from_the_history(tracking: Service) -> None:
    tell(tracking, story.walk())
    staff = token("o", "operator")
    states = [
        tracking.get(f"/dossiers/{story.ID}", staff, as_of=(story.START + timedelta(hours=h)).isoformat()).json()["status"]
        for h in (0, 1, 2, 31, 32)
    ]
    assert states == [1, 2, 4, 9, 10]
    unknown = tracking.get(f"/dossiers/{story.ID}", staff, known_at=(story.START + timedelta(hours=1)).isoformat()).json()
    assert (unknown["status"], unknown["facts"]) == (2, 2)


def test_a_moment_without_a_time_zone_is_refused(tracking: Service) -> None:
    tell(tracking, [story.submitted()])
    assert tracking.get(f"/dossiers/{story.ID}", token("o", "operator"), as_of="2026-03-02T10:00:00").status_code == 422


@pytest.mark.parametrize("moment", ["2026", "0", "99999999999999", "5.5"])
def test_a_number_is_no_moment(tracking: Service, moment: str) -> None:
    """Regression: it was counted in seconds from 1970, and the dossier shown as it was then."""
    tell(tracking, [story.submitted()])
    for parameter in ("as_of", "known_at"):
        answer = tracking.get(f"/dossiers/{story.ID}", token("o", "operator"), **{parameter: moment})
        assert (answer.status_code, answer.json()["field"]) == (422, parameter)


@pytest.mark.req("IN-31", "RT-04")
def test_the_control_slip_has_a_row_for_each_hand_over_and_is_printable(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received()])
    one_stop = token("officer-1", "one-stop", agencies=[story.RECEIVING])
    assert len(tracking.get(f"/dossiers/{story.CODE}/control-slip", one_stop).json()["handovers"]) == 1
    tell(tracking, story.walk()[2:])
    slip = tracking.get(f"/dossiers/{story.CODE}/control-slip", one_stop).json()
    notes = [row["note"] for row in slip["handovers"]]
    assert notes[:4] == ["Tiếp nhận hồ sơ", "Thẩm định (đã xử lý)", "Hồ sơ giấy", "Phân công thụ lý"] and notes[-1] == "Trả kết quả"
    assert slip["handovers"][2]["receiver_officer"] == "officer-received"
    assert slip["handovers"][1]["outcome"] == "Trước hạn"
    assert tracking.get(f"/dossiers/{story.CODE}/control-slip", one_stop, format="pdf").content.startswith(b"%PDF")


@pytest.mark.req("RT-04")
def test_the_slip_is_for_the_holder_and_the_one_stop_only(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received(), story.transferred()])
    holder = token("s", "specialist", agencies=[story.SETTLING])
    stranger = token("s", "specialist", agencies=["H60.SNV"])
    path = f"/dossiers/{story.CODE}/control-slip"
    assert [tracking.get(path, who).status_code for who in (holder, stranger)] == [200, 404]


@pytest.mark.req("RP-07", "RP-06")
def test_statistics_of_nothing_show_no_share_and_of_something_the_true_one(tracking: Service) -> None:
    assert tracking.get("/statistics").json()["in_time_percent"] is None
    tell(tracking, story.walk())
    shown = tracking.get("/statistics", agency=story.SETTLING).json()
    assert (shown["total"], shown["by_status"]["10"], shown["early"], shown["in_time_percent"]) == (1, 1, 1, 100.0)


@pytest.mark.req("RP-06")
def test_an_open_dossier_is_late_from_the_day_after_its_due_date(world: World, tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received()])
    world.clock.move_to(story.DUE + timedelta(hours=6, minutes=59))
    assert tracking.get("/statistics").json()["open_late"] == 0
    world.clock.move_to(story.DUE + timedelta(hours=7))
    assert tracking.get("/statistics").json()["open_late"] == 1


@pytest.mark.req("TR-11")
def test_the_public_list_has_code_procedure_and_state_and_no_person(tracking: Service) -> None:
    tell(tracking, story.walk())
    (line,) = tracking.get("/public/dossiers").json()["items"]
    assert line["code"] == story.CODE and "citizen-1" not in str(line) and "officer" not in str(line)


def test_counts_are_for_operators_and_agree_with_what_was_told(tracking: Service) -> None:
    tell(tracking, story.walk())
    assert tracking.get("/counts", token("c", "citizen")).status_code == 403
    counts = tracking.get("/counts", token("o", "operator")).json()
    assert (counts["facts_total"], counts["dossiers"], counts["by_status"], counts["imported"]) == (9, 1, {"10": 1}, 0)


def test_staff_list_their_own_agency_page_by_page(tracking: Service) -> None:
    tell(tracking, [story.submitted(), story.received()])
    mine = token("s", "specialist", agencies=[story.SETTLING])
    assert len(tracking.get("/dossiers", mine, agency=story.SETTLING).json()["items"]) == 1
    assert tracking.get("/dossiers", mine, agency="H60.SNV").status_code == 403
    assert tracking.get("/dossiers", mine, agency=story.SETTLING, due_before=story.DUE.isoformat()).json()["items"] == []


class _Away(MemoryVault):
    def get(self, ref: VaultRef, purpose: str) -> Any:
        raise Retry("vault")


def test_the_reason_of_an_apology_or_a_declined_stop_is_told_and_only_left_out_while_the_vault_is_away() -> None:
    world = World()
    tracking = world.add(BLUEPRINT)
    letter = world.vault.put(story.ID, "apology", {"reason": "Mưa lũ làm gián đoạn việc kiểm tra thực địa."})
    sorry = processing.Apologised(**story.at(30), fault="settling", signer="leader-1", letter=letter)
    no = processing.StopDeclined(**story.at(31), officer="leader-1", article="Điều 21", reason=letter)
    tell(tracking, [story.submitted(), story.received(), sorry, no])
    one_stop = token("officer-1", "one-stop", agencies=[story.RECEIVING])
    told = tracking.get(f"/dossiers/{story.CODE}/history", one_stop).json()["items"]
    assert all(line["what"].endswith(" Lý do: Mưa lũ làm gián đoạn việc kiểm tra thực địa.") for line in told[-2:])
    assert reasons_of(_Away())(letter) == ""
