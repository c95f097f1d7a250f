"""A case of the log as facts, checked whole before anything is sent."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from contracts.damage import Kind, damage_of
from contracts.dossier.intake import Received
from contracts.fact import Fact, decode
from contracts.imported import CAUSE, Rule, faults, opening_faults
from contracts.moment import FIRST_YEAR, LAST_YEAR
from motcua.history.log import Line
from motcua.history.mapping import FACTS, Mapping, Unmapped, facts_of, filled, moment
from worktime import in_viet_nam

NAMES = {str(cls.TYPE): name for name, cls in FACTS.items()}
PHASES = ("intake", "routing", "processing", "payments", "results")
"""Owners in the order in which their parts of a case are sent."""
RECEIVED = Received.__name__
SAID: dict[Rule, str] = {
    "words": "is no identifier (letters without diacritics, digits and . _ : / -, no spaces, at most 100 characters):"
    " map it to a code, or use |pseudonym for a person",
    "person": "looks like somebody's telephone or identity number: use |pseudonym",
    "future": "lies in the future",
    "begin": "is no Submitted, with which an imported case begins",
    "source": "must be 'imported'",
    "twice": "comes twice in the case",
    "rules": "must be 'imported'",
    "code": "is no dossier code (code_agency must be of capital letters, digits and points)",
    "receiving": "is another agency than that of Submitted",
    "voided": "cannot be imported",
}
DAMAGED: dict[Kind, str] = {
    "missing": "is not mapped",
    "unknown": "is no field of this fact",
    "stray": "has a field that this fact does not",
    "zone": "has no offset from UTC",
    "moment": "is no moment",
    "date": "is no date",
    "years": f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}",
    "shape": "is of another type, or of a value that it cannot have",
}
EMPTY = hashlib.sha256(b"").hexdigest()
ELSEWHERE = {
    "@text": {"key": "imported", "digest": EMPTY},
    "@file": {"key": "imported", "digest": EMPTY, "size": 0, "media_type": "application/pdf"},
}


@dataclass(frozen=True)
class Rejected:
    """A line that cannot be mapped: nothing of its case is imported. Without a `case` it may belong to any: nothing at all is."""

    line: int
    case: str
    why: str


@dataclass(frozen=True)
class Case:
    """A case that can be imported. `parts`: owner → its facts (`type`, `body`); `places`: owner → the line each fact comes from;
    `deviations`: what the log itself contradicts. `code` is empty where the case was never received."""

    name: str
    dossier: UUID
    code: str
    lines: int
    parts: dict[str, list[dict[str, Any]]]
    deviations: tuple[str, ...] = ()
    places: dict[str, list[int]] = field(default_factory=dict)

    def facts(self) -> Counter[str]:
        """How many facts of each wire type."""
        return Counter(fact["type"] for part in self.parts.values() for fact in part)


@dataclass
class Log:
    """A whole log, sorted into cases that can be imported and lines that keep their case out."""

    cases: list[Case] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    lines: int = 0

    def reject_ahead(self, now: datetime) -> None:
        """Cases with a moment that lies ahead cannot be imported: their owners would refuse it once the facts before it are in."""
        found = {case.name: list(_ahead(case, now)) for case in self.cases}
        self.cases = [case for case in self.cases if not found[case.name]]
        self.rejected += [rejected for each in found.values() for rejected in each]


def _ahead(case: Case, now: datetime) -> Iterable[Rejected]:
    for owner, facts in case.parts.items():
        for fact, line in zip(facts, case.places[owner], strict=True):
            if datetime.fromisoformat(fact["body"]["effective_at"]) > now:
                yield Rejected(line, case.name, f"{NAMES[fact['type']]}.effective_at {SAID['future']}")


def cases_of(lines: Iterable[Line], mapping: Mapping) -> Log:
    """Every case of the log, in the order of its first event; none while a line does not say whose it is, for it may be any one's."""
    log, gathered = Log(), dict[str, list[Line]]()
    for line in lines:
        log.lines += 1
        name = line.values.get(mapping.columns.case, "")
        if name:
            gathered.setdefault(name, []).append(line)
        else:
            log.rejected.append(Rejected(line.number, "", line.damage or f"the column {mapping.columns.case} is empty or missing"))
    codes: dict[str, str] = {}
    for name, events in gathered.items():
        built = _Builder(name, events, mapping).build()
        if isinstance(built, Case) and built.code and codes.setdefault(built.code, name) != name:
            built = [Rejected(events[0].number, name, f"its code {built.code} is already that of {codes[built.code]}")]
        if isinstance(built, Case):
            log.cases.append(built)
        else:
            log.rejected += built
    if any(not rejected.case for rejected in log.rejected):
        log.cases = []
    return log


