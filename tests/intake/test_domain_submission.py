"""What may be filed: given the published procedure, when somebody files, then it is taken or refused."""

from typing import Any

import pytest
from msgspec.structs import replace

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
from tests.catalogue import samples
from tests.intake.known import (
    AGENCIES,
    RULES,
    TODAY,
    paper,
    procedure,
)
from tests.refusing import refuses
from worktime import rule_set


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
