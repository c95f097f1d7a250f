"""A record of the bus as one line of JSON: a CloudEvent in structured mode, from which the record comes back byte for byte.

Headers become attributes in their order; the body stands in `data` as it is where it is JSON, else in `data_base64`.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

RESERVED = frozenset({"data", "data_base64", "headers", "partitionkey", "partitionkey_base64", "partition", "offset", "timestamp"})
_ATTRIBUTE = re.compile(r"[a-z0-9]{1,40}")
_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_JSON = msgspec.json.Decoder()


@dataclass(frozen=True)
class Sent:
    """A record with all that the bus keeps of it. `timestamp` in milliseconds since 1970."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    partition: int
    offset: int

    @classmethod
    def of(cls, raw: Any) -> "Sent":
        """From aiokafka's record."""
        return cls(raw.key, raw.value, tuple((name, value or b"") for name, value in raw.headers), raw.timestamp, raw.partition, raw.offset)


def to_line(sent: Sent) -> bytes:
    """The line, without its end."""
    fields: dict[str, Any] = _attributes(sent.headers) or {"headers": [[n, _base64(v)] for n, v in sent.headers]}
    fields |= _key(sent.key) | {"partition": sent.partition, "offset": sent.offset, "timestamp": sent.timestamp} | _data(sent.value)
    return msgspec.json.encode(fields)


def from_line(line: bytes) -> Sent:
    """The record of a line. Raises `msgspec.DecodeError` for what is none."""
    raw = _RAW.decode(line)
    fields = {name: _JSON.decode(value) for name, value in raw.items() if name != "data"}
    return Sent(
        key=_text_or_bytes(fields, "partitionkey"),
        value=bytes(raw["data"]) if "data" in raw else _bytes(fields.get("data_base64")),
        headers=_headers(fields),
        timestamp=fields["timestamp"],
        partition=fields["partition"],
        offset=fields["offset"],
    )


def digest_of(sent: Sent) -> bytes:
    """What must be the same after a restore: all but the offset, which closes up where a topic was compacted."""
    parts = [sent.key or b"\x00", sent.value or b"\x00", *(part for name, value in sent.headers for part in (name.encode(), value))]
    return hashlib.sha256(b"\x1e".join([*parts, str(sent.timestamp).encode()])).digest()


def _attributes(headers: Sequence[tuple[str, bytes]]) -> dict[str, str] | None:
    """The headers by their CloudEvents names; None where the way back would not be the same."""
    found: dict[str, str] = {}
    for name, value in headers:
        attribute = "datacontenttype" if name == "content-type" else name.removeprefix("ce_")
        try:
            found[attribute] = value.decode()
        except UnicodeDecodeError:
            return None
    same = found and tuple((_header(attribute), text.encode()) for attribute, text in found.items()) == tuple(headers)
    return found if same and all(_ATTRIBUTE.fullmatch(name) for name in found) and not found.keys() & RESERVED else None


def _header(attribute: str) -> str:
    return {"datacontenttype": "content-type", "traceparent": "traceparent"}.get(attribute, f"ce_{attribute}")


def _headers(fields: dict[str, Any]) -> tuple[tuple[str, bytes], ...]:
    if "headers" in fields:
        return tuple((name, base64.b64decode(value)) for name, value in fields["headers"])
    return tuple((_header(name), text.encode()) for name, text in fields.items() if name not in RESERVED)


def _key(key: bytes | None) -> dict[str, Any]:
    if key is None:
        return {}
    try:
        return {"partitionkey": key.decode()}
    except UnicodeDecodeError:
        return {"partitionkey_base64": _base64(key)}


def _data(value: bytes | None) -> dict[str, Any]:
    if value is None:
        return {}
    return {"data": msgspec.Raw(value)} if _is_plain(value) else {"data_base64": _base64(value)}


def _is_plain(value: bytes) -> bool:
    """Whether the bytes are JSON that can stand in a line and come back as they are."""
    if not value or value != value.strip() or b"\n" in value or b"\r" in value:
        return False
    try:
        _JSON.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def _text_or_bytes(fields: dict[str, Any], name: str) -> bytes | None:
    text = fields.get(name)
    return text.encode() if text is not None else _bytes(fields.get(f"{name}_base64"))


__all__ = ["Sent", "digest_of", "from_line", "to_line"]
