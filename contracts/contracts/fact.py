"""The shape every fact has, and the register that finds its class again from `ce_type`.

A fact is a frozen struct with the words of the regulations. It carries ids, codes and digests, never a name, an address,
free text or a file: those live in the vault, and the fact holds a `VaultRef`.
"""

import hashlib
from typing import Any, ClassVar, NewType, dataclass_transform

import msgspec

from contracts.decoding import decoder
from contracts.moment import Moment, must_be_countable

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
_EARLIER: dict[str, type["Fact"]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened, in the past tense. `effective_at`: when, by the clock of the law; `recorded_at`: when the system knew."""

    TYPE: ClassVar[FactType] = FactType("")
    OWNER: ClassVar[str] = ""

    effective_at: Moment
    recorded_at: Moment
    back_entry: BackEntry | None = None

    def upcast(self) -> "Fact":
        """This fact as today's version of its type says it; a current fact is that already."""
        return self


def words_left_behind(text: str) -> VaultRef:
    """What stands for free text that an earlier version carried itself: no key, for nothing was kept; the digest is that of the text."""
    return VaultRef(key="", digest=hashlib.sha256(text.encode()).hexdigest())


def owned_by(service: str, type_name: str) -> Any:
    """Register a fact class under its wire type; a second class of the same type is a programming error."""

    return _registering(service, type_name, _REGISTER)


def owned_earlier_by(service: str, type_name: str) -> Any:
    """Register an earlier version: it is read for ever and never recorded again; its `upcast` gives today's fact."""
    return _registering(service, type_name, _EARLIER)


def _registering(service: str, type_name: str, register: dict[str, type[Fact]]) -> Any:
    def enter(cls: type[Fact]) -> type[Fact]:
        known = {**_REGISTER, **_EARLIER}
        if type_name in known:
            raise TypeError(f"fact type {type_name} is already registered by {known[type_name].__name__}")
        cls.TYPE = FactType(type_name)
        cls.OWNER = service
        register[type_name] = cls
        return cls

    return enter


def fact_types() -> dict[str, type[Fact]]:
    """Every fact class that is recorded today, by wire type."""
    import contracts.dossier  # the register fills when the classes are defined

    assert contracts.dossier
    return dict(_REGISTER)


def earlier_types() -> dict[str, type[Fact]]:
    """The earlier versions that may still be met, by wire type."""
    import contracts.dossier

    assert contracts.dossier
    return dict(_EARLIER)


_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[Fact]] = {}


def encode(fact: Fact) -> bytes:
    """The JSON bytes of a fact: these very bytes are stored and sent."""
    return _ENCODER.encode(fact)


def decode(type_name: str, value: bytes) -> Fact:
    """Read a fact back as today's version. Raises `UnknownFact` for an undeclared type, `msgspec.ValidationError` for a damaged body."""
    return as_written(type_name, value).upcast()


def as_written(type_name: str, value: bytes) -> Fact:
    """Read a fact in the version it was written in."""
    reads = _DECODERS.get(type_name)
    if reads is None:
        cls = {**fact_types(), **earlier_types()}.get(type_name)
        if cls is None:
            raise UnknownFact(type_name)
        reads = _DECODERS[type_name] = decoder(cls)
    fact = reads.decode(value)
    must_be_countable(value, fact)
    return fact


class UnknownFact(LookupError):
    """A record names a fact type that these contracts do not have."""
