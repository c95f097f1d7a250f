"""Under which law publication is refused: the province's on that day."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.domain import NotPublishable, check_agency, publish
from catalogue.main import BLUEPRINT
from contracts.catalogue import Agency
from tests.catalogue.samples import AGENCIES, agency, decision, draft, leg, process
from tests.harness import START, World, token
from tests.refusing import RULE_SETS, foreign
from worktime import rule_set

EDITOR = token("editor-1", "catalogue-editor")
LONG = [{"name": "Thẩm định", "role": "specialist", "hours": 25}]
ASKED = [{"agency_role": "any-commune-police", "about": "Xác minh", "term": "4wd"}]
DRAFTS: dict[str, dict[str, Any]] = {
    "publication_elements": draft(conditions=""),
    "publication_decision": draft(decision=None),
    "publication_name": draft(decision=decision("Thủ tục khác")),
    "publication_level": draft(channels=["counter"]),
    "publication_agencies": draft(settling=["H60.XYZ"]),
    "publication_version": draft(version=2),
    "term": draft(process=process(steps=LONG)),
    "consultation": draft(process=process(consultations=ASKED)),
    "partial": draft(process=process(legs=[leg(2)])),
}


def broken(wish: dict[str, Any]) -> NotPublishable:
    with pytest.raises(NotPublishable) as no:
        publish(wish, [], AGENCIES)
    return no.value


def orphan() -> Agency:
    return agency("H60.NEW", "department", parent="H60.NOWHERE")


@pytest.mark.req("CA-01", "CA-04", "CA-05", "CA-10", "CA-29", "PR-19")
@pytest.mark.parametrize("point", DRAFTS)
def test_each_rule_of_publication_is_a_point_of_every_rule_set(point: str) -> None:
    no = broken(DRAFTS[point])
    assert no.point == point
    for name in RULE_SETS:
        refused = no.under(rule_set(name))
        assert (refused.why, refused.field, refused.status) == (no.why, no.field, 422)
        assert refused.article and not foreign(refused.article, name)


@pytest.mark.req("CA-01")
def test_an_agency_below_one_that_nobody_knows_is_refused_by_the_catalogue_of_agencies() -> None:
    with pytest.raises(NotPublishable) as no:
        check_agency(orphan(), AGENCIES)
    assert (no.value.point, no.value.field) == ("publication_agencies", "parent")


@pytest.mark.req("CA-04", "CA-10")
@pytest.mark.parametrize(
    ("province", "elements", "announced"),
    [
        ("son-la-2019", "QĐ 31/2019/QĐ-UBND Điều 7 khoản 2", "QĐ 31/2019/QĐ-UBND Điều 7 khoản 3"),
        ("da-nang-2023", "NĐ 61/2018/NĐ-CP Điều 8 khoản 1 điểm a", "QĐ 2830/QĐ-UBND Điều 14 khoản 1"),
        ("kon-tum-2022", "NĐ 61/2018/NĐ-CP Điều 8 khoản 1 điểm a", "QĐ 05/2022/QĐ-UBND Điều 17 khoản 2"),
        ("tuyen-quang-2025", "NĐ 118/2025/NĐ-CP Điều 8 khoản 1 điểm a", "NĐ 118/2025/NĐ-CP Điều 16 khoản 1"),
    ],
)
def test_each_province_refuses_under_its_own_regulation(province: str, elements: str, announced: str) -> None:
    rules = rule_set(province)
    assert broken(DRAFTS["publication_elements"]).under(rules).article == elements
    assert broken(DRAFTS["publication_decision"]).under(rules).article == announced


@pytest.mark.req("CA-04", "CA-01", "OP-05")
def test_over_http_the_rules_of_the_day_are_cited() -> None:
    service = World().add(BLUEPRINT)
    head = token("head-1", "one-stop-head", agencies=["H60.02269"])
    tomorrow = {"agency": "H60.02269", "began_at": (START + timedelta(days=1)).isoformat(), "cause": "power", "report": "01/BB-SC"}
    answers = [
        service.post("/procedures", EDITOR, DRAFTS["publication_elements"]),
        service.post("/agencies", EDITOR, {"code": "H60.NEW"}),
        service.post("/outages", head, tomorrow),
        service.post("/calendars", EDITOR, {"version": "vn-2026.2", "document": "05/CĐ-UBND"}),
    ]
    assert [(answer.status_code, answer.json()["article"]) for answer in answers] == [
        (422, "NĐ 118/2025/NĐ-CP Điều 8 khoản 1 điểm a"),
        (422, "QĐ 06/2025/QĐ-CTUBND Điều 4 khoản 1 điểm a"),
        (422, "QĐ 06/2025/QĐ-CTUBND Điều 11"),
        (422, "BLLĐ 2019 Điều 112"),
    ]


def test_a_damaged_agency_is_told_with_its_field_and_without_its_value() -> None:
    answer = World().add(BLUEPRINT).post("/agencies", EDITOR, {"code": "H60.NEW", "name": "Mới", "level": "Bí Mật"}).json()
    assert (answer["field"], answer["detail"]) == ("level", "Dữ liệu cơ quan không đúng: level không đúng kiểu hoặc không có giá trị này.")
