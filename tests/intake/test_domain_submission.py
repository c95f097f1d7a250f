"""What may be filed and what may be asked for: given the published procedure, when somebody files or asks, then a fact or a refusal."""

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.refusal import Refused
from intake.domain import Elsewhere
from intake.domain.stopping import request_stop
from intake.domain.submission import (
    check_account,
    check_attachments,
    check_channel,
    check_complete,
    check_form,
    check_level,
    check_source,
    choose_return,
    choose_settling,
)
from intake.domain.supplement import (
    amend,
    check_items,
    check_once,
    close_incomplete,
    close_unsupplemented,
    confirm,
    decline,
    pass_on,
    request_at_gate,
)
from intake.events import Amended, Closed, StopRequested, SupplementDeclined, Supplemented, SupplementRequested
from tests.catalogue import samples
from tests.intake.known import (
    CLOSED,
    NEEDED,
    NOW,
    RECEIVED,
    REFUSED,
    TODAY,
    WORDS,
    arrived,
    asked,
    at,
    given,
    paper,
    procedure,
    supplemented,
)
from tests.refusing import refuses
from worktime import rule_set

RULES = rule_set("tuyen-quang-2025")
ITEMS = asked().items
MINUTE = {"minutes": 1}


# filing
@pytest.mark.req("IN-19", "IN-25")
def test_a_procedure_is_filed_for_by_its_published_channels_and_by_post_with_a_waybill() -> None:
    known = procedure(channels=["online", "post"])
    check_channel(known, "online", RULES)
    check_channel(known, "agent", RULES)
    check_channel(known, "post", RULES, "EM123")
    with refuses("Điều 15", field="channel", status=422):
        check_channel(known, "counter", RULES)
    with pytest.raises(Exception, match="chỉ nhận qua: trực tuyến, bưu chính công ích"):
        check_channel(known, "counter", RULES)
    with refuses("Điều 15", field="waybill", status=422):
        check_channel(known, "post", RULES)


FIELDS = [
    {"name": "name", "label": "Họ tên", "kind": "text"},
    {"name": "born", "label": "Ngày sinh", "kind": "date", "past": True, "required": False},
    {"name": "id", "label": "Số định danh", "kind": "id-number", "required": False},
    {"name": "phone", "label": "Điện thoại", "kind": "phone", "required": False},
    {"name": "email", "label": "Thư điện tử", "kind": "email", "required": False},
    {"name": "copies", "label": "Số bản", "kind": "number", "required": False},
    {"name": "sex", "label": "Giới tính", "kind": "choice", "choices": ["nam", "nữ"], "required": False},
]
FORMED = procedure(form={"version": 1, "fields": FIELDS})


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("born", "1990-04-30"),
        ("id", "012345678"),
        ("id", "008 190 001 234"),
        ("phone", "+84 912 345 678"),
        ("email", "dan@example.vn"),
        ("copies", 3),
        ("copies", "1,5"),
        ("born", "2026-03-02"),
        ("sex", "nữ"),
        ("born", None),
        ("phone", "  "),
    ],
)
def test_a_field_reads_as_its_kind(field: str, value: Any) -> None:
    check_form(FORMED, {"name": "Nguyễn Thị Ngọc Ánh", field: value}, RULES, TODAY)


@pytest.mark.req("IN-03", "IN-04")
def test_conflict_6_the_provinces_own_channel_is_closed_where_the_rules_know_the_national_portal_alone() -> None:
    older = rule_set("da-nang-2023")
    for source, rules, connected in (
        ("province", RULES, False),
        ("province", older, True),
        ("national-portal", RULES, True),
        ("one-stop", RULES, True),
    ):
        check_source(source, rules, portal_intake=connected)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 5 khoản 1", field="channel"):
        check_source("province", RULES, portal_intake=True)


