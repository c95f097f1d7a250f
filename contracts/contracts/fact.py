"""The shape every fact has, and the register that finds its class again from `ce_type`.

A fact is a frozen struct with the words of the regulations. It carries ids, codes and digests, never a name, an address,
free text or a file: those live in the vault, and the fact holds a `VaultRef`.
"""

from datetime import datetime
from typing import Any, ClassVar, NewType, dataclass_transform

import msgspec

FactType = NewType("FactType", str)
"""`ce_type`: `vn.motcua.<subject>.<past-participle>.v<version>`."""


class VaultRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where personal data or free text lies: the key in the intake's vault and a salted SHA-256 of it (hexadecimal)."""

    key: str
    digest: str


class FileRef(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file: object key, SHA-256 (hexadecimal), size in bytes, media type. Its name is personal data and is not here."""

    key: str
    digest: str
    size: int
    media_type: str


class BackEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Why `effective_at` and `recorded_at` differ: outage book-keeping (NĐ 118 and DN Đ18.1b) or an imported history."""

    cause: str
    reason: VaultRef | None = None
    approver: str | None = None


_REGISTER: dict[str, type["Fact"]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened, in the past tense. `effective_at`: when, by the clock of the law; `recorded_at`: when the system knew."""

    TYPE: ClassVar[FactType] = FactType("")
    OWNER: ClassVar[str] = ""

    effective_at: datetime
    recorded_at: datetime
    back_entry: BackEntry | None = None


def owned_by(service: str, type_name: str) -> Any:
    """Register a fact class under its wire type; a second class of the same type is a programming error."""

    def register(cls: type[Fact]) -> type[Fact]:
        if type_name in _REGISTER:
            raise TypeError(f"fact type {type_name} is already registered by {_REGISTER[type_name].__name__}")
        cls.TYPE = FactType(type_name)
        cls.OWNER = service
        _REGISTER[type_name] = cls
        return cls

    return register


def fact_types() -> dict[str, type[Fact]]:
    """Every registered fact class by wire type."""
    import contracts.dossier  # the register fills when the classes are defined

    assert contracts.dossier
    return dict(_REGISTER)


_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {}


def encode(fact: Fact) -> bytes:
    """The JSON bytes of a fact: these very bytes are stored and sent."""
    return _ENCODER.encode(fact)


def decode(type_name: str, value: bytes) -> Fact:
    """Read a fact back. Raises `UnknownFact` for a type nobody declared and `msgspec.ValidationError` for a damaged body."""
    decoder = _DECODERS.get(type_name)
    if decoder is None:
        cls = fact_types().get(type_name)
        if cls is None:
            raise UnknownFact(type_name)
        decoder = _DECODERS[type_name] = msgspec.json.Decoder(cls)
    fact: Fact = decoder.decode(value)
    return fact


class UnknownFact(LookupError):
    """A record names a fact type that these contracts do not have."""
