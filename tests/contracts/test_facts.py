"""What was written once is read for ever: golden samples, schemas, and the bytes of a fact."""

import re
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.catalogue import Agency, Procedure
from contracts.catalogue import encode as encode_record
from contracts.fact import as_written, decode, earlier_types, encode, fact_types
from contracts.moment import countable
from tests.generated import golden
from tests.generated.schemas import RECORDS, facts, schema

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = sorted((ROOT / golden.FOLDER).glob("*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_sample_decodes_and_encodes_to_the_same_bytes(path: Path) -> None:
    fact = as_written(path.stem, path.read_bytes())
    assert golden.written(fact) == path.read_text("utf-8")
    assert encode(fact) == msgspec.json.format(path.read_bytes(), indent=-1)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_sample_is_valid_by_the_schema_of_its_fact(path: Path) -> None:
    document = msgspec.json.decode((ROOT / "contracts/schemas" / path.name).read_bytes())
    Draft202012Validator(document, format_checker=FormatChecker()).validate(msgspec.json.decode(path.read_bytes()))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_is_read_is_always_todays_version(path: Path) -> None:
    fact = decode(path.stem, path.read_bytes())
    assert fact_types()[fact.TYPE] is type(fact)
    assert encode(decode(fact.TYPE, encode(fact))) == encode(fact)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_fact_with_a_moment_of_no_offset_is_a_damaged_body(path: Path) -> None:
    """Regression: it was read, and ended a rebuild where it was held against another moment."""
    whole = path.read_bytes()
    moments = [found.end() for found in re.finditer(rb"T[0-9:.]+(?=Z\")", whole)]
    assert len(moments) >= 2
    for end in moments:
        with pytest.raises(msgspec.ValidationError, match="timezone"):
            as_written(path.stem, whole[:end] + whole[end + 1 :])


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
@pytest.mark.parametrize(
    "empty", [b"0001-01-01T00:00:00+07:00", b"0002-01-01T00:00:00+14:00", b"9998-12-31T23:59:59-14:00", b"9999-12-31T23:59:59-14:00"]
)
def test_a_fact_with_a_moment_that_some_zone_has_no_date_for_is_a_damaged_body(path: Path, empty: bytes) -> None:
    """Regression: an older system's empty date was stored, and then no page of a list that held the dossier could be read."""
    whole = path.read_bytes()
    moments = list(re.finditer(rb"(?<=\")[0-9-]{10}T[0-9:.]+Z(?=\")", whole))
    assert len(moments) >= 2
    for found in moments:
        with pytest.raises(msgspec.ValidationError, match=r"outside the years 2 to 9998 - at `\$\."):
            as_written(path.stem, whole[: found.start()] + empty + whole[found.end() :])
        with pytest.raises(msgspec.ValidationError, match="outside the years"):
            as_written(path.stem, whole[: found.start()] + b"\\u%04x" % empty[0] + empty[1:] + whole[found.end() :])
    assert as_written(path.stem, whole)


@pytest.mark.parametrize(
    ("name", "field"),
    [("vn.motcua.dossier.supplement-requested.v1", "legal_basis"), ("vn.motcua.dossier.obligation-raised.v1", "basis")],
)
def test_free_text_of_an_earlier_version_is_not_read_into_todays(name: str, field: str) -> None:
    sample = (ROOT / golden.FOLDER / f"{name}.json").read_bytes()
    words = msgspec.json.decode(sample)[field]
    fact = decode(name, sample)
    assert words not in encode(fact).decode() and getattr(fact, field).key == ""
    assert name in earlier_types() and name not in fact_types()


def test_every_fact_has_a_golden_sample() -> None:
    assert set(facts()) == {path.stem for path in GOLDEN}


def test_a_new_sample_shows_every_field_of_its_fact() -> None:
    for name, cls in facts().items():
        shown = msgspec.json.decode(encode(golden.sample(cls)))
        assert set(shown) == {field.encode_name for field in msgspec.structs.fields(cls)}, name


def test_an_existing_sample_is_expected_as_it_stands(tmp_path: Path) -> None:
    old = tmp_path / golden.FOLDER / "vn.motcua.dossier.closed.v1.json"
    old.parent.mkdir(parents=True)
    old.write_text("written long ago", "utf-8")
    assert golden.files(tmp_path)[old.relative_to(tmp_path).as_posix()] == "written long ago"


def test_every_record_of_the_province_is_valid_by_its_schema() -> None:
    from catalogue.province import load_data

    valid = {cls: Draft202012Validator(schema(cls)) for cls in RECORDS.values()}
    for record in load_data():
        assert isinstance(record, Agency | Procedure)
        valid[type(record)].validate(msgspec.json.decode(encode_record(record)))


@pytest.mark.parametrize(
    "written", ["0002-01-01T00:00:00Z", "0002-01-01T07:00:00+07:00", "9998-12-31T23:59:59Z", "9999-01-01T06:59:59+07:00"]
)
def test_a_moment_is_countable_in_whichever_zone_it_is_written(written: str) -> None:
    """Regression: what was accepted in one zone was told in another, and refused when it came back."""
    assert countable(datetime.fromisoformat(written))
