"""What is wrong with a damaged fact is told by field and kind."""

from datetime import date
from typing import Any

import msgspec
import pytest

from contracts.damage import Damage, damage_of, leaves
from contracts.fact import decode
from contracts.refusal import damaged
from tests.contracts.test_facts import ROOT
from tests.generated import golden

RECEIVED = "vn.motcua.dossier.received.v1"
WORDS = "Nguyễn Văn Bí Mật - at `$.applicant`"


def received() -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode((ROOT / golden.FOLDER / f"{RECEIVED}.json").read_bytes())
    return body


def damage_in(body: object) -> Damage:
    with pytest.raises(msgspec.ValidationError) as found:
        decode(RECEIVED, msgspec.json.encode(body))
    return damage_of(found.value)


@pytest.mark.parametrize(
    ("written", "damage"),
    [
        ({"effective_at": "2026-01-01T00:00:00"}, ("effective_at", "zone")),
        ({"effective_at": WORDS}, ("effective_at", "moment")),
        ({"effective_at": "0001-01-01T00:00:00+07:00"}, ("effective_at", "years")),
        ({"effective_at": 7}, ("effective_at", "shape")),
        ({"channel": WORDS}, ("channel", "shape")),
        ({"process": {"code": "c", "version": 1, "mode": "single", "legs": [{"leg": WORDS}]}}, ("process.legs.0.leg", "shape")),
    ],
)
def test_damage_is_told_by_field_and_kind(written: dict[str, Any], damage: tuple[str, str]) -> None:
    assert damage_in(received() | written) == damage


@pytest.mark.parametrize("field", ["effective_at", "code", "deadline"])
def test_a_field_that_is_not_there_is_named(field: str) -> None:
    body = received()
    del body[field]
    assert damage_in(body) == (field, "missing")


class Closed(msgspec.Struct, forbid_unknown_fields=True):
    one: int = 1
    day: date | None = None


def damage_in_closed(body: object) -> Damage:
    with pytest.raises(msgspec.ValidationError) as found:
        msgspec.json.decode(msgspec.json.encode(body), type=list[Closed])
    return damage_of(found.value)


@pytest.mark.parametrize("name", ["two", "make-ups", "x1_y"])
def test_a_field_that_is_not_known_is_named(name: str) -> None:
    assert damage_in_closed([{"one": 1, name: 2}]) == (f"0.{name}", "unknown")


@pytest.mark.parametrize("name", ["0912345678", "Nguyễn Văn A", "a b", "", "x" * 41, "`"])
def test_a_name_that_may_be_somebodys_words_is_not_said_again(name: str) -> None:
    """Regression: what somebody wrote in the place of a field's name came back."""
    assert damage_in_closed([{name: 2}]) == ("0", "stray")


def test_a_day_that_is_none_is_asked_for_as_a_day() -> None:
    assert damage_in_closed([{"day": "2026-13-01"}]) == ("0.day", "date")


def test_a_body_that_is_no_object_has_no_field() -> None:
    assert damage_in([]) == ("", "shape")


def test_leaves_are_named_as_damage_names_them() -> None:
    value = {"code": "1", "files": [{"size": 2}, {"size": None}], "none": []}
    assert list(leaves(value)) == [("code", "1"), ("files.0.size", 2), ("files.1.size", None)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([{"two": 1}], ("0.two", "0.two không có trong quy cách")),
        ([{"0912": 1}], ("0", "0 có trường không có trong quy cách")),
        ([{"day": "hôm nay"}], ("0.day", "0.day không phải là ngày dạng YYYY-MM-DD")),
        ([{"one": "Bí Mật"}], ("0.one", "0.one không đúng kiểu hoặc không có giá trị này")),
        ({}, ("", "nội dung không đúng kiểu hoặc không có giá trị này")),
    ],
)
def test_damage_is_said_in_vietnamese_with_its_field_and_without_its_value(body: object, said: tuple[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError) as found:
        msgspec.json.decode(msgspec.json.encode(body), type=list[Closed])
    assert damaged(found.value) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"effective_at": "hôm nay"}, "effective_at không phải là thời điểm"),
        ({"effective_at": "2026-01-01T00:00:00"}, "effective_at không có múi giờ"),
        ({"effective_at": "0001-01-01T00:00:00Z"}, "effective_at ở ngoài các năm 2 đến 9998"),
        ({"code": None}, "code không đúng kiểu hoặc không có giá trị này"),
    ],
)
def test_a_damaged_fact_is_said_in_vietnamese(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as found:
        decode(RECEIVED, msgspec.json.encode(received() | changes))
    assert damaged(found.value)[1] == said


def test_a_missing_field_is_said_to_be_missing() -> None:
    body = received()
    del body["code"]
    with pytest.raises(msgspec.ValidationError) as found:
        decode(RECEIVED, msgspec.json.encode(body))
    assert damaged(found.value) == ("code", "code còn thiếu")