@pytest.mark.req("RS-09")
def test_a_result_may_be_handed_over_at_another_one_stop() -> None:
    assert choose_return(None, samples.COMMUNE.code, AGENCIES, RULES) is None
    assert choose_return(samples.COMMUNE.code, samples.COMMUNE.code, AGENCIES, RULES) is None
    assert choose_return(samples.OTHER_COMMUNE.code, samples.COMMUNE.code, AGENCIES, RULES) == samples.OTHER_COMMUNE.code
    for nowhere in (samples.DEPARTMENT.code, "H60.X"):
        with refuses("QĐ 06/2025/QĐ-CTUBND Điều 24", field="return_at", status=422):
            choose_return(nowhere, samples.COMMUNE.code, AGENCIES, RULES)


@pytest.mark.req("IN-21")
def test_conflict_7_an_account_of_the_provinces_own_files_only_where_the_rules_know_it() -> None:
    for account, rules in (("own", "son-la-2019"), ("own", "kon-tum-2022"), ("e-id", "son-la-2019"), ("e-id", "tuyen-quang-2025")):
        check_account(account, rule_set(rules))
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 5 khoản 2", field="account", status=403):
        check_account("own", RULES)
    with refuses("QĐ 10/2025/QĐ-UBND Điều 3", field="account", status=403):
        check_account("own", rule_set("dak-nong-2025"))


@pytest.mark.req("IN-35")
def test_conflict_12_a_district_receives_and_settles_only_where_the_rules_know_three_levels() -> None:
    district = replace(samples.DEPARTMENT, level="district")
    check_level(district, "receiving", rule_set("kon-tum-2022"))
    for agency in (samples.DEPARTMENT, samples.COMMUNE):
        check_level(agency, "receiving", RULES)
    with refuses("NĐ 118/2025/NĐ-CP Điều 14 khoản 2", field="settling", status=422):
        check_level(district, "settling", RULES)


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("born", "30/04/1990", "Ngày sinh: cần ngày dạng YYYY-MM-DD"),
        ("born", "19900430", "Ngày sinh: cần ngày dạng YYYY-MM-DD"),
        ("born", "1990-W18-1", "Ngày sinh: cần ngày dạng YYYY-MM-DD"),
        ("id", "0123456789", "Số định danh: cần 9 hoặc 12 chữ số"),
        ("id", "٠٠٨١٢٣٤٥٦٧٨٩", "Số định danh: cần 9 hoặc 12 chữ số"),
        ("phone", "０９１２３４５６７８", "Điện thoại: cần 9–12 chữ số"),
        ("phone", "12", "Điện thoại: cần 9–12 chữ số"),
        ("email", "dan@example", "Thư điện tử: cần địa chỉ thư điện tử"),
        ("copies", "ba", "Số bản: cần một số không âm"),
        ("copies", "-1,5", "Số bản: cần một số không âm"),
        ("copies", -1, "Số bản: cần một số không âm"),
        ("born", "2026-03-03", "Ngày sinh: không thể sau ngày nộp"),
        ("sex", "khác", "Giới tính: chọn một trong nam, nữ"),
        ("name", None, "Thiếu trường bắt buộc: Họ tên"),
        ("name", "  ", "Thiếu trường bắt buộc: Họ tên"),
    ],
)
def test_a_field_that_is_missing_or_reads_otherwise_is_named(field: str, value: Any, said: str) -> None:
    form = {"name": "Nguyễn Thị Ngọc Ánh", field: value}
    with refuses("Điều 16", field=f"form.{field}", status=422):
        check_form(FORMED, form, RULES, TODAY)
    with pytest.raises(Exception, match=said):
        check_form(FORMED, form, RULES, TODAY)


@pytest.mark.req("IN-05")
def test_a_form_has_every_required_field_and_no_other() -> None:
    with refuses("Điều 16", field="form.name", status=422):
        check_form(FORMED, {}, RULES, TODAY)
    with refuses("Điều 5 khoản 1 điểm đ", field="form.shoe", status=422):
        check_form(FORMED, {"name": "A", "shoe": "42"}, RULES, TODAY)


