"""The rules of results alone: given what is known of a dossier, when somebody acts, then a fact or a refusal with its article."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

import pytest
from msgspec import convert
from msgspec.structs import replace

from contracts.catalogue import Procedure
from contracts.dossier.parts import Deadline
from contracts.fact import Fact, FileRef, VaultRef
from results.case import Case, learn
from results.domain import State, correction, early, fold, issuing, returning, stopping
from results.domain.e_paper import EPaper, Given, Holder, e_paper, holder_in
from results.domain.returning import Returning
from results.domain.time import real_time, timeliness
from results.events import (
    CorrectionRequested,
    EarlyReturnAnnounced,
    LateStopAnswered,
    ResultCorrected,
    ResultIssued,
    ResultReturned,
)
from tests.catalogue.samples import draft
from tests.refusing import refuses
from tests.results.cases import apologised, extended, received, rescheduled

DUE = datetime(2026, 3, 16, 10, 0, tzinfo=UTC)
"""Monday 16 March 2026, 17:00 in Viet Nam."""
LATE = DUE + timedelta(days=1)
EARLY = DUE - timedelta(days=3)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
WORDS, FORM = VaultRef(key="w", digest="1" * 64), VaultRef(key="f", digest="2" * 64)
FILE = FileRef(key="r", digest="3" * 64, size=9, media_type="application/pdf")
MENDED = FileRef(key="m", digest="4" * 64, size=8, media_type="application/pdf")
CASE = Case(dossier=UUID(int=1), rule_set="son-la-2019", state="decided", outcome="granted", due_at=DUE, return_channel="counter")
ISSUED = ResultIssued(effective_at=DUE, recorded_at=DUE, outcome="granted", number="12", file=FILE, certificate="c", clerk="clerk-1")
RETURNED = ResultReturned(effective_at=DUE, recorded_at=DUE, way="counter", officer="officer-1")
ASKED = CorrectionRequested(
    effective_at=DUE, recorded_at=DUE, officer="officer-1", reason=WORDS, deadline=Deadline(due_at=LATE, term="3wd", calendar="c")
)
PLAIN = Returning(way="counter", explained=False, compare=False, compared=False)


UNISSUED = State()


def issued_at(at: datetime) -> State:
    return fold([replace(ISSUED, effective_at=at)])


# what own facts give
def test_each_fact_of_results_leaves_its_mark() -> None:
    told = EarlyReturnAnnounced(effective_at=EARLY, recorded_at=DUE, way="telephone", due_at=DUE, officer="o")
    answered = LateStopAnswered(effective_at=DUE, recorded_at=DUE, answer="declined", article="a")
    assert fold([]) == State()
    assert fold([ISSUED, told, RETURNED, answered, answered]) == State(issued=ISSUED, announced_at=EARLY, returned=True, late_stops=2)


def test_a_correction_opens_the_result_again_and_the_mended_one_has_to_be_returned_anew() -> None:
    mended = ResultCorrected(effective_at=DUE, recorded_at=DUE, file=MENDED, number="13", clerk="c")
    facts: list[Fact] = [ISSUED, RETURNED, ASKED]
    assert fold(facts) == State(issued=ISSUED, returned=False, correction=ASKED)
    assert fold([*facts, mended]) == State(issued=ISSUED, returned=False, correction=None)
    assert fold([ISSUED, RETURNED, mended]) == State(issued=ISSUED, returned=False)


# time
@pytest.mark.req("RS-05")
def test_a_moment_may_lie_five_minutes_back_or_one_ahead_and_no_second_more() -> None:
    for at in (DUE - 5 * MINUTE, DUE, DUE + MINUTE):
        real_time(CASE, at, DUE)
    for at in (DUE - 5 * MINUTE - SECOND, DUE + MINUTE + SECOND):
        with refuses("Điều 15 khoản 3", field="effective_at", status=422):
            real_time(CASE, at, DUE)


@pytest.mark.req("RS-04")
def test_a_result_is_judged_by_the_day_it_was_issued_on_and_an_open_dossier_by_today() -> None:
    assert [timeliness(CASE, at, LATE) for at in (EARLY, DUE, LATE, None)] == ["early", "on_time", "late", "late"]
    assert timeliness(CASE, None, EARLY) == "early"
    assert timeliness(replace(CASE, due_at=None), LATE, LATE) is None


@pytest.mark.req("PR-13")
def test_an_extended_date_binds_only_when_its_slip_was_in_time() -> None:
    extended = replace(CASE, original_due_at=EARLY)
    assert timeliness(extended, DUE, DUE) == "on_time"
    assert timeliness(replace(extended, late_extension=True), DUE, DUE) == "late"


# issuing
def issue(state: State = UNISSUED, case: Case = CASE, *, at: datetime = DUE, now: datetime = DUE) -> ResultIssued:
    return issuing.issue(
        state, case, number="12", file=FILE, certificate="c", clerk="clerk-1", document_type="KQ", e_paper=WORDS, at=at, now=now
    )


@pytest.mark.req("PR-18", "RS-08")
@pytest.mark.parametrize("outcome", ["granted", "declined"])
def test_given_a_decision_when_the_clerk_issues_then_the_fact_has_the_leaders_outcome_and_the_whole_paper(outcome: str) -> None:
    assert issue(case=replace(CASE, outcome=outcome), at=DUE - MINUTE) == ResultIssued(
        effective_at=DUE - MINUTE,
        recorded_at=DUE,
        outcome=outcome,  # type: ignore[arg-type]
        number="12",
        file=FILE,
        certificate="c",
        clerk="clerk-1",
        document_type="KQ",
        e_paper=WORDS,
    )


@pytest.mark.req("PR-17")
def test_what_is_issued_already_ended_or_undecided_is_not_issued() -> None:
    with refuses("Điều 14 khoản 2"):
        issue(fold([ISSUED]))
    with refuses("quy ước của hệ thống"):
        issue(case=replace(CASE, state="ended"))
    with refuses("Điều 14 khoản 2", status=503):
        issue(case=replace(CASE, outcome=None))


@pytest.mark.req("RS-05")
def test_a_result_is_issued_at_its_real_time() -> None:
    with refuses("Điều 15 khoản 3", field="effective_at", status=422):
        issue(at=DUE - 6 * MINUTE)
    with refuses("Điều 15 khoản 3", field="effective_at", status=422):
        issue(at=DUE + 2 * MINUTE)


def test_only_a_result_that_the_law_wants_at_once_is_handed_over_in_the_act_of_issuing_it() -> None:
    issuing.may_hand_over_at_once(replace(CASE, immediate=True))
    with refuses("QĐ 31/2019/QĐ-UBND Điều 12 khoản 1 điểm d", field="hand_over", status=422):
        issuing.may_hand_over_at_once(CASE)


# early
def announced(case: Case = CASE, at: datetime = EARLY, now: datetime = EARLY) -> EarlyReturnAnnounced | None:
    return early.announce(case, way="telephone", officer="officer-1", at=at, now=now)


@pytest.mark.req("RS-03")
def test_a_result_of_an_earlier_day_than_the_due_one_is_announced_with_way_officer_and_date() -> None:
    fact = EarlyReturnAnnounced(effective_at=EARLY, recorded_at=LATE, way="telephone", due_at=DUE, officer="officer-1")
    assert announced(now=LATE) == fact
    assert early.announce_again(fold([ISSUED]), CASE, way="telephone", officer="officer-1", at=EARLY, now=LATE) == fact


@pytest.mark.req("RS-03")
@pytest.mark.parametrize("changes", [{"due_at": None}, {"imported": True}, {"immediate": True}])
def test_nothing_is_announced_without_a_date_of_an_import_or_of_a_dossier_settled_at_once(changes: dict[str, object]) -> None:
    assert announced(replace(CASE, **changes)) is None


@pytest.mark.req("RS-03")
def test_nothing_is_announced_on_the_due_day_and_after_it() -> None:
    assert announced(at=DUE) is None
    assert announced(at=LATE) is None


@pytest.mark.req("RS-03")
def test_an_announcement_needs_a_result_that_is_early_and_not_yet_returned() -> None:
    for state, at in ((State(), EARLY), (fold([ISSUED, RETURNED]), EARLY), (fold([ISSUED]), DUE)):
        with refuses("Điều 15 khoản 1 điểm đ"):
            early.announce_again(state, CASE, way="system", officer="o", at=at, now=at)


@pytest.mark.req("RS-03")
def test_an_early_result_is_handed_over_from_the_minute_of_its_notice_and_not_before() -> None:
    told = replace(issued_at(EARLY), announced_at=EARLY)
    early.must_have_been_announced(told, CASE, EARLY, LATE)
    early.must_have_been_announced(issued_at(DUE), CASE, DUE, EARLY)
    for state, at in ((told, EARLY - SECOND), (issued_at(EARLY), EARLY)):
        with refuses("Điều 15 khoản 1 điểm đ"):
            early.must_have_been_announced(state, CASE, at, LATE)


# returning
def give_back(
    state: State | None = None, case: Case = CASE, how: Returning = PLAIN, *, at: datetime = DUE, now: datetime = DUE
) -> ResultReturned:
    known = fold([ISSUED]) if state is None else state
    return returning.return_result(known, case, how, other_way_reason=WORDS, officer="officer-1", at=at, now=now)


@pytest.mark.req("RS-05", "RS-07")
@pytest.mark.parametrize("compared", [True, False])
def test_given_a_result_when_it_is_handed_over_then_way_officer_and_comparing_are_kept(compared: bool) -> None:
    how = Returning(way="counter", explained=False, compare=compared, compared=compared)
    assert give_back(how=how, at=DUE + MINUTE) == ResultReturned(
        effective_at=DUE + MINUTE,
        recorded_at=DUE,
        way="counter",
        officer="officer-1",
        other_way_reason=WORDS,
        originals_compared=compared,
    )


def test_what_is_not_there_was_returned_or_is_being_corrected_is_not_handed_over() -> None:
    for facts in ([], [ISSUED, RETURNED]):
        with refuses("Điều 15 khoản 1"):
            give_back(fold(facts))
    with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
        give_back(fold([ISSUED, ASKED]))


@pytest.mark.req("RS-01")
def test_a_debt_is_named_with_its_sum_in_dong() -> None:
    with refuses("Điều 15 khoản 1 điểm a"):
        give_back(case=replace(CASE, unpaid={"fee": 1_050_000, "tax": 200_000}))
    with pytest.raises(Exception, match=r"^Còn 1\.250\.000 đồng"):
        give_back(case=replace(CASE, unpaid={"fee": 1_050_000, "tax": 200_000}))


@pytest.mark.req("PR-15")
def test_a_late_result_is_handed_over_only_after_an_apology_and_one_in_time_without() -> None:
    state = issued_at(LATE)
    with refuses("Điều 15 khoản 1 điểm d"):
        give_back(state, at=LATE, now=LATE)
    give_back(state, learn(CASE, apologised(at=EARLY)), at=LATE, now=LATE)
    give_back(at=LATE, now=LATE)


def knows(*facts: Fact) -> Case:
    known = Case(dossier=UUID(int=1))
    for fact in facts:
        known = learn(known, fact)
    return known


@pytest.mark.req("PR-14", "PR-15")
def test_the_receivers_apology_does_not_free_the_agency_that_settled_too_late() -> None:
    for fault, freed in {"settling": True, "one-stop": True, "receiver": False}.items():
        case = replace(knows(received(), apologised(fault=fault)), due_at=DUE)
        assert case.apologised is freed
        if freed:
            give_back(issued_at(LATE), case, at=LATE, now=LATE)
        else:
            with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
                give_back(issued_at(LATE), case, at=LATE, now=LATE)
    assert knows(apologised(), apologised(fault="receiver")).apologised


@pytest.mark.req("PR-14", "PR-15")
def test_an_apology_holds_only_for_the_date_that_bound_when_it_was_given() -> None:
    restarted = rescheduled(3, at=EARLY)
    before, since = apologised(at=EARLY - SECOND), apologised(at=EARLY)
    assert not knows(received(), before, restarted).apologised
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 25"):
        give_back(issued_at(LATE), replace(knows(received(), before, restarted), due_at=DUE), at=LATE, now=LATE)
    assert knows(received(), before, restarted, since).apologised
    assert knows(received(), since, before, restarted).apologised
    assert not knows(received(), before, extended(2, late=False, at=EARLY)).apologised
    assert knows(received(), before, extended(2, late=True, at=EARLY)).apologised
    assert knows(received(), before, rescheduled(0, at=EARLY)).apologised


@pytest.mark.req("RS-03")
def test_an_early_result_of_which_nobody_was_told_is_kept_back() -> None:
    with refuses("Điều 15 khoản 1 điểm đ"):
        give_back(issued_at(EARLY), at=EARLY, now=EARLY)
    with refuses("Điều 15 khoản 1 điểm đ"):
        give_back(replace(issued_at(EARLY), announced_at=EARLY + MINUTE), at=EARLY, now=EARLY)
    give_back(replace(issued_at(EARLY), announced_at=EARLY), at=EARLY, now=EARLY)


@pytest.mark.req("RS-07", "RS-09")
def test_originals_are_compared_first_and_another_way_is_explained() -> None:
    with refuses("Điều 10 khoản 4 điểm a", field="originals_compared", status=422):
        give_back(how=replace(PLAIN, compare=True))
    by_post = replace(PLAIN, way="post")
    with refuses("QĐ 31/2019/QĐ-UBND Điều 15 khoản 1", field="other_way_reason", status=422):
        give_back(how=by_post)
    give_back(how=replace(by_post, explained=True))
    give_back(case=replace(CASE, return_channel=""), how=by_post)


def test_an_imported_dossier_meets_no_guard() -> None:
    debtor = replace(CASE, imported=True, unpaid={"fee": 1})
    assert returning.may_return(issued_at(LATE), debtor, replace(PLAIN, compare=True), LATE, LATE).effective_at == LATE


@pytest.mark.req("RS-05")
def test_a_result_is_handed_over_at_its_real_time_and_not_before_it_was_there() -> None:
    give_back(at=DUE, now=DUE + MINUTE)
    for at, now in ((DUE, DUE + 6 * MINUTE), (DUE + 2 * MINUTE, DUE), (DUE - SECOND, DUE)):
        with refuses("Điều 15 khoản 3", field="effective_at", status=422):
            give_back(at=at, now=now)


# corrections
@pytest.mark.req("RS-05")
def test_a_correction_keeps_the_officer_the_reason_and_the_three_days() -> None:
    fact = correction.request_correction(
        CASE, fold([ISSUED]), officer="officer-1", at=DUE, now=LATE, keep=lambda: WORDS, deadline=ASKED.deadline
    )
    assert fact == replace(ASKED, recorded_at=LATE)


def test_only_a_result_is_corrected_and_not_twice_at_once() -> None:
    for facts in ([], [ISSUED, ASKED]):
        with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
            correction.request_correction(CASE, fold(facts), officer="o", at=DUE, now=DUE, keep=_nothing_is_kept, deadline=None)
    with refuses("NĐ 61/2018/NĐ-CP Điều 21 khoản 1"):
        correction.may_correct(CASE, fold([ISSUED]))


def _nothing_is_kept() -> VaultRef:
    raise AssertionError("a refused correction puts nothing into the vault")


@pytest.mark.req("RS-05")
@pytest.mark.parametrize(("at", "now", "late"), [(LATE, LATE, False), (LATE + MINUTE, LATE, True), (LATE - MINUTE, LATE + MINUTE, False)])
def test_a_mended_result_is_late_by_the_minute_in_which_it_came(at: datetime, now: datetime, late: bool) -> None:
    made = correction.correct(CASE, fold([ISSUED, ASKED]), number="13", file=MENDED, certificate="d", clerk="clerk-1", at=at, now=now)
    assert made == ResultCorrected(effective_at=at, recorded_at=now, file=MENDED, number="13", clerk="clerk-1", certificate="d", late=late)


def test_a_correction_without_a_limit_is_never_late() -> None:
    unlimited = fold([ISSUED, replace(ASKED, deadline=None)])
    assert not correction.correct(CASE, unlimited, number="13", file=MENDED, certificate="d", clerk="c", at=LATE, now=LATE).late


# a stop after the decision
STOPPING = replace(CASE, stop_open=True)


@pytest.mark.req("PR-20")
def test_a_stop_after_the_decision_is_answered_with_no() -> None:
    assert stopping.answer_late_stop(STOPPING, LATE) == LateStopAnswered(
        effective_at=LATE, recorded_at=LATE, answer="declined", article=STOPPING.article("stop")
    )


@pytest.mark.req("PR-20")
@pytest.mark.parametrize("changes", [{"stop_open": False}, {"outcome": None}, {"imported": True}, {"state": "ended"}])
def test_no_answer_is_due_without_a_request_before_the_decision_of_an_import_and_after_the_end(changes: dict[str, object]) -> None:
    assert stopping.answer_late_stop(replace(STOPPING, **changes), LATE) is None


# e-papers
PROCEDURE = convert(
    draft(
        name="Cấp giấy",
        form={"version": 1, "fields": [{"name": "organisation_head_id", "label": "Số định danh", "kind": "id-number"}]},
        result_types=[{"code": "KQ1", "name": "Giấy phép"}, {"code": "KQ2", "name": "Giấy xác nhận"}],
    ),
    Procedure,
    strict=False,
)
UNNAMED = convert(draft(), Procedure, strict=False)
"""Its form asks for nobody's number."""
NUMBERED = Holder(id_number="008190001234")
BY_NAME = Holder(full_name="Nguyễn Thị Ngọc Ánh", birth_year=1990, issued_on=date(2021, 5, 1), issuer="Cục CSQLHC")
NOTHING_GIVEN = Given()
Outcome = Literal["granted", "declined"]


