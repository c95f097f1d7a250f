"""`motcua dossier`: words a clerk can read."""

from io import StringIO

import pytest
from rich.console import Console

from motcua.dossier import history_table, summary_lines

EVENT = {
    "n": 1,
    "type": "vn.motcua.dossier.received.v1",
    "what": "Tiếp nhận hồ sơ",
    "actor": "officer-1",
    "article": "NĐ 118/2025/NĐ-CP Điều 17",
    "effective_at": "2026-03-02T09:00:00+07:00",
    "recorded_at": "2026-03-02T09:00:00.2+07:00",
}


def printed(*events: dict[str, object]) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(history_table(list(events)))
    return console.export_text()


def test_the_history_says_who_when_and_on_which_article() -> None:
    text = printed(EVENT)
    assert all(words in text for words in ("Tiếp nhận hồ sơ", "officer-1", "Điều 17", "02/03/2026 09:00", "cùng lúc"))
    assert text.count("02/03/2026") == 1


@pytest.mark.parametrize(
    ("summary", "held"),
    [
        ({"status": 4}, True),
        ({"status": 9}, True),
        ({"status": 9, "imported": True, "finished_at": "2011-10-12T09:00:00+07:00"}, False),
        ({"status": 4, "imported": True, "finished_at": None}, True),
        ({"status": 10, "imported": True}, False),
    ],
)
def test_a_dossier_that_was_settled_in_an_older_system_is_nowhere_now(summary: dict[str, object], held: bool) -> None:
    """Regression: it was said to be with an agency for ever."""
    lines = summary_lines({"code": "X", "procedure": "P", "status_name": "S", "holder_name": "Ủy ban nhân dân", **summary})
    assert ("đang ở: Ủy ban nhân dân" in lines[1]) is held


def test_an_imported_event_shows_both_times() -> None:
    text = printed(EVENT | {"recorded_at": "2026-11-24T10:00:00+07:00", "back_entry": "imported"})
    assert "24/11/2026 10:00 (nhập từ hệ thống cũ)" in text


def test_the_head_names_both_dates_of_an_extended_dossier() -> None:
    summary = {"code": "H60.X1-260302-0001", "procedure_name": "Đăng ký khai sinh", "status_name": "Đang xử lý", "holder_name": "UBND xã A"}
    dates = {"due_at": "2026-03-20T17:00:00+07:00", "original_due_at": "2026-03-16T17:00:00+07:00"}
    assert summary_lines(summary | dates)[2] == "Hẹn trả: 20/03/2026 17:00 (trước khi gia hạn: 16/03/2026 17:00)"
    unsure = summary_lines(summary | dates | {"provisional": True})[2]
    assert unsure == "Hẹn trả: 20/03/2026 17:00 (tạm tính; trước khi gia hạn: 16/03/2026 17:00)"


def test_a_dossier_that_has_ended_is_nowhere_any_more() -> None:
    summary = {
        "code": "H60.X1-260302-0001",
        "procedure_name": "Đăng ký khai sinh",
        "status_name": "Đã trả kết quả",
        "holder_name": "UBND xã A",
    }
    assert summary_lines(summary | {"status": 10})[1] == "Trạng thái: Đã trả kết quả"
    assert summary_lines(summary | {"status": 9})[1].endswith("đang ở: UBND xã A")


@pytest.mark.parametrize("status", [3, 8])
def test_a_dossier_that_was_closed_still_promised_a_result(status: int) -> None:
    summary = {"code": "H60.X1-260302-0001", "procedure_name": "P", "status_name": "S", "due_at": "2026-03-20T17:00:00+07:00"}
    assert not any("Hẹn trả" in line for line in summary_lines(summary | {"status": status}))
    assert any("Hẹn trả" in line for line in summary_lines(summary | {"status": 9}))
