from datetime import date
from typing import Any, Literal

import pytest

from catalogue.domain import ELEMENTS, NotPublishable, check_agency, current, publish, service_level_of, successor_of, working_hours
from contracts.catalogue import Procedure, in_force
from tests.catalogue.samples import AGENCIES, COMMUNE, DEPARTMENT, FOUND, POLICE, PROVINCE, agency, decision, draft, leg, process


def refused(**changes: Any) -> NotPublishable:
    with pytest.raises(NotPublishable) as refusal:
        publish(draft(**changes), [], AGENCIES)
    return refusal.value


def published(*standing: Procedure, **changes: Any) -> Procedure:
    return publish(draft(**changes), standing, AGENCIES)


@pytest.mark.req("CA-04")
def test_a_complete_procedure_is_published_with_every_element() -> None:
    procedure = published()
    assert (procedure.term, procedure.fee.amount_vnd, procedure.components[0].name) == ("3wd", 15000, "Tờ khai")


@pytest.mark.req("CA-04")
@pytest.mark.parametrize("element", ELEMENTS)
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_procedure_without_a_mandatory_element_is_refused_by_the_name_of_the_element(element: str, nothing: object) -> None:
    refusal = refused(**{element: nothing})
    assert (refusal.field, refusal.point) == (element, "publication_elements")
    assert ELEMENTS[element] in refusal.why


@pytest.mark.req("CA-04")
def test_a_process_without_steps_is_no_order_of_execution() -> None:
    assert refused(process=process(steps=[])).field == "process.steps"


@pytest.mark.req("CA-04")
def test_a_draft_of_the_wrong_shape_is_refused_and_not_an_error() -> None:
    for field, value in (("term", "ba ngày"), ("process", "một cửa")):
        refusal = refused(**{field: value})
        assert refusal.field == field and f"không đúng định dạng: {field} " in refusal.why
        assert "một cửa" not in refusal.why and "ba ngày" not in refusal.why


@pytest.mark.req("CA-04")
def test_a_fee_that_contradicts_itself_is_refused() -> None:
    assert refused(fee={"amount_vnd": 15000, "when": "none", "provenance": FOUND}).field == "fee"
    assert refused(fee={"amount_vnd": None, "when": "result", "provenance": FOUND}).field == "fee.note"


@pytest.mark.req("CA-10")
@pytest.mark.parametrize("nothing", [None, {}, {**decision("Cấp Giấy xác nhận tình trạng hôn nhân"), "reference": " "}])
def test_a_procedure_that_no_decision_announced_is_refused(nothing: object) -> None:
    refusal = refused(decision=nothing)
    assert (refusal.field, refusal.point) == ("decision", "publication_decision")


@pytest.mark.req("CA-05")
def test_a_name_that_is_not_the_decisions_is_refused() -> None:
    refusal = refused(name="Cấp giấy xác nhận tình trạng hôn nhân")
    assert (refusal.field, refusal.point) == ("name", "publication_name")


@pytest.mark.req("CA-05")
def test_a_published_version_is_not_edited_but_may_be_published_again() -> None:
    first = published()
    assert published(first) == first
    with pytest.raises(NotPublishable, match="publication_version"):
        published(first, conditions="Khác.")


@pytest.mark.req("CA-05")
def test_a_new_name_comes_as_the_next_version_with_its_decision() -> None:
    first = published()
    name = "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"
    second = published(first, version=2, name=name, decision=decision(name), valid_from="2026-07-01")
    assert (second.name, first.name) == (name, "Cấp Giấy xác nhận tình trạng hôn nhân")
    for wrong in ({"version": 3, "valid_from": "2026-07-01"}, {"version": 2}):
        with pytest.raises(NotPublishable, match="số kế tiếp"):
            published(first, **wrong)


@pytest.mark.req("CA-02")
def test_the_version_in_force_is_the_one_of_the_date() -> None:
    first = published(valid_to="2026-06-30")
    second = published(first, version=2, valid_from="2026-07-01", term="2wd", process=process(legs=[leg(1, term="2wd")], steps=[step(8)]))
    versions = [first, second]
    assert in_force(versions, date(2025, 6, 30)) is None
    assert in_force(versions, date(2026, 6, 30)) == first
    assert in_force(versions, date(2026, 7, 1)) == second
    assert current(versions, date(2026, 7, 1)) == [second]


@pytest.mark.req("CA-02")
def test_a_later_version_wins_over_one_left_open() -> None:
    first = published()
    second = published(first, version=2, valid_from="2026-07-01")
    assert in_force([second, first], date(2026, 7, 1)) == second


@pytest.mark.req("CA-02")
@pytest.mark.parametrize(("old", "new"), [(1, "một phần"), (2, "một phần"), (3, "một phần"), (4, "toàn trình")])
def test_the_former_four_levels_map_to_the_two(old: Literal[1, 2, 3, 4], new: str) -> None:
    assert service_level_of(old) == new