def paper(
    given: Given = NOTHING_GIVEN, *, procedure: Procedure = PROCEDURE, form: VaultRef | None = FORM, outcome: Outcome = "granted"
) -> EPaper:
    return e_paper(given, outcome=outcome, code="H60-1", procedure=procedure, form=form, article="Điều 19 khoản 2")


@pytest.mark.req("RS-08")
def test_the_six_fields_follow_from_procedure_and_form() -> None:
    assert paper() == EPaper(
        document_type="KQ1",
        holder=None,
        name="Giấy phép",
        summary="Giấy phép theo hồ sơ H60-1, thủ tục “Cấp giấy”.",
        validity="Theo nội dung giấy tờ",
        scope="Theo nội dung giấy tờ",
        form=FORM,
    )


@pytest.mark.req("RS-08")
def test_what_the_clerk_wrote_comes_before_what_would_follow() -> None:
    given = Given(document_type="KQ2", holder=NUMBERED, name="Giấy", summary="Tóm tắt", validity="5 năm", scope="Cả nước")
    assert paper(given) == EPaper(
        document_type="KQ2", holder=NUMBERED, name="Giấy", summary="Tóm tắt", validity="5 năm", scope="Cả nước", form=None
    )


@pytest.mark.req("RS-08")
def test_a_refusal_is_a_paper_of_its_own_type_and_of_no_other() -> None:
    refusal = paper(outcome="declined")
    assert (refusal.document_type, refusal.name) == ("MC-PTC", "Phiếu từ chối giải quyết hồ sơ")
    for outcome, kind in (("declined", "KQ1"), ("granted", "MC-PTC")):
        with refuses("Điều 19 khoản 2", field="e_paper.document_type", status=422):
            paper(Given(document_type=kind), outcome=outcome)  # type: ignore[arg-type]


@pytest.mark.req("RS-08")
def test_a_paper_names_its_holder_by_the_clerks_word_or_by_the_form() -> None:
    for holder in (NUMBERED, BY_NAME):
        assert paper(Given(holder=holder), procedure=UNNAMED, form=None).holder == holder
    for given, procedure, form in (
        (Given(), PROCEDURE, None),
        (Given(), UNNAMED, FORM),
        (Given(holder=replace(BY_NAME, issuer=None)), PROCEDURE, FORM),
    ):
        with refuses("Điều 19 khoản 2", field="e_paper.holder", status=422):
            paper(given, procedure=procedure, form=form)


@pytest.mark.req("RS-08")
def test_the_holder_of_a_form_is_its_person_before_its_organisations_head() -> None:
    assert holder_in({"organisation_head_id": 8, "id_number": "9"}) == Holder(id_number="9")
    assert holder_in({"organisation_head_id": 8, "id_number": ""}) == Holder(id_number="8")
    assert holder_in({"full_name": "Nguyễn Thị Ngọc Ánh"}) is None
