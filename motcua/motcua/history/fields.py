"""The fields that a fact of a mapping needs and may have, as its contract has them."""

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from contracts.fact import Fact

MADE = frozenset({"effective_at", "recorded_at", "back_entry"})
"""What the import fills itself."""


def wrong_fields(name: str, fact: type[Fact], given: dict[str, Any]) -> Iterator[str]:
    """Every field that `[fields.<name>]` lacks, and every one that the fact does not have."""
    missing, unknown = _compare(inspect.type_info(fact), given, "")
    if missing:
        yield f"[fields.{name}] lacks {', '.join(missing)}"
    if unknown:
        yield f"[fields.{name}] has {', '.join(unknown)}, which {name} does not have"


def table(facts: dict[str, type[Fact]]) -> list[str]:
    """The lines of a Markdown table: fact, fields it needs, fields it may have."""
    lines = ["| fact | needs | may have |", "|---|---|---|"]
    for name, fact in sorted(facts.items()):
        needed, optional = _listed(inspect.type_info(fact))
        lines.append(f"| `{name}` | {_said(needed)} | {_said(optional)} |")
    return lines


def _said(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _listed(kind: inspect.Type) -> tuple[list[str], list[str]]:
    needed: list[str] = []
    optional: list[str] = []
    for field in _fields(kind):
        names = needed if field.required else optional
        parts = _listed(_struct_in(field.type))[0] if field.required else []
        names.append(f"{field.encode_name} {{{', '.join(parts)}}}" if parts else field.encode_name)
    return needed, optional


def _compare(kind: inspect.Type, given: dict[str, Any], path: str) -> tuple[list[str], list[str]]:
    """Paths that are missing and paths that nobody knows, nested tables too; what is filled as a whole (`@file`) is left."""
    fields = {field.encode_name: field for field in _fields(kind)}
    missing = [path + name for name, field in fields.items() if field.required and name not in given]
    unknown = [path + name for name in given if name not in fields]
    for name, value in given.items():
        inner = _struct_in(fields[name].type) if name in fields else None
        for number, part in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(part, dict) and isinstance(inner, inspect.StructType):
                place = f"{path}{name}.{number}." if isinstance(value, list) else f"{path}{name}."
                lacks, strange = _compare(inner, part, place)
                missing += lacks
                unknown += strange
    return missing, unknown


def _fields(kind: inspect.Type | None) -> list[inspect.Field]:
    if not isinstance(kind, inspect.StructType):
        return []
    made = MADE if issubclass(kind.cls, Fact) else frozenset()
    return [field for field in kind.fields if field.encode_name not in made]


def _struct_in(kind: inspect.Type) -> inspect.Type:
    """The struct that a field holds, alone, in a list, or as one of several kinds; else the kind itself."""
    if isinstance(kind, inspect.VarTupleType):
        return _struct_in(kind.item_type)
    if isinstance(kind, inspect.UnionType):
        return next((part for part in map(_struct_in, kind.types) if isinstance(part, inspect.StructType)), kind)
    return kind


__all__ = ["MADE", "table", "wrong_fields"]
