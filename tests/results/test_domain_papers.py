"""E-papers: whose they are, and the six fields that follow from procedure and form."""

from datetime import date
from typing import Literal

import pytest
from msgspec import convert
from msgspec.structs import replace

from contracts.catalogue import Procedure
from contracts.fact import VaultRef
from results.domain.e_paper import EPaper, Given, Holder, e_paper, holder_in
from tests.catalogue.samples import draft
from tests.refusing import refuses
from tests.results.known import FORM

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
