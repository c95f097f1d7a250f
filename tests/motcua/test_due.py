"""`motcua due`: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from motcua.cli import app

RUN = CliRunner()
LINE = ["due", "--term", "15wd", "--from", "2026-04-24T16:10"]


def test_json_prints_one_object_and_nothing_else() -> None:
    done = RUN.invoke(app, [*LINE, "--json"])
    answer = json.loads(done.stdout)
    assert done.exit_code == 0
    assert list(answer) == ["due_at", "provisional", "late_notice", "derivation"]
    assert answer["due_at"] == "2026-05-20T17:00:00+07:00"


def test_words_name_the_due_moment_and_every_step() -> None:
    done = RUN.invoke(app, LINE)
    assert done.exit_code == 0
    assert "17:00 thứ Tư 20/05/2026" in done.stdout.splitlines()[0]
    assert "Giỗ Tổ Hùng Vương" in done.stdout


def test_an_extension_without_its_moment_is_wrong_use() -> None:
    done = RUN.invoke(app, [*LINE, "--extend-to", "2026-05-21", "--json"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Gia hạn cần cả ngày hẹn mới" in done.stderr


@pytest.mark.parametrize("line", [["due"], ["due", "--term", "15wd"], ["due", "--term", "x", "--from", "2026-04-24"], [*LINE, "--nothing"]])
def test_a_malformed_question_is_wrong_use(line: list[str]) -> None:
    assert RUN.invoke(app, line).exit_code == 2


def test_a_refusal_by_law_exits_with_three_and_names_its_article() -> None:
    done = RUN.invoke(app, [*LINE, "--extend-to", "2026-08-21", "--asked-at", "2026-05-01", "--json"])
    assert done.exit_code == 3
    assert "Điều 25" in json.loads(done.stdout)["refused"]["article"]


def test_pauses_may_be_repeated() -> None:
    spans = ["--pause", "2026-05-04T08:00..2026-05-06T08:00", "--pause", "2026-05-11T08:00..2026-05-12T08:00"]
    done = RUN.invoke(app, [*LINE, *spans, "--json"])
    assert json.loads(done.stdout)["due_at"] == "2026-05-25T17:00:00+07:00"


def test_a_calendar_file_replaces_the_packaged_one(tmp_path: Path) -> None:
    from worktime import calendar, calendar_to_data

    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(calendar_to_data(calendar()) | {"version": "mine-1"}))
    done = RUN.invoke(app, [*LINE, "--calendar", str(path)])
    assert "mine-1" in done.stdout
    path.write_text("{")
    assert RUN.invoke(app, [*LINE, "--calendar", str(path)]).exit_code == 2


@pytest.mark.parametrize("start", ["9999-12-31T23:59+00:00", "0001-01-01T00:00+14:00"])
def test_a_moment_beyond_the_calendar_is_a_wrong_question_and_in_a_batch_only_its_rows(start: str, tmp_path: Path) -> None:
    done = RUN.invoke(app, ["due", "--term", "15wd", "--from", start, "--json"])
    assert done.exit_code == 2 and "nằm ngoài lịch" in done.stderr
    path = tmp_path / "month.csv"
    path.write_text(f"term,from\n15wd,{start}\n15wd,2026-04-24T16:10\n", encoding="utf-8")
    first, second = json.loads(RUN.invoke(app, ["due", "--batch", str(path), "--json"]).stdout)["answers"]
    assert "nằm ngoài lịch" in first["wrong"] and second["due_at"][:10] == "2026-05-20"


def test_a_batch_answers_every_row_and_says_what_was_wrong(tmp_path: Path) -> None:
    path = tmp_path / "month.csv"
    path.write_text("term,from,pause\n15wd,2026-04-24T16:10,\n8wh,2026-01-01T20:00,\nnonsense,2026-01-01,\n", encoding="utf-8")
    done = RUN.invoke(app, ["due", "--batch", str(path), "--json"])
    answers = json.loads(done.stdout)["answers"]
    assert [answer.get("due_at", "")[:10] for answer in answers] == ["2026-05-20", "2026-01-05", ""]
    assert "wrong" in answers[2] and done.exit_code == 2
    assert RUN.invoke(app, ["due", "--batch", str(path)]).exit_code == 2


@pytest.mark.parametrize("more", [["--term", "15wd"], ["--from", "2026-04-24"], ["--agency", "H60"], ["--pause", "2026-05-04..2026-05-05"]])
def test_a_table_beside_a_question_was_answered_without_the_question(more: list[str], tmp_path: Path) -> None:
    path = tmp_path / "month.csv"
    path.write_text("term,from\n15wd,2026-04-24T16:10\n", encoding="utf-8")
    done = RUN.invoke(app, ["due", "--batch", str(path), *more])
    assert (done.exit_code, done.stdout) == (2, "") and "ghi trong bảng" in done.stderr


@pytest.mark.parametrize("text", ["", "term,from\n"])
def test_a_table_without_a_question_was_answered_with_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "month.csv"
    path.write_text(text, encoding="utf-8")
    done = RUN.invoke(app, ["due", "--batch", str(path), "--json"])
    assert (done.exit_code, done.stdout) == (2, "") and "không có câu hỏi nào" in done.stderr


def test_what_is_no_agency_was_taken_silently_and_one_without_hours_of_its_own_is_said_to_have_the_provinces() -> None:
    wrong = RUN.invoke(app, [*LINE, "--agency", "khong-co", "--json"])
    assert (wrong.exit_code, wrong.stdout) == (2, "") and "không phải mã cơ quan" in wrong.stderr
    done = RUN.invoke(app, [*LINE, "--agency", "H60.14", "--json"])
    assert done.exit_code == 0 and json.loads(done.stdout)["due_at"] == "2026-05-20T17:00:00+07:00"
    assert "H60.14; tính theo lịch chung của tỉnh" in done.stderr
    assert RUN.invoke(app, [*LINE, "--json"]).stderr == ""
