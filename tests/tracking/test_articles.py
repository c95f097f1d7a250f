"""The article beside each sentence: of the law the dossier stands under, and the very point by which the rule itself speaks."""

from datetime import timedelta

import msgspec
import pytest

from contracts.dossier import intake, processing, routing
from contracts.dossier.parts import Deadline
from contracts.fact import BackEntry, Fact
from tests.generated import golden
from tests.refusing import RULE_SETS, foreign
from tests.tracking import story
from tests.tracking.told import received, requested, submitted, told
from tracking.names import Names
from tracking.sentences import _SAID, article
from tracking.sentences.background import Background
from worktime import rule_set

ASSIGNED = {"nd-61-2018": "NĐ 61/2018/NĐ-CP Điều 19 khoản 1", "son-la-2019": "QĐ 31/2019/QĐ-UBND Điều 13 khoản 2"}


@pytest.mark.parametrize(
    ("rules", "cited"),
    [
        ("tuyen-quang-2025", "NĐ 118/2025/NĐ-CP Điều 11 khoản 2 điểm c"),
        ("nd-61-2018", "NĐ 61/2018/NĐ-CP Điều 15 khoản 3"),
        ("imported", None),
    ],
)
def test_the_article_is_that_of_the_law_the_dossier_stands_under(names: Names, rules: str, cited: str | None) -> None:
    assert told(names, submitted(), received(rule_set=rules), requested(story.DUE))[1] == cited


@pytest.mark.parametrize(
    ("fact", "rules", "cited"),
    [
        (story.extended(late=False, new=story.DUE), "tuyen-quang-2025", "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm b"),
        (story.extended(late=False, new=story.DUE), "nd-118-2025", "NĐ 118/2025/NĐ-CP Điều 19 khoản 6"),
        (story.returned(30), "tuyen-quang-2025", "NĐ 118/2025/NĐ-CP Điều 22 khoản 3, QĐ 06/2025/QĐ-CTUBND Điều 24"),
        (story.returned(30), "kon-tum-2022", "QĐ 05/2022/QĐ-UBND Điều 12 khoản 1"),
        (story.announced(30), "tuyen-quang-2025", "NĐ 118/2025/NĐ-CP Điều 22 khoản 5"),
        (story.announced(30), "nd-61-2018", "NĐ 61/2018/NĐ-CP Điều 20 khoản 4"),
        (story.returned(30), "imported", None),
    ],
)
def test_a_moved_date_and_a_result_cite_the_clause_of_their_own_law(names: Names, fact: Fact, rules: str, cited: str | None) -> None:
    assert told(names, submitted(), received(rule_set=rules), fact)[1] == cited


def test_no_decree_is_cited_for_a_dossier_of_an_older_system(names: Names) -> None:
    imported = submitted(back_entry=BackEntry(cause="imported"))
    assert told(names, imported)[1] is None
    assert told(names, imported, received(rule_set="imported"), story.assigned())[1] is None


@pytest.mark.parametrize(("rules", "cited"), ASSIGNED.items())
def test_work_under_an_older_law_is_told_with_that_laws_article(names: Names, rules: str, cited: str) -> None:
    assert told(names, submitted(), received(rule_set=rules), story.assigned())[1] == cited


@pytest.mark.parametrize("rules", [name for name in RULE_SETS if name != "imported"])
def test_no_sentence_cites_a_law_that_the_dossier_does_not_stand_under(names: Names, rules: str) -> None:
    known = submitted(), received(rule_set=rules)
    kinds = [cls for cls in _SAID if cls not in (intake.Submitted, intake.Received)]
    facts = [msgspec.structs.replace(golden.sample(cls), back_entry=None) for cls in kinds]
    cited = {type(fact).__name__: told(names, *known, fact)[1] or "" for fact in facts if not getattr(fact, "article", None)}
    assert {kind: law for kind, law in cited.items() if foreign(law, rules)} == {}
    always = {"Transferred", "Assigned", "StepCompleted", "DraftSubmitted", "DraftReturned", "Approved", "Declined", "ResultIssued"}
    consulted = {"ConsultationRequested", "ConsultationAnswered", "ConsultationLate"}
    assert {kind for kind in always | consulted if not cited[kind]} == set()
    received_by = told(names, *known)[1]
    assert received_by and not foreign(received_by, rules)


