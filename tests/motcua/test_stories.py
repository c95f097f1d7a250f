"""The thirteen stories, told in memory by the same scripts that `motcua play --story` tells over the running system."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import worktime
from contracts.dossier import intake
from motcua.cli import app
from motcua.dossier import summary_lines
from motcua.play.stories import NAMES, STORIES, TITLES, refused
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.tale import NotAsTold, Tale
from tests.intake.test_letters import text_of
from tests.motcua.town import JANUARY, memory_stage

NOT_FOR_CLERKS = re.compile(r"vn\.motcua|None|TP\d\d|\bsystem\b|[a-z]+_[a-z]+|00:00 ngày")
RUN = CliRunner()


@pytest.mark.parametrize("name", STORIES)
def test_the_history_is_as_the_story_says_and_reads_as_a_clerk_would_write_it(name: str, tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), NAMES.index(name))
    STORIES[name](tale)
    for event in tale.history:
        words = event["what"]
        assert words[0].isupper() and words.endswith(".") and not NOT_FOR_CLERKS.search(words), words
        assert event["article"] and event["who"] != "system"


@pytest.mark.req("IN-31", "RT-04")
@pytest.mark.parametrize("name", ["parallel-agencies", "consulted-late", "supplemented-pause"])
def test_the_control_slip_goes_from_desk_to_desk_and_back_to_the_applicant(name: str, tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), NAMES.index(name))
    STORIES[name](tale)
    rows = tale.stage.client.tracking.control_slip(tale.dossier)["handovers"]
    lead = tale.stage.agencies[next(leg["agency"] for leg in tale.received["process"]["legs"] if leg["lead"])].name
    assert all(row["giver"] != row["receiver"] for row in rows)
    assert rows[0]["giver"] == rows[-1]["receiver"] == "Người nộp hồ sơ"
    assert rows[-2]["giver"] == f"Văn thư, {lead}" and rows[-2]["receiver"] == rows[-1]["giver"] == rows[0]["receiver"]
    answered = [row["receiver"] for row in rows if row["note"] in ("Trả lời ý kiến", "Gửi kết quả phối hợp", "Chuyển hồ sơ đã bổ sung")]
    assert answered and set(answered) == {lead}


def test_two_stories_after_one_another_go_on_from_where_the_clock_stands(tmp_path: Path) -> None:
    stage = memory_stage(tmp_path)
    first, second = Tale(stage, 0), Tale(stage, 0)
    STORIES["withdrawn"](first)
    STORIES["withdrawn"](second)
    assert first.dossier != second.dossier
    assert first.history[-1]["effective_at"] < second.history[0]["effective_at"]


@pytest.mark.parametrize("start", ["2026-11-25T09:30", "2027-12-31T16:00"])
def test_a_story_begins_wherever_the_clock_stands(start: str, tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path, worktime.parse_moment(start)), 1)
    STORIES["out-of-hours-holiday-eve"](tale)
    assert datetime.fromisoformat(tale.history[0]["effective_at"]) > worktime.parse_moment(start)


def test_a_fact_that_is_missing_or_not_told_is_seen(tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), 0)
    tale.begins("08:00")
    applicant = Applicant(tale)
    applicant.files_online("1.001266")
    with pytest.raises(NotAsTold, match="missing: amended"):
        tale.follows(*tale.by(applicant.client, intake.Amended))
    applicant.client.intake.request_stop(tale.dossier, "stop", "Tôi đổi ý.")
    with pytest.raises(NotAsTold, match=r"not told: closed .*"):
        tale.follows(*tale.by(applicant.client, intake.StopRequested, intake.Amended))


def test_an_act_that_should_be_refused_and_is_not_is_seen(tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), 0)
    with pytest.raises(NotAsTold, match="accepted"):
        tale.is_refused("nộp hồ sơ", "Điều 1", lambda: None)


def test_a_late_story_names_the_decree_that_refuses_and_says_in_form_04_that_the_result_is_there(tmp_path: Path) -> None:
    told: list[str] = []
    tale = Tale(memory_stage(tmp_path, say=told.append), 1)
    STORIES["late-with-apology"](tale)
    [refused] = [line for line in told if "bị từ chối theo" in line]
    assert "bị từ chối theo QĐ 06/2025/QĐ-CTUBND Điều 25" in refused
    reader = tale.stage.person("one-stop", tale.receiving.code)
    printed = text_of(reader.wire.request("processing", "GET", f"/dossiers/{tale.dossier}/forms/04", reader.actor))
    assert "Đãcókếtquả,chờtrả" in "".join(printed.split())


@pytest.mark.req("IN-17")
def test_a_refused_applicant_reads_why_and_what_to_do_instead(tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), NAMES.index("refused"))
    STORIES["refused"](tale)
    assert tale.history[-1]["what"].endswith(f"Lý do: {refused.REASON}")
    reader = tale.stage.person("one-stop", tale.receiving.code)
    printed = "".join(text_of(reader.intake.form(tale.dossier, "03")).split())
    assert all("".join(words.split()) in printed for words in ("PHIẾU TỪ CHỐI", refused.REASON, f"Hướng dẫn: {refused.GUIDANCE}"))


@pytest.mark.req("IN-16", "IN-18")
def test_form_02_says_that_a_copy_cannot_be_read_and_why(tmp_path: Path) -> None:
    tale = Tale(memory_stage(tmp_path), NAMES.index("supplemented-restart"))
    STORIES["supplemented-restart"](tale)
    reader = tale.stage.person("one-stop", tale.receiving.code)
    printed = " ".join(text_of(reader.intake.form(tale.dossier, "02")).split())
    assert "mờ, không đọc được Bản chụp mờ, không đọc được số hiệu." in printed


@pytest.mark.parametrize("name", ["extended", "supplemented-restart", "out-of-hours-holiday-eve"])
def test_every_date_of_a_year_without_an_official_calendar_is_provisional(name: str, tmp_path: Path) -> None:
    """Read at the end of a year: no date ahead in the next one stands there as if it were sure."""
    tale = Tale(memory_stage(tmp_path, worktime.parse_moment("2026-12-21T07:00")), NAMES.index(name))
    STORIES[name](tale)
    ahead = re.compile(r"(?:hạn|hẹn|hẹn trả kết quả|đến|thành|chậm nhất) (?:hết ngày|\d\d:\d\d ngày) \d\d/\d\d/2027(?! \(tạm tính)")
    found = [event["what"] for event in tale.history if ahead.search(event["what"])]
    assert found == []
    [head] = [line for line in summary_lines(tale.stage.client.tracking.dossier(tale.dossier)) if line.startswith("Hẹn trả")]
    assert "(tạm tính" in head


def test_the_clock_of_a_story_stands_in_viet_nam(tmp_path: Path) -> None:
    assert f"{Tale(memory_stage(tmp_path), 0).now:%H:%M}" == "07:00" and JANUARY.hour == 0


def test_the_stories_are_listed_with_their_titles_and_others_are_refused() -> None:
    listed = RUN.invoke(app, ["play", "--story", "list"])
    assert listed.exit_code == 0 and all(name in listed.output and title in listed.output for name, title in TITLES.items())
    assert RUN.invoke(app, ["play", "--story", "nowhere"]).exit_code == 2