class _Builder:
    """Makes the facts of one case."""

    def __init__(self, name: str, events: list[Line], mapping: Mapping) -> None:
        self._name, self._mapping = name, mapping
        self._events = events
        self._dossier = uuid5(NAMESPACE_URL, f"{mapping.log}/{name}")
        self._attributes: dict[str, Any] = {**events[0].values, **ELSEWHERE, "@dossier": str(self._dossier)}
        self._parts: dict[str, list[dict[str, Any]]] = {}
        self._facts: dict[str, list[Fact]] = {}
        self._places: dict[str, list[int]] = {}
        self._rejected: list[Rejected] = []
        self._asked: list[int] = []
        self._answered = 0

    def build(self) -> Case | list[Rejected]:
        first, last = self._events[0].number, self._events[-1].number
        ordered = self._in_order_of_time()
        try:
            self._know_the_case(ordered)
        except Unmapped as why:
            self._reject(first, str(why))
            return self._rejected
        self._from_attributes(self._mapping.before, first)
        for line in ordered:
            self._from_line(line)
        self._from_attributes(self._mapping.after, last)
        strange = sorted(set(self._parts) - set(PHASES))
        if strange:
            self._reject(first, f"facts of {', '.join(strange)} cannot be imported")
        if not self._rejected:
            self._check_whole(first)
        if self._rejected:
            return self._rejected
        deviations = tuple(self._deviations(ordered))
        code = self._attributes.get("@code", "")
        return Case(self._name, self._dossier, code, len(self._events), self._parts, deviations, self._places)

    def _in_order_of_time(self) -> list[Line]:
        """The events that are whole and have a moment, in order; the others are rejected."""
        timed: list[tuple[datetime, int]] = []
        for number, line in enumerate(self._events):
            try:
                timed.append((self._time_of(line), number))
            except Unmapped as why:
                self._reject(line.number, str(why))
        return [self._events[number] for _, number in sorted(timed)]

    def _time_of(self, line: Line) -> datetime:
        if line.damage:
            raise Unmapped(line.damage)
        column = self._mapping.columns.time
        if not line.values.get(column):
            raise Unmapped(f"the column {column} is empty or missing")
        return moment(line.values[column], self._mapping.zone, column)

    def _time(self, template: str, values: dict[str, Any]) -> datetime | None:
        """The moment a template stands for; None where its column is empty."""
        columns = re.findall(r"\{([^{}|]+)", template)
        if any(values.get(column) == "" for column in columns):
            return None
        return moment(str(filled(template, values, self._mapping)), self._mapping.zone, template)

    def _know_the_case(self, ordered: list[Line]) -> None:
        """What is made for the case; code and term only for one that was received, with the date of its reception (exact readings 4.1)."""
        ordinal = ordinal_of(self._name)
        self._attributes |= {"@ordinal": ordinal, "@applicant": f"imported-{self._dossier}"}
        day, due = self._received_at(ordered), self._time(self._mapping.due_time, self._attributes)
        if day is None:
            return
        agency = filled(self._mapping.code_agency, self._attributes, self._mapping)
        days = max(1, (in_viet_nam(due).date() - in_viet_nam(day).date()).days) if due else 1
        self._attributes |= {"@code": f"{agency}-{in_viet_nam(day):%y%m%d}-{ordinal:04}", "@term": f"{days}d"}

    def _received_at(self, ordered: list[Line]) -> datetime | None:
        """When the case was received, as the mapping has it; None when it never was."""
        template = self._mapping.before.get(RECEIVED) or self._mapping.after.get(RECEIVED)
        if template:
            return self._time(template, self._attributes)
        for line in ordered:
            named = self._mapping.activities.get(line.values.get(self._mapping.columns.activity, ""), [])
            if RECEIVED in ([named] if isinstance(named, str) else named):
                return self._time_of(line)
        return None

    def _check_whole(self, first: int) -> None:
        """What the owners would refuse: words instead of identifiers, no filing at the beginning, facts before a reception."""
        for owner, facts in self._facts.items():
            found = [fault for number, fact in enumerate(facts) for fault in faults(fact, number)]
            found += opening_faults(facts) if owner == PHASES[0] else ()
            for fault in found:
                self._reject(self._places[owner][fault.number], f"{type(facts[fault.number]).__name__}.{fault.field} {SAID[fault.rule]}")
        if PHASES[0] not in self._facts:
            self._reject(first, "the case has no Submitted, with which an imported case begins")
        elif len(self._facts) > 1 and not any(isinstance(fact, Received) for fact in self._facts[PHASES[0]]):
            self._reject(first, "the case was never Received, but has facts that come after")

    def _reject(self, line: int, why: str) -> None:
        self._rejected.append(Rejected(line, self._name, why))

    def _from_attributes(self, facts: dict[str, str], line: int) -> None:
        for name, template in facts.items():
            try:
                at = self._time(template, self._attributes)
                if at is not None:
                    self._add(name, at, self._attributes, line)
            except Unmapped as why:
                self._reject(line, f"{name}: {why}")

    def _from_line(self, line: Line) -> None:
        columns = self._mapping.columns
        values = self._attributes | line.values
        try:
            name = self._choose(facts_of(self._mapping, line.values.get(columns.activity, "")))
            values["@consultation"] = self._consultation(name)
            self._add(name, self._time_of(line), values, line.number)
        except Unmapped as why:
            self._reject(line.number, str(why))

    def _choose(self, names: list[str]) -> str:
        """An answer needs a question that is still open; everything else is always possible."""
        for name in names:
            if name != "ConsultationAnswered" or self._asked:
                return name
        raise Unmapped("an answer without a question")

    def _consultation(self, name: str) -> int:
        if name == "ConsultationRequested":
            self._answered += 1
            self._asked.append(self._answered)
            return self._answered
        return self._asked.pop(0) if name == "ConsultationAnswered" else 0

    def _add(self, name: str, at: datetime, values: dict[str, Any], line: int) -> None:
        cls = FACTS[name]
        body = {"effective_at": at.isoformat(), **filled(self._mapping.fields.get(name, {}), values, self._mapping)}
        written = {**body, "recorded_at": at.isoformat(), "back_entry": {"cause": CAUSE}}
        try:
            fact = decode(cls.TYPE, msgspec.json.encode(written))
        except msgspec.ValidationError as bad:
            inside, kind = damage_of(bad)
            self._reject(line, f"{name}.{inside}".rstrip(".") + f" {DAMAGED[kind]}")
            return
        self._parts.setdefault(cls.OWNER, []).append({"type": str(cls.TYPE), "body": body})
        self._facts.setdefault(cls.OWNER, []).append(fact)
        self._places.setdefault(cls.OWNER, []).append(line)

    def _deviations(self, ordered: list[Line]) -> Iterable[str]:
        times = [self._time_of(line) for line in ordered]
        for name, template in self._mapping.before.items():
            at = self._time(template, self._attributes)
            if at and at > times[0] + timedelta():
                yield f"{name} after the first event"
        for name, template in self._mapping.after.items():
            at = self._time(template, self._attributes)
            if at and at < times[-1]:
                yield f"{name} before the last event"


def ordinal_of(case: str) -> int:
    """The case's own number when it has one of up to 7 digits, else one made of its name; codes carry 4 to 7 digits."""
    digits = re.sub(r"\D", "", case)
    if 0 < len(digits) <= 7:
        return int(digits)
    return int.from_bytes(hashlib.sha256(case.encode()).digest()[:8], "big") % 10_000_000
