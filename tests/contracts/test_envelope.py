"""The headers of a record: written from an envelope, and read again whatever else lies beside them."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts import Envelope
from contracts.envelope import DamagedEnvelope

WHOLE = Envelope(
    id=UUID(int=1),
    type="vn.motcua.dossier.submitted.v1",
    source="intake",
    subject=UUID(int=2),
    sequence=3,
    time=datetime(2026, 3, 2, 2, tzinfo=UTC),
    actor="account-1",
    correlation=UUID(int=4),
    causation=UUID(int=5),
    traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
)
LEAST = Envelope(id=WHOLE.id, type="t", source="s", subject=WHOLE.subject, sequence=1, time=WHOLE.time, actor="a", correlation=WHOLE.id)
OPTIONAL = ("ce_specversion", "ce_causationid", "content-type", "traceparent")


@pytest.mark.parametrize("envelope", [WHOLE, LEAST], ids=["whole", "least"])
def test_an_envelope_is_read_as_it_was_written(envelope: Envelope) -> None:
    assert Envelope.from_headers(envelope.headers()) == envelope


def test_of_a_header_that_comes_twice_the_last_counts() -> None:
    assert Envelope.from_headers([("ce_actor", b"\xff"), *WHOLE.headers()]) == WHOLE


def test_headers_that_somebody_else_put_there_are_not_looked_at() -> None:
    assert Envelope.from_headers([("b3", b"\xff\xfe"), *WHOLE.headers(), ("ce_dataschema", b"\xff")]) == WHOLE


@pytest.mark.parametrize("name", [name for name, _ in WHOLE.headers() if name not in OPTIONAL])
def test_a_header_that_must_be_there_is_named_when_it_is_not(name: str) -> None:
    with pytest.raises(DamagedEnvelope, match=f"^header {name} is missing$"):
        Envelope.from_headers([header for header in WHOLE.headers() if header[0] != name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"7"),
        ("ce_subject", b"\xff"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"9" * 30),
        ("ce_sequence", b"one"),
        ("ce_sequence", "٣".encode()),
        ("ce_time", b"yesterday"),
        ("ce_time", b"1772416800"),
        ("ce_time", b"2026-03-02T02:00:00"),
        ("ce_correlationid", b""),
        ("ce_causationid", b"null"),
        ("traceparent", b"\xff"),
    ],
)
def test_a_header_that_cannot_be_read_is_told_without_its_value(name: str, value: bytes) -> None:
    with pytest.raises(DamagedEnvelope, match=r"^a header cannot be read \([A-Za-z]+\)$"):
        Envelope.from_headers([(known, value if known == name else held) for known, held in WHOLE.headers()])
