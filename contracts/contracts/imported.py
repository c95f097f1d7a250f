"""What an imported history may be: a case from its filing on, whose facts carry identifiers and codes and never a person's words.

Whoever maps an older log decides what goes into a fact; names, telephone numbers and free text have to stay behind (DESIGN § 3), so a
text of an imported fact is an identifier or the fact is refused. Both sides ask here: the importing client with the line of the log, and
the owner of the fact before it records anything.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple

import msgspec

from contracts.damage import leaves
from contracts.dossier.intake import CodeVoided, Received, Submitted
from contracts.fact import Fact
from contracts.pseudonym import UUID

CAUSE = "imported"
"""The cause of the back-entry, the source of the filing and the name of the rule set of an imported history."""
CODE = re.compile(r"[0-9A-Z.]{3,35}-\d{6}(\d{2})?-\d{4,7}")
"""A dossier code, of this system or of an older one."""
IDENTIFIER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:/-]{0,99}")
"""Letters without diacritics, digits and `._:/-`, no spaces, at most 100 characters."""
PEOPLE = frozenset(
    {"officer", "clerk", "leader", "signer", "assignee", "assigned_by", "approved_by", "helper", "applicant", "step", "task"}
)
"""Fields in which older systems keep who did something, and as what."""
NUMBERS = frozenset({"digest", "key", "voucher", "waybill", "code"})
"""Fields that may be long numbers."""
_LONG = re.compile(r"\d{9,}")

Rule = Literal["words", "person", "future", "begin", "source", "twice", "rules", "code", "receiving", "voided"]


class Fault(NamedTuple):
    """Why a part of a case is not taken: the number of its fact, from 0, the field, and the rule that it breaks. Never a value."""

    number: int
    field: str
    rule: Rule


def is_imported(fact: Fact) -> bool:
    """Whether a fact came in with an older system's history."""
    return fact.back_entry is not None and fact.back_entry.cause == CAUSE


def faults(fact: Fact, number: int = 0, now: datetime | None = None) -> Iterator[Fault]:
    """What one fact must not carry; with `now` it must not lie in the future either."""
    if now is not None and fact.effective_at > now:
        yield Fault(number, "effective_at", "future")
    for field, value in leaves(msgspec.to_builtins(fact, builtin_types=(datetime, date))):
        rule = _rule_of(field.rpartition(".")[2], value) if isinstance(value, str) else None
        if rule is not None:
            yield Fault(number, field, rule)


def opening_faults(facts: Sequence[Fact]) -> Iterator[Fault]:
    """What is wrong with intake's part, which begins the case: one filing, at most one reception, the rule set `imported`."""
    first = facts[0] if facts else None
    if not isinstance(first, Submitted):
        yield Fault(0, "type", "begin")
        return
    if first.source != CAUSE:
        yield Fault(0, "source", "source")
    received = 0
    for number, fact in enumerate(facts):
        if number and isinstance(fact, Submitted):
            yield Fault(number, "type", "twice")
        if isinstance(fact, CodeVoided):
            yield Fault(number, "type", "voided")
        if isinstance(fact, Received):
            received += 1
            yield from _reception(fact, number, first, received)


def _reception(fact: Received, number: int, filed: Submitted, count: int) -> Iterator[Fault]:
    if count > 1:
        yield Fault(number, "type", "twice")
    if fact.rule_set != CAUSE:
        yield Fault(number, "rule_set", "rules")
    if not CODE.fullmatch(fact.code):
        yield Fault(number, "code", "code")
    if fact.receiving != filed.receiving:
        yield Fault(number, "receiving", "receiving")


def _rule_of(name: str, text: str) -> Rule | None:
    if not IDENTIFIER.fullmatch(text):
        return "words"
    bare = UUID.sub("", text)
    if name in PEOPLE:
        bare = re.sub(r"[._:/-]", "", bare)
    return "person" if name not in NUMBERS and _LONG.search(bare) else None
