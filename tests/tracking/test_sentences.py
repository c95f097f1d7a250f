"""Histories in words: papers and agencies by name, limits as people say them, and the article of the law the dossier stands under."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from chassis.settings import Settings
from contracts.dossier import intake, processing, routing
from contracts.dossier.parts import Deadline, Fee, Reason
from contracts.fact import BackEntry, Fact, fact_types
from tests.tracking import story
from tests.tracking.told import PROCEDURE, received, requested, submitted, told
from tracking.names import Names
from tracking.sentences import _SAID, article, sentence
from tracking.sentences.background import Background


@pytest.mark.req("OP-05")
def test_what_was_done_on_paper_in_an_outage_is_not_told_as_done_in_the_system(names: Names) -> None:
    entry = BackEntry(cause="outage", approver="head-1")
    filed = submitted(channel="counter", back_entry=entry)
    assert told(names, filed)[0].endswith(" nhận hồ sơ nộp trực tiếp, ghi sổ giấy.")
    sent = msgspec.structs.replace(story.transferred(), back_entry=entry)
    assert told(names, filed, received(back_entry=entry), sent)[0].startswith("Chuyển hồ sơ đến Sở Xây dựng (chủ trì) để thẩm định")
    assert told(names, submitted(channel="counter"))[0].endswith(" nhập hồ sơ nộp trực tiếp.")


def test_every_fact_of_a_dossier_has_its_sentence() -> None:
    silent = {"Rated", "RatingPublished", "RootSealed", "PortalAcknowledged", "PortalParked", "PortalDrifted"}
    assert {cls.__name__ for cls in fact_types().values()} - {cls.__name__ for cls in _SAID} <= silent


def test_papers_are_named_and_a_limit_at_midnight_is_the_end_of_the_day_before(names: Names) -> None:
    words, _ = told(names, submitted(), received(), requested(datetime(2026, 3, 17, 17, 0, tzinfo=UTC)))
    assert PROCEDURE.components[0].name in words and "mờ" in words
    assert "hết ngày 17/03/2026" in words and "00:00" not in words


def test_a_filing_out_of_hours_says_from_when_the_gate_counts(names: Names) -> None:
    evening, opening = "2026-02-13T20:15:00+07:00", "2026-02-23T07:00:00+07:00"
    step = Reason(step="start", from_=evening, to=opening, why="", source="")
    gate = Deadline(due_at=datetime.fromisoformat(opening) + timedelta(hours=10), term="8wh", calendar="c", derivation=(step,))
    words, _ = told(names, submitted(gate=gate))
    assert "ngoài giờ làm việc nên tính từ 07:00 ngày 23/02/2026" in words and "chậm nhất 17:00 ngày 23/02/2026" in words


def test_a_late_answer_says_that_it_is_late(names: Names) -> None:
    limit = story.START + timedelta(hours=10)
    asked = routing.ConsultationRequested(
        **story.at(4),
        consultation=1,
        asking=story.SETTLING,
        asked="H60.STP",
        question=story.REF,
        reply_by=limit,
        way_of_replying="system",
        officer="o",
    )
    answers = [
        routing.ConsultationAnswered(**story.at(hours), consultation=1, asked="H60.STP", answer=story.REF, officer="o") for hours in (9, 11)
    ]
    in_time, late = (told(names, submitted(), asked, answer)[0] for answer in answers)
    assert in_time == "Sở Tư pháp trả lời ý kiến." and "chậm so với hạn" in late


def test_a_moved_date_says_both_dates_why_and_by_which_law(names: Names) -> None:
    moved = processing.Rescheduled(
        **story.at(60), old_due_at=story.DUE, deadline=story.due(story.DUE + timedelta(days=3)), cause="supplement-pause"
    )
    words, law = told(names, submitted(), received(rule_set="tuyen-quang-2025"), moved)
    assert words.startswith("Hạn trả kết quả đổi từ 17:00 ngày 06/03/2026 thành 17:00 ngày 09/03/2026") and "chờ bổ sung" in words
    assert law == "pháp luật chuyên ngành"


def test_a_date_that_was_computed_anew_and_stayed_is_not_said_to_move(names: Names) -> None:
    """Regression: it was told as moved from a moment to the same moment."""
    stayed = processing.Rescheduled(**story.at(60), old_due_at=story.DUE, deadline=story.due(story.DUE), cause="supplement-pause")
    words, _ = told(names, submitted(), received(rule_set="tuyen-quang-2025"), stayed)
    assert words.startswith("Hạn trả kết quả được tính lại, vẫn là 17:00 ngày 06/03/2026: ")


@pytest.mark.req("PY-09")
def test_a_fee_to_be_paid_in_advance_is_told_with_its_article_and_who_is_exempted_too(names: Names) -> None:
    def of(*facts: Fact) -> tuple[str, str | None]:
        background = Background(names, Settings(rule_set="son-la-2019").rules_on)
        for fact in facts:
            background.hear(fact)
        return sentence(facts[-1], background), article(facts[-1], background)

    held = submitted(prepaid=Fee(amount_vnd=100_000, when="reception"))
    words, law = of(held)
    assert "phí, lệ phí phải nộp trước khi tiếp nhận: 100.000 đồng; thời hạn tiếp nhận tính từ khi nộp đủ số tiền này." in words
    assert law == "QĐ 31/2019/QĐ-UBND Điều 10 khoản 2 điểm c"
    assert "tính từ khi nộp đủ" not in of(msgspec.structs.replace(held, gate=story.due()))[0]
    assert "miễn phí, lệ phí" in of(held, received(fee_exempt=story.REF))[0]


@pytest.mark.req("PR-09")
def test_a_confirmation_is_told_beside_the_arrival_that_counts(names: Names) -> None:
    """Regression: an officer was said to have confirmed in the evening, when the applicant had sent the last paper."""
    evening, morning = datetime(2026, 3, 5, 13, 40, tzinfo=UTC), datetime(2026, 3, 6, 1, 20, tzinfo=UTC)
    confirmed = intake.Supplemented(effective_at=evening, recorded_at=morning, stage="processing", officer="o")
    arrived = "Giấy tờ bổ sung cuối cùng đến lúc 20:40 ngày 05/03/2026; một cửa xác nhận hồ sơ đã bổ sung đủ"
    assert told(names, submitted(), received(), confirmed)[0] == f"{arrived} lúc 08:20 ngày 06/03/2026."
    on_paper = msgspec.structs.replace(confirmed, back_entry=BackEntry(cause="outage"))
    assert told(names, submitted(), received(), on_paper)[0] == f"{arrived}."


def test_a_part_and_the_whole_that_move_alike_say_their_dates_once(names: Names) -> None:
    new = story.due(story.DUE + timedelta(days=7))
    moved: dict[str, Any] = {**story.at(60), "old_due_at": story.DUE, "deadline": new, "cause": "supplement-restart"}
    part, whole = routing.LegRescheduled(**moved, leg=1), processing.Rescheduled(**moved)
    known = submitted(), received()
    assert "từ 17:00 ngày 06/03/2026 thành 17:00 ngày 13/03/2026" in told(names, *known, part)[0]
    assert told(names, *known, part, whole)[0] == "Hạn trả kết quả cũng đổi như vậy."
    assert told(names, *known, whole, part)[0] == "Hạn của Sở Xây dựng cũng đổi như vậy."
    later = msgspec.structs.replace(whole, deadline=story.due(story.DUE + timedelta(days=8)))
    assert "thành 17:00 ngày 14/03/2026" in told(names, *known, part, later)[0]


def proposed(new_due_at: datetime) -> processing.ExtensionProposed:
    return processing.ExtensionProposed(
        **story.at(30), new_date=new_due_at.date(), new_due_at=new_due_at, late_notice=False, signer="l", article=""
    )


@pytest.mark.parametrize(
    "ahead",
    [
        lambda at: requested(at),
        proposed,
        lambda at: msgspec.structs.replace(story.announced(30), due_at=at),
        lambda at: msgspec.structs.replace(
            story.transferred(), deadline=None, paper=msgspec.structs.replace(story.due(at), provisional=True)
        ),
    ],
    ids=["supplement", "extension", "early notice", "paper"],
)
def test_a_date_ahead_in_a_year_without_an_official_calendar_is_said_to_be_provisional(names: Names, ahead: Any) -> None:
    pinned = received(deadline=msgspec.structs.replace(story.due(), calendar="vn-2026.1"))
    words = told(names, submitted(), pinned, ahead(datetime(2027, 1, 5, 10, tzinfo=UTC)))[0]
    assert "17:00 ngày 05/01/2027 (tạm tính, lịch nghỉ của năm chưa công bố)" in words


def test_a_date_in_a_year_that_is_announced_and_one_of_an_older_system_is_not(names: Names) -> None:
    last, pinned = datetime(2026, 12, 31, 17, tzinfo=UTC), received(deadline=msgspec.structs.replace(story.due(), calendar="vn-2026.1"))
    assert told(names, submitted(), pinned, requested(last))[0].endswith("hạn bổ sung hết ngày 31/12/2026.")
    imported = submitted(back_entry=BackEntry(cause="imported")), received(rule_set="imported")
    assert "tạm tính" not in told(names, *imported, proposed(datetime(2027, 1, 5, 10, tzinfo=UTC)))[0]


def test_what_belongs_to_another_agency_is_told_with_its_name_and_article(names: Names) -> None:
    refused = intake.Refused(**story.at(1), officer="o", reason=story.REF)
    for channel, point in (("online", "khoản 2 điểm c"), ("direct", "khoản 1 điểm c")):
        words, law = told(names, submitted(channel=channel), refused)
        assert words == "Từ chối tiếp nhận hồ sơ; phiếu từ chối nêu rõ lý do." and f"Điều 17 {point}" in (law or "")
    words, law = told(names, submitted(), msgspec.structs.replace(refused, competent="H60.STP"))
    assert "thuộc thẩm quyền của Sở Tư pháp" in words and law == "NĐ 118/2025/NĐ-CP Điều 17 khoản 2 điểm a"


def test_a_notice_that_goes_by_itself_is_the_systems_and_not_the_clerks(names: Names) -> None:
    background = Background(names, Settings().rules_on)
    background.hear(submitted())
    assert background.acted(story.announced(31), "clerk-1") == "Hệ thống"
    assert background.acted(story.announced(31, way="telephone"), "officer-1") == "officer-1"


def test_staff_read_who_acted(names: Names) -> None:
    background = Background(names, Settings().rules_on)
    background.hear(submitted())
    people = [background.who(actor) for actor in ("system", "service:intake", "citizen-1", "officer-1")]
    assert people == ["Hệ thống", "Hệ thống", "Người nộp hồ sơ", "officer-1"]


def test_of_an_imported_history_is_read_whom_the_older_system_names_and_no_article(names: Names) -> None:
    entry = BackEntry(cause="imported")
    history = [
        submitted(back_entry=entry, applicant="imported-1"),
        received(back_entry=entry, rule_set="imported", officer="Resource21"),
        msgspec.structs.replace(story.transferred(), back_entry=entry),
        processing.StepCompleted(**story.at(4), leg=1, step="T02", officer="Resource10", back_entry=entry),
        msgspec.structs.replace(story.approved(5), back_entry=entry, leader="Resource03"),
    ]
    background, read = Background(names, Settings().rules_on), []
    for fact in history:
        background.hear(fact)
        read.append((background.acted(fact, "importer"), article(fact, background)))
    people = ["Người nộp hồ sơ", "Resource21", "Hệ thống cũ", "Resource10", "Resource03"]
    assert read == [(person, None) for person in people]


def test_an_imported_history_says_nothing_that_only_this_system_does(names: Names) -> None:
    """Regression: the clerk had signed an empty file, and the dossier went on "to imported"."""
    entry = BackEntry(cause="imported")
    facts = [
        submitted(back_entry=entry, channel="counter"),
        received(back_entry=entry, rule_set="imported"),
        msgspec.structs.replace(story.transferred(), back_entry=entry, task="imported"),
        msgspec.structs.replace(story.issued(story.DUE), back_entry=entry, certificate="imported"),
    ]
    said = [told(names, *facts[: number + 1])[0] for number in range(len(facts))]
    assert not any(word in sentence for sentence in said for word in ("imported", "ký số", "Văn thư", "Cán bộ một cửa", "cấp mã"))
    assert "theo hệ thống cũ" in said[0] and "trên hệ thống cũ" in said[1] and "Hệ thống cũ ghi đã có kết quả số 12/GP" in said[3]


def test_of_every_other_history_is_read_who_recorded_it(names: Names) -> None:
    background = Background(names, Settings().rules_on)
    background.hear(submitted())
    assert background.acted(received(officer="somebody-else"), "officer-1") == "officer-1"


def test_a_closed_dossier_says_until_when_and_since_when_it_was_waited_for(names: Names) -> None:
    closed = intake.Closed(**story.at(400), cause="not-supplemented")
    words, law = told(names, submitted(), received(), requested(datetime(2026, 3, 17, 17, 0, tzinfo=UTC)), closed)
    assert words == "Đóng hồ sơ: đến hết ngày 17/03/2026 người nộp không bổ sung đủ theo yêu cầu lúc 14:00 ngày 02/03/2026."
    assert law == "NĐ 118/2025/NĐ-CP Điều 19 khoản 5"


def test_the_competent_one_stop_is_said_to_be_told_where_another_one_received(names: Names) -> None:
    here, there = [a.code for a in names._agencies.values() if a.level == "commune" and a.one_stop and a.valid_to is None][:2]
    transferred = msgspec.structs.replace(story.transferred(), agency=there)
    words, _ = told(names, submitted(receiving=here, settling=there), received(receiving=here, settling=there), transferred)
    assert f"; báo một cửa {names.agency(there)} theo dõi, giám sát." in words
    words, _ = told(names, submitted(receiving=there, settling=there), received(receiving=there, settling=there), transferred)
    assert "giám sát" not in words
