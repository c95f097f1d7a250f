"""A filled sample of every fact. A sample that was written once is never written again: it must decode for ever."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from contracts.fact import Fact, encode
from tests.generated.schemas import facts

FOLDER = "contracts/golden"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TEXTS = {
    "agency": "H60.12",
    "answer_code": "0",
    "answer_digest": DIGEST,
    "applicant": "account-7",
    "approved_by": "leader-2",
    "approver": "leader-1",
    "article": "Điều 19 Nghị định 118/2025/NĐ-CP",
    "asked": "H60.9",
    "asking": "H60.12",
    "assigned_by": "head-1",
    "assignee": "specialist-3",
    "basis": "Điều 19 Nghị định 118/2025/NĐ-CP",
    "calendar": "2026.1",
    "cause": "calendar",
    "certificate": DIGEST,
    "clerk": "clerk-4",
    "code": "000.00.12.H60-260302-0001",
    "component": "don-de-nghi",
    "digest": DIGEST,
    "from": "2026-03-02T09:00:00+07:00",
    "key": "0195563c-7a80-7000-8000-000000000007",
    "leader": "leader-2",
    "legal_basis": "Điều 19 Nghị định 118/2025/NĐ-CP",
    "media_type": "application/pdf",
    "message": "0195563c-7a80-7000-8000-000000000009",
    "name": "tham-dinh",
    "number": "15/GP-UBND",
    "obligation": "0195563c-7a80-7000-8000-00000000000a",
    "officer": "officer-5",
    "procedure": "MC-0001",
    "receiving": "H60.12",
    "request_digest": DIGEST,
    "role": "specialist",
    "rule_set": "tuyen-quang-2025",
    "settling": "H60.12",
    "signer": "leader-2",
    "source": "Điều 17 Nghị định 118/2025/NĐ-CP",
    "step": "start",
    "task": "tham-dinh",
    "term": "15wd",
    "to": "2026-03-23T09:00:00+07:00",
    "voucher": "FT26061000001",
    "why": "Tiếp nhận lúc 09:00 ngày 02/03/2026",
}
"""Values that look like real ones; a field that is not here shows its own name."""
NUMBERS = {"amount_vnd": 150_000, "hours": 8, "register_ordinal": 42, "size": 20_480, "status": 4}
MOMENTS = {"effective_at": "2026-03-02T02:00:00Z", "recorded_at": "2026-03-02T02:00:00.250000Z", "old_due_at": "2026-03-20T10:00:00Z"}
LATER = "2026-03-23T10:00:00Z"


def files(root: Path) -> dict[str, str]:
    """Path → text: the sample that exists, else a new one."""
    paths = {f"{FOLDER}/{name}.json": cls for name, cls in facts().items()}
    return {path: _kept(root / path) or written(sample(cls)) for path, cls in paths.items()}


def sample(cls: type[Fact]) -> Fact:
    """A fact with every field filled, none at its default, so that all of them are in the bytes."""
    return msgspec.convert(_filled(inspect.type_info(cls), "", None), cls)


def written(fact: Fact) -> str:
    """The bytes that are stored and sent, only spread over lines: the order of the fields stays."""
    return msgspec.json.format(encode(fact), indent=2).decode() + "\n"


def _kept(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _filled(kind: inspect.Type, name: str, default: Any) -> Any:
    match kind:
        case inspect.StructType():
            return {field.encode_name: _filled(field.type, field.encode_name, field.default) for field in kind.fields}
        case inspect.UnionType():
            return _filled(next(t for t in kind.types if not isinstance(t, inspect.NoneType)), name, default)
        case inspect.VarTupleType():
            return _several(kind.item_type, name)
        case inspect.LiteralType():
            return next(value for value in kind.values if value != default or len(kind.values) == 1)
        case inspect.BoolType():
            return default is not True
    return _plain(kind, name)


def _several(item: inspect.Type, name: str) -> list[Any]:
    """One element; the nine items of a rating are the only tuple of numbers."""
    return [2, 1, 2, 2, 1, 2, 0, 2, 2] if isinstance(item, inspect.IntType) else [_filled(item, name, None)]


def _plain(kind: inspect.Type, name: str) -> Any:
    match kind:
        case inspect.IntType():
            return NUMBERS.get(name, 1)
        case inspect.StrType():
            return TEXTS.get(name, name.replace("_", "-"))
        case inspect.DateTimeType():
            return MOMENTS.get(name, LATER)
        case inspect.DateType():
            return LATER[:10]
    raise TypeError(f"no sample for {name}: {kind}")