@pytest.mark.req("IN-06", "IN-19")
def test_only_published_papers_of_an_accepted_type_are_taken() -> None:
    check_attachments(procedure(), [paper(), paper("TP2", media_type="image/png"), paper()], RULES)
    with refuses("Điều 5 khoản 1 điểm đ", field="attachments.1.component", status=422):
        check_attachments(procedure(), [paper(), paper("TP9")], RULES)
    with refuses("Điều 16", field="attachments.1.file", status=422):
        check_attachments(procedure(), [paper(), paper("TP2", media_type="video/mp4")], RULES)
    with pytest.raises(Exception, match="Tờ khai: chỉ nhận application/pdf, image/jpeg, image/png"):
        check_attachments(procedure(), [paper(media_type="video/mp4")], RULES)


@pytest.mark.req("IN-06")
def test_an_online_dossier_has_its_required_papers_at_once() -> None:
    check_complete(procedure(), [paper()], RULES)
    with refuses("Điều 16", field="attachments", status=422):
        check_complete(procedure(), [paper("TP2")], RULES)


AGENCIES = {a.code: a for a in samples.AGENCIES}


@pytest.mark.req("IN-35")
def test_the_settling_agency_is_the_only_competent_one_or_the_chosen_one_of_those() -> None:
    of_communes, of_department = procedure(), procedure(settling=[samples.DEPARTMENT.code])
    here, there = samples.COMMUNE, samples.OTHER_COMMUNE
    assert choose_settling(of_communes, [here], None, AGENCIES, RULES) is here
    assert choose_settling(of_communes, [here], there.code, AGENCIES, RULES) is there
    assert choose_settling(of_department, [], samples.DEPARTMENT.code, AGENCIES, RULES) is samples.DEPARTMENT
    for known, wished in ((of_communes, samples.DEPARTMENT.code), (of_communes, "H60.NOBODY"), (of_department, here.code)):
        with refuses("Điều 20", field="settling", status=422):
            choose_settling(known, [here], wished, AGENCIES, RULES)
    for competent in ([here, there], []):
        with refuses("Điều 20", field="settling", status=422):
            choose_settling(of_communes, competent, None, AGENCIES, RULES)


# asking for a supplement
@pytest.mark.req("IN-18", "IN-19")
def test_a_request_names_something_and_only_published_papers() -> None:
    check_items(ITEMS, procedure(), RULES)
    with refuses("Điều 16 khoản 3", field="items", status=422):
        check_items((), procedure(), RULES)
    with refuses("Điều 5 khoản 1 điểm đ", field="items.1.component", status=422):
        check_items((*ITEMS, replace(ITEMS[0], component="TP9")), procedure(), RULES)


@pytest.mark.req("IN-18")
def test_a_second_request_needs_a_legal_basis_and_a_supervisor() -> None:
    once, unlimited = given(asked()), replace(RULES, settings=replace(RULES.settings, supplement_requests=None))
    check_once(given(), RULES, None, supervisor=False)
    check_once(once, RULES, WORDS, supervisor=True)
    check_once(once, unlimited, None, supervisor=False)
    for basis, supervisor in ((None, True), (WORDS, False), (None, False)):
        with refuses(RULES.article("supplement_once"), field="legal_basis"):
            check_once(once, RULES, basis, supervisor=supervisor)


def ask(*facts: Any, items: Any = ITEMS, **how: Any) -> SupplementRequested:
    wish: dict[str, Any] = {"answer_by": at(days=15), "officer": "o", "legal_basis": WORDS, "supervisor": True, **how}
    return request_at_gate(given(*facts), items, procedure=procedure(), rules=RULES, now=at(hours=1), **wish)


@pytest.mark.req("IN-18")
def test_given_a_filed_dossier_when_the_officer_asks_then_items_and_last_day_are_kept() -> None:
    assert ask(items=list(ITEMS)) == SupplementRequested(
        effective_at=at(hours=1),
        recorded_at=at(hours=1),
        stage="gate",
        items=ITEMS,
        officer="o",
        answer_by=at(days=15),
        legal_basis=WORDS,
    )


