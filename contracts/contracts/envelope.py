"""CloudEvents 1.0 in Kafka's binary mode: the headers of a record, derived from the stored fact alone."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from contracts.moment import Moment

SPEC_VERSION = b"1.0"
CONTENT_TYPE = b"application/json"
_encode = msgspec.json.Encoder().encode
_MISSING = re.compile("Object missing required field `(ce_[a-z]+)`")


class DamagedEnvelope(ValueError):
    """A record lacks a header it must have, or carries one that cannot be read."""


_HEADERS = {name: f"ce_{name}" for name in ("id", "type", "source", "subject", "sequence", "time", "actor")}
_HEADERS |= {"correlation": "ce_correlationid", "causation": "ce_causationid"}
_READ = (*_HEADERS.values(), "traceparent")
"""What anybody else puts beside these is not looked at: it need not even be text."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, rename=_HEADERS):
    """Who recorded what about which dossier. `sequence` is contiguous from 1 per (`source`, `subject`)."""

    id: UUID
    type: str
    source: str
    subject: UUID
    sequence: int
    time: Moment
    actor: str
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None

    def headers(self) -> list[tuple[str, bytes]]:
        """The headers of the Kafka record, always in the same order: publishing again gives the same record."""
        pairs = [
            ("ce_specversion", SPEC_VERSION),
            ("ce_id", plain(self.id)),
            ("ce_type", self.type.encode()),
            ("ce_source", self.source.encode()),
            ("ce_subject", plain(self.subject)),
            ("ce_time", rfc3339(self.time)),
            ("ce_sequence", str(self.sequence).encode()),
            ("ce_actor", self.actor.encode()),
            ("ce_correlationid", plain(self.correlation)),
        ]
        if self.causation is not None:
            pairs.append(("ce_causationid", plain(self.causation)))
        pairs.append(("content-type", CONTENT_TYPE))
        if self.traceparent is not None:
            pairs.append(("traceparent", self.traceparent.encode()))
        return pairs

    @classmethod
    def from_headers(cls, headers: Iterable[tuple[str, bytes]]) -> "Envelope":
        """Read the envelope of a record. Raises `DamagedEnvelope`."""
        raw = dict(headers)
        try:
            found: dict[str, str | int] = {name: raw[name].decode() for name in _READ if name in raw}
            found["ce_sequence"] = _sequence(raw["ce_sequence"])
            return msgspec.convert(found, cls)
        except KeyError as missing:
            raise DamagedEnvelope(f"header {missing.args[0]} is missing") from missing
        except (ValueError, msgspec.ValidationError) as unreadable:
            raise DamagedEnvelope(_why(unreadable)) from unreadable


def rfc3339(moment: datetime) -> bytes:
    """UTC with microseconds and `Z`, one spelling for one moment."""
    written = _encode(moment.astimezone(UTC))[1:-1]
    return written if moment.microsecond else written[:-1] + b".000000Z"


def plain(id_: UUID) -> bytes:
    """An id as text, as `str` writes it, for less than a sixth of the time: a record carries four."""
    return _encode(id_)[1:-1]


def _sequence(text: bytes) -> int:
    number = int(text)
    if not 0 < number < 2**63:
        raise ValueError("ce_sequence is not a sequence")
    return number


def _why(unreadable: Exception) -> str:
    """Without any value of the record: this is logged."""
    missing = _MISSING.fullmatch(str(unreadable))
    return f"header {missing[1]} is missing" if missing else f"a header cannot be read ({type(unreadable).__name__})"