@pytest.mark.req("CA-02", "CA-29")
def test_a_partial_service_says_why_and_a_whole_one_is_online() -> None:
    assert refused(service_level="một phần").field == "partial_reason"
    assert refused(channels=["counter"]).field == "channels"


@pytest.mark.req("CA-02")
def test_the_services_of_an_agency_are_those_it_settles() -> None:
    communes, department = published(), published(code="2.000815", settling=["H60.STP"], level_of_settlement="province")
    both, on = [communes, department], date(2026, 1, 1)
    assert current(both, on, agency=COMMUNE) == [communes]
    assert current(both, on, agency=DEPARTMENT) == [department]
    assert current(both, on, agency=POLICE) == []


@pytest.mark.req("CA-03")
def test_procedures_are_filtered_by_field_code() -> None:
    family, notary = published(), published(code="2.000815", field="Chứng thực", field_code="LV-03")
    assert current([family, notary], date(2026, 1, 1), field_code="LV-03") == [notary]


@pytest.mark.req("CA-05")
def test_a_code_that_was_not_found_in_a_source_is_never_shown_as_official() -> None:
    unsure = {"source": "", "confidence": "recalled-med"}
    assert refused(code_provenance=unsure).field == "code"
    assert refused(code_provenance=unsure, official_code=False).field == "code"
    assert published(code_provenance=unsure, official_code=False, code="MC-0001").code == "MC-0001"


def step(hours: int) -> dict[str, Any]:
    return {"name": "Thẩm định", "role": "specialist", "hours": hours}


@pytest.mark.req("PR-19")
@pytest.mark.parametrize(("term", "hours"), [("3wd", 24), ("same-day", 8), ("5wh", 5), ("10d", 48), ("30d", 160)])
def test_step_hours_may_fill_the_term_and_not_an_hour_more(term: str, hours: int) -> None:
    assert working_hours(term) == hours
    fits = process(legs=[leg(1, term=term)], steps=[step(hours)])
    assert published(term=term, process=fits).term == term
    refusal = refused(term=term, process={**fits, "steps": [step(hours), step(1)]})
    assert (refusal.field, refusal.point) == ("process.steps", "term")


@pytest.mark.req("PR-19")
def test_steps_fit_the_shorter_term_of_online_dossiers() -> None:
    assert refused(term_online="same-day").field == "process.steps"


@pytest.mark.req("PR-19")
def test_legs_in_order_add_up_and_legs_side_by_side_do_not() -> None:
    legs = [leg(1, "any-commune", "2wd"), leg(2, term="2wd")]
    assert published(process=process(mode="parallel", legs=legs)).process.mode == "parallel"
    assert refused(process=process(mode="sequential", legs=legs)).field == "process.legs"


@pytest.mark.req("PR-19")
def test_a_consultation_lies_inside_the_term() -> None:
    asked = [{"agency_role": "any-commune-police", "about": "Xác minh", "term": "4wd"}]
    assert refused(process=process(consultations=asked)).field == "process.consultations"


@pytest.mark.parametrize(
    "legs",
    [[leg(2)], [leg(1, "H60.STP")], [leg(1), leg(2)], []],
    ids=["does not count from 1", "nobody leads", "two lead", "no leg"],
)
def test_legs_that_no_one_could_walk_are_refused(legs: list[dict[str, Any]]) -> None:
    assert refused(process=process(legs=legs)).field == "process.legs"


@pytest.mark.req("CA-01")
def test_a_procedure_names_only_agencies_of_the_catalogue() -> None:
    assert refused(settling=["H60.XYZ"]).point == "publication_agencies"


@pytest.mark.req("CA-01")
def test_a_merged_agency_without_a_successor_is_refused() -> None:
    merged = agency("H22", "province", valid_to=date(2025, 6, 30))
    with pytest.raises(NotPublishable) as refusal:
        check_agency(merged, AGENCIES)
    assert (refusal.value.field, refusal.value.point) == ("successor", "publication_agencies")
    check_agency(agency("H22", "province", valid_to=date(2025, 6, 30), successor="H60"), AGENCIES)


@pytest.mark.req("CA-01")
def test_who_stands_for_an_agency_depends_on_the_date() -> None:
    old = agency("H22", "province", valid_from=date(2020, 9, 15), valid_to=date(2025, 6, 30), successor="H60")
    known = {old.code: old, PROVINCE.code: PROVINCE}
    assert successor_of("H22", known, date(2025, 6, 30)) == old
    assert successor_of("H22", known, date(2025, 7, 1)) == PROVINCE
    assert successor_of("H22", known, date(2019, 1, 1)) is None
    assert successor_of("H99", known, date(2026, 1, 1)) is None


@pytest.mark.req("CA-01")
def test_successors_in_a_circle_end_nowhere() -> None:
    known = {code: agency(code, "other", successor=other, valid_to=date(2025, 12, 31)) for code, other in (("A", "B"), ("B", "A"))}
    assert successor_of("A", known, date(2026, 1, 1)) is None