@pytest.mark.req("IN-18")
def test_at_the_gate_it_is_asked_once_of_what_waits_there_and_for_something() -> None:
    for facts in ([RECEIVED], [asked()]):
        with refuses(""):
            ask(*facts)
    with refuses("Điều 16 khoản 3", field="items", status=422):
        ask(items=())
    again = [asked(), arrived(), supplemented()]
    assert ask(*again).legal_basis == WORDS
    with refuses(RULES.article("supplement_once"), field="legal_basis"):
        ask(*again, legal_basis=None)
    with refuses(RULES.article("supplement_once"), field="legal_basis"):
        ask(*again, supervisor=False)


def handed_on(*facts: Any, elsewhere: Elsewhere = Elsewhere(needed=NEEDED), **how: Any) -> SupplementRequested:  # noqa: B008
    wish: dict[str, Any] = {"answer_by": at(days=16), "officer": "o", "legal_basis": WORDS, "supervisor": True, **how}
    return pass_on(given(*facts), elsewhere, procedure=procedure(), rules=RULES, now=at(days=1), **wish)


@pytest.mark.req("PR-06")
def test_given_a_wish_of_the_settling_agency_when_it_is_passed_on_then_its_items_are_asked_for() -> None:
    assert handed_on(RECEIVED) == SupplementRequested(
        effective_at=at(days=1),
        recorded_at=at(days=1),
        stage="processing",
        items=ITEMS,
        officer="o",
        answer_by=at(days=16),
        legal_basis=WORDS,
    )


@pytest.mark.req("PR-06")
def test_a_wish_is_passed_on_only_where_there_is_one_for_published_papers_and_once() -> None:
    with refuses(RULES.article("deficiency_limit"), status=503):
        handed_on(RECEIVED, elsewhere=Elsewhere())
    for over in (Elsewhere(decided=True), Elsewhere(decided=True, stopped=True)):
        with refuses(RULES.article("deficiency_limit")):
            handed_on(RECEIVED, elsewhere=over)
    with refuses(""):
        handed_on()
    unknown = replace(NEEDED, items=(replace(ITEMS[0], component="TP9"),))
    with refuses("Điều 5 khoản 1 điểm đ", field="items.0.component", status=422):
        handed_on(RECEIVED, elsewhere=Elsewhere(needed=unknown))
    again = [asked(), arrived(), supplemented(), RECEIVED]
    assert handed_on(*again).stage == "processing"
    for how in ({"legal_basis": None}, {"supervisor": False}):
        with refuses(RULES.article("supplement_once"), field="legal_basis"):
            handed_on(*again, **how)


@pytest.mark.req("PR-06")
def test_a_wish_is_declined_with_its_reason_and_article() -> None:
    wish = Elsewhere(needed=NEEDED)
    fact = SupplementDeclined(effective_at=NOW, recorded_at=NOW, officer="o", reason=WORDS, article=RULES.article("supplement_once"))
    assert decline(given(RECEIVED), wish, reason=WORDS, rules=RULES, officer="o", now=NOW) == fact
    with refuses("Điều 19", status=503):
        decline(given(RECEIVED), Elsewhere(), reason=WORDS, rules=RULES, officer="o", now=NOW)
    with refuses(""):
        decline(given(), wish, reason=WORDS, rules=RULES, officer="o", now=NOW)


# amending
@pytest.mark.req("IN-33", "IN-34")
def test_an_amendment_counts_on_and_says_whether_it_answers_a_request() -> None:
    fact = Amended(effective_at=at(days=2), recorded_at=at(days=2), amendment=1, form=WORDS, attachments=(paper(),))
    assert amend(given(), form=WORDS, attachments=[paper()], rules=RULES, now=at(days=2)) == fact
    assert amend(given(asked()), form=WORDS, attachments=[paper()], rules=RULES, now=at(days=2)) == replace(fact, answers_supplement=True)
    assert amend(given(arrived(amendment=4)), form=None, attachments=[paper()], rules=RULES, now=NOW).amendment == 5
    assert amend(given(asked(answer_by=None)), form=WORDS, attachments=[], rules=RULES, now=at(days=99)).answers_supplement