@pytest.mark.parametrize(
    ("fact", "point"),
    [
        (story.transferred(), "transfer"),
        (msgspec.structs.replace(story.transferred(), lead=False), "partial"),
        (processing.StepCompleted(**story.at(4), leg=1, step="Thẩm định", officer="o"), "process_order"),
        (processing.DraftSubmitted(**story.at(5), leg=1, draft=1, file=story.FILE, officer="o"), "draft"),
        (story.approved(6), "review"),
        (story.issued(story.DUE), "issue"),
        (msgspec.structs.replace(story.issued(story.DUE), outcome="declined"), "decline"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_done_cites_the_same_point_as_what_is_refused(names: Names, fact: Fact, point: str) -> None:
    for rules in ("tuyen-quang-2025", "son-la-2019"):
        assert told(names, submitted(), received(rule_set=rules), fact)[1] == rule_set(rules).article(point)


@pytest.mark.parametrize(
    ("term", "cited"), [("paper", "NĐ 118/2025/NĐ-CP Điều 18 khoản 2"), ("1wd", "NĐ 118/2025/NĐ-CP Điều 20 khoản 1 điểm a")]
)
def test_paper_cites_the_article_of_its_own_limit(names: Names, term: str, cited: str) -> None:
    limit = msgspec.structs.replace(story.due(story.DUE), term=term)
    sent = routing.HandedOver(**story.at(5), leg=1, movement="sent", officer="o")
    known = submitted(), received(rule_set="tuyen-quang-2025"), msgspec.structs.replace(story.transferred(), paper=limit)
    assert told(names, *known, sent)[1] == cited


def test_a_clock_that_began_at_the_competent_agency_says_so_by_nd_309_and_nd_118_still_governs(names: Names) -> None:
    moved = processing.Rescheduled(
        **story.at(6), old_due_at=story.DUE, deadline=story.due(story.DUE + timedelta(days=1)), cause="competent-agency"
    )
    known = submitted(), received(rule_set="nd-309-2026"), story.transferred()
    words, law = told(names, *known, moved)
    assert "khi cơ quan có thẩm quyền nhận được hồ sơ" in words
    assert law == "NĐ 309/2026/NĐ-CP sửa đổi Điều 17 khoản 3 (chưa kiểm chứng)"
    assert told(names, *known)[1] == "NĐ 118/2025/NĐ-CP Điều 18"


def test_a_submission_with_a_limit_to_answer_cites_the_law_of_the_limit(names: Names) -> None:
    gate = Deadline(due_at=story.START + timedelta(days=1), term="8wh", calendar="vn-2026.1")
    assert "Điều 17 khoản 2 điểm c" in str(told(names, submitted(gate=gate))[1])
    for other in ({}, {"gate": gate, "channel": "counter"}):
        assert told(names, submitted(**other))[1] == "NĐ 118/2025/NĐ-CP Điều 15"


def test_a_gate_that_counts_from_the_submission_by_an_overlay_cites_that_overlay_too(names: Names) -> None:
    """Regression: it cited the decree alone, by which it counts from the receipt."""

    def cited(rules: str) -> str:
        background = Background(names, lambda _: rule_set(rules))
        filed = submitted(gate=story.due())
        background.hear(filed)
        return article(filed, background) or ""

    assert cited("nd-118-2025") == "NĐ 118/2025/NĐ-CP Điều 17 khoản 2 điểm c"
    assert cited("nd-118-2025+dak-nong-2025") == f"{cited('nd-118-2025')}; {rule_set('dak-nong-2025').article('gate_start')}"
