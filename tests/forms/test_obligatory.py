"""A form without an obligatory content cannot be made."""

import json
from datetime import datetime

import msgspec
import pytest

from forms import DefectItem, MissingContent, Party
from forms.data import Form
from forms.parts import Defect
from tests.forms import samples


@pytest.mark.req("IN-17")
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_refusal_without_a_reason_cannot_be_made(reason: str) -> None:
    with pytest.raises(MissingContent) as missing:
        samples.refusal(reason=reason)
    assert missing.value.field == "reason"
    assert missing.value.why == "Thiếu nội dung bắt buộc: lý do từ chối."


@pytest.mark.req("PR-12")
@pytest.mark.parametrize("field", ["dossier_type", "receipt_number", "state", "reason"])
def test_an_apology_without_one_of_its_contents_cannot_be_made(field: str) -> None:
    with pytest.raises(MissingContent) as missing:
        samples.apology(**{field: ""})
    assert missing.value.field == field


@pytest.mark.req("PR-12")
def test_an_apology_to_nobody_cannot_be_made() -> None:
    with pytest.raises(MissingContent):
        samples.apology(addressee=Party(name=" "))


@pytest.mark.req("IN-18")
def test_a_supplement_request_needs_items_and_each_item_a_reason() -> None:
    with pytest.raises(MissingContent):
        samples.supplement_request(items=())
    unexplained = DefectItem(component="Đơn đề nghị", defect=Defect.MISSING, reason="")
    with pytest.raises(MissingContent) as missing:
        samples.supplement_request(items=(*samples.supplement_request().items, unexplained))
    assert missing.value.field == "items.reason"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        samples.receipt(received_at=datetime(2026, 11, 20, 9, 7))


def test_every_obligatory_content_is_a_field_of_its_form() -> None:
    for kind in Form.__subclasses__():
        assert {path.partition(".")[0] for path in kind.OBLIGATORY} <= set(kind.__struct_fields__)


def test_a_form_survives_json() -> None:
    for form in samples.EVERY_FORM:
        encoded = msgspec.json.encode(form)
        assert json.loads(encoded)
        assert msgspec.json.decode(encoded, type=type(form)) == form