@pytest.mark.req("IN-33")
def test_an_amendment_has_content_and_comes_before_the_end_and_in_its_time() -> None:
    with refuses("Điều 18", field="attachments", status=422):
        amend(given(), form=None, attachments=[], rules=RULES, now=NOW)
    for ended in (REFUSED, CLOSED):
        with refuses(""):
            amend(given(ended), form=WORDS, attachments=[], rules=RULES, now=NOW)
    amend(given(asked()), form=WORDS, attachments=[], rules=RULES, now=at(days=15))
    with refuses(RULES.article("gate_close_days")):
        amend(given(asked()), form=WORDS, attachments=[], rules=RULES, now=at(days=15, **MINUTE))


@pytest.mark.req("PR-20")
def test_after_reception_each_consent_allows_one_adjustment_until_the_decision() -> None:
    def adjust(consents: int, *facts: Any, decided: bool = False) -> Amended:
        return amend(
            given(RECEIVED, *facts),
            form=WORDS,
            attachments=[],
            rules=RULES,
            now=NOW,
            elsewhere=Elsewhere(consents=consents, decided=decided),
        )

    used = arrived(answers_supplement=False)
    assert not adjust(1).answers_supplement
    assert adjust(2, used).amendment == 2
    for consents, facts, decided in ((0, [], False), (1, [used], False), (1, [], True)):
        with refuses("Điều 21"):
            adjust(consents, *facts, decided=decided)
    with refuses("Điều 21"):
        amend(given(RECEIVED), form=WORDS, attachments=[], rules=RULES, now=NOW)
    wish = StopRequested(effective_at=NOW, recorded_at=NOW, wish="adjust")
    with refuses("Điều 21", status=503):
        adjust(0, wish)


@pytest.mark.req("PR-20")
def test_a_stopped_dossier_was_said_to_have_its_result_decided() -> None:
    over = Elsewhere(decided=True, stopped=True)
    with pytest.raises(Refused, match="đã dừng giải quyết"):
        amend(given(RECEIVED), form=WORDS, attachments=[], rules=RULES, now=NOW, elsewhere=over)
    with pytest.raises(Refused, match="đã dừng giải quyết"):
        request_stop(given(RECEIVED), over, wish="stop", reason=None, rules=RULES, now=NOW)
    with pytest.raises(Refused, match="Kết quả đã được quyết định"):
        request_stop(given(RECEIVED), Elsewhere(decided=True), wish="stop", reason=None, rules=RULES, now=NOW)


# the answer
@pytest.mark.req("PR-09")
@pytest.mark.parametrize("stage", ["gate", "processing"])
def test_what_came_is_confirmed_at_the_moment_it_came(stage: Any) -> None:
    fact = Supplemented(effective_at=at(days=3), recorded_at=at(days=4), stage=stage, officer="o")
    assert confirm(given(asked(stage=stage), arrived()), rules=RULES, officer="o", now=at(days=4)) == fact
    with refuses("Điều 19 khoản 5"):
        confirm(given(asked()), rules=RULES, officer="o", now=at(days=4))
    with refuses(""):
        confirm(given(), rules=RULES, officer="o", now=at(days=4))


@pytest.mark.req("PR-10")
def test_without_a_supplement_the_dossier_is_closed_unless_something_came() -> None:
    fact = Closed(effective_at=at(days=16), recorded_at=at(days=16), cause="not-supplemented")
    assert close_unsupplemented(given(asked()), at(days=16)) == fact
    assert close_unsupplemented(given(), at(days=16)) is None
    assert close_unsupplemented(given(asked(), arrived()), at(days=16)) is None


@pytest.mark.req("PR-10")
def test_what_came_incomplete_is_closed_by_the_officer_after_the_last_day() -> None:
    half = given(asked(), arrived())
    late = at(days=15, **MINUTE)
    fact = Closed(effective_at=late, recorded_at=late, cause="not-supplemented")
    assert close_incomplete(half, rules=RULES, now=late) == fact
    with refuses("Điều 19 khoản 5"):
        close_incomplete(half, rules=RULES, now=at(days=15))
    with refuses("Điều 19 khoản 5"):
        close_incomplete(given(asked(answer_by=None), arrived()), rules=RULES, now=late)
    with refuses(""):
        close_incomplete(given(), rules=RULES, now=late)
