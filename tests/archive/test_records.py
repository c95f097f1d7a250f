"""A record as a line of JSON and back, whatever bytes it has."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.archive.records import Sent, digest_of, from_line, to_line
from tests.chassis.sample import sent as record
from tests.chassis.sample import voided

BYTES = st.binary(max_size=60)
HEADERS = st.lists(st.tuples(st.text(max_size=12), BYTES), max_size=5).map(tuple)


def line_of(**fields: object) -> Sent:
    values: dict[str, object] = {"key": b"k", "value": b"{}", "headers": (), "timestamp": 1, "partition": 0, "offset": 0}
    return Sent(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.req("OP-04")
def test_a_fact_is_a_cloud_event_that_anybody_can_read() -> None:
    from uuid import UUID

    fact = record(UUID(int=5), 1, voided())
    line = json.loads(to_line(line_of(key=fact.key, value=fact.value, headers=fact.headers)))
    assert line["specversion"] == "1.0" and line["type"] == "vn.motcua.dossier.code-voided.v1"
    assert line["source"] == "intake" and line["subject"] == str(UUID(int=5)) == line["partitionkey"]
    assert line["datacontenttype"] == "application/json" and line["data"]["cause"] == "test"


@pytest.mark.req("OP-04")
def test_a_fact_comes_back_byte_for_byte() -> None:
    from uuid import UUID

    fact = record(UUID(int=5), 1, voided())
    taken = line_of(key=fact.key, value=fact.value, headers=fact.headers, timestamp=1_772_000_000_123, partition=7, offset=42)
    assert from_line(to_line(taken)) == taken


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{",
        b' {"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b"\xff\x00",
        '{"t\u00ean":"\u00c1nh"}'.encode(),
        b'{"n":1e400}',
        b"NaN",
        b'{"a":1,"a":2}',
        b'"\\u0000"',
    ],
)
def test_a_body_comes_back_as_it_is_also_when_it_is_no_fact(value: bytes | None) -> None:
    taken = line_of(value=value)
    assert from_line(to_line(taken)) == taken and b"\n" not in to_line(taken)


@given(st.none() | BYTES, st.none() | BYTES, HEADERS)
def test_any_record_comes_back(key: bytes | None, value: bytes | None, headers: tuple[tuple[str, bytes], ...]) -> None:
    taken = line_of(key=key, value=value, headers=headers)
    assert from_line(to_line(taken)) == taken


def test_the_digest_sees_every_part_but_the_offset() -> None:
    taken = line_of(headers=(("a", b"1"),))
    assert digest_of(line_of(headers=(("a", b"1"),), offset=9)) == digest_of(taken)
    others = [line_of(headers=(("a", b"1"),), **{name: value}) for name, value in (("key", b"x"), ("value", b"[]"), ("timestamp", 2))]
    assert all(digest_of(other) != digest_of(taken) for other in [*others, line_of(headers=(("a", b"2"),))])
