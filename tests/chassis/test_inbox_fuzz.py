"""Whatever a relay repeats, however batches fall and wherever a process dies: the outcome is that of a clean run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chassis.bus import Message, Record
from chassis.clock import VirtualClock
from chassis.errors import Fenced, Retry
from chassis.inbox import HEARD, Inbox
from chassis.parking import PARKED
from chassis.store import Database, Unit
from chassis.store.memory import MemoryDatabase
from contracts import Fact
from contracts.dossier.intake import Closed, CodeVoided
from tests.chassis.conformance.given import redriven
from tests.chassis.inbox_conformance import POISON
from tests.chassis.sample import CASES, NOW, case, ended, sent, voided

PARTITIONS = 2
KINDS: dict[str, Fact] = {"plain": voided(1), "answered": ended(), "poison": voided(POISON)}


@dataclass(frozen=True)
class Page:
    """What a relay sends in one go: its facts from one position up to another."""

    source: str
    first: int
    end: int


@dataclass(frozen=True)
class Story:
    """`logs`: source → its facts in order, each a dossier and a kind. `pages` reach the bus in this order. `batches`: how many records
    each apply reads at most. `troubles`: how each ends: well, or before, during or after its commit."""

    logs: dict[str, tuple[tuple[int, str], ...]]
    pages: tuple[Page, ...]
    batches: tuple[int, ...]
    troubles: tuple[str, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    fact = st.tuples(st.integers(0, 3), st.sampled_from(["plain", "plain", "plain", "answered", "poison"]))
    logs = {source: tuple(draw(st.lists(fact, max_size=8))) for source in ("intake", "routing")}
    pages: list[Page] = []
    sent_up_to = dict.fromkeys(logs, 0)
    while any(sent_up_to[source] < len(log) for source, log in logs.items()):
        source = draw(st.sampled_from([s for s, log in logs.items() if sent_up_to[s] < len(log)]))
        first = draw(st.integers(0, sent_up_to[source]))
        end = draw(st.integers(sent_up_to[source] + 1 if first == sent_up_to[source] else first + 1, len(logs[source])))
        pages.append(Page(source, first, end))
        sent_up_to[source] = max(sent_up_to[source], end)
    troubles = st.lists(st.sampled_from(["none", "none", "before", "within", "away", "after", "twice"]), min_size=1, max_size=10)
    return Story(logs, tuple(pages), tuple(draw(st.lists(st.integers(1, 7), min_size=1, max_size=6))), tuple(draw(troubles)))


class Crash(BaseException):
    """The process dies here."""


class Handling:
    """Counts, answers, and stumbles over poison until it is `mended`; dies or finds something away when it is told to."""

    def __init__(self) -> None:
        self.mended = False
        self.trouble: BaseException | None = None

    def __call__(self, unit: Unit, message: Message) -> None:
        subject = message.envelope.subject
        known = unit.get(CASES, subject) or case(dossier=subject)
        unit.put(CASES, msgspec.structs.replace(known, facts=known.facts + 1))
        if isinstance(message.fact, Closed):
            unit.record(subject, ended())
        if isinstance(message.fact, CodeVoided) and message.fact.code == voided(POISON).code and not self.mended:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble


def subject(number: int) -> UUID:
    return UUID(int=0x1000 + number)


def bus_of(story: Story) -> list[list[Record]]:
    """The partitions after all pages; the records of one fact are the same however often it is sent."""
    made: dict[tuple[str, int], Record] = {}
    for source, log in story.logs.items():
        count: dict[int, int] = {}
        for place, (dossier, kind) in enumerate(log):
            count[dossier] = count.get(dossier, 0) + 1
            made[(source, place)] = sent(subject(dossier), count[dossier], KINDS[kind], source=source)
    partitions: list[list[Record]] = [[] for _ in range(PARTITIONS)]
    for page in story.pages:
        for place in range(page.first, page.end):
            record = made[(page.source, place)]
            number = UUID(record.key.decode()).int % PARTITIONS
            partitions[number].append(replace(record, partition=number, offset=len(partitions[number])))
    return partitions


def unread(store: Database, bus: Sequence[Sequence[Record]], limit: int) -> list[Record]:
    at = {p: o for _, p, o, _ in store.positions()}
    waiting = [record for number, partition in enumerate(bus) for record in partition[at.get(number, 0) :]]
    return waiting[:limit]


def apply(store: Database, inbox: Inbox, records: Sequence[Record], trouble: str, handling: Handling) -> None:
    handling.trouble = {"within": Crash(), "away": Retry("vault")}.get(trouble)
    with store.session() as session:
        commit: Any = session.commit

        def dying(*changes: Any) -> None:
            if trouble == "after":
                commit(*changes)
            raise Crash

        if trouble in ("before", "after"):
            session.commit = dying  # type: ignore[assignment, method-assign]
        inbox.apply(records, session)


def play(story: Story, bus: Sequence[Sequence[Record]]) -> tuple[Database, Handling, Inbox]:
    """Read the bus to its end through all troubles; a process that died begins anew where the database stands."""
    store, handling = MemoryDatabase("sample"), Handling()
    sizes, troubles = _then_always(story.batches, 500), _then_always(story.troubles, "none")
    inbox = _inbox(handling)
    while records := unread(store, bus, next(sizes)):
        trouble = next(troubles)
        try:
            apply(store, inbox, records, trouble, handling)
        except (Crash, Retry):
            inbox = _inbox(handling)
        handling.trouble = None
        if trouble == "twice":
            try:
                apply(store, _inbox(handling), records, "none", handling)
            except Fenced:
                continue
            raise AssertionError("a batch was applied twice")
    return store, handling, inbox


def _inbox(handling: Handling) -> Inbox:
    return Inbox(handling, VirtualClock(NOW), tables=(CASES,), parked_share=1.0)


def _then_always(first: Sequence[Any], always: Any) -> Iterator[Any]:
    yield from first
    while True:
        yield always


@dataclass(frozen=True)
class Outcome:
    """What a service is left with: rows, own facts with their causes, sequences heard, dossiers put aside."""

    rows: dict[UUID, int]
    facts: dict[UUID, list[tuple[int, UUID | None]]]
    heard: dict[tuple[str, UUID], int]
    parked: set[str]


def outcome(store: Database) -> Outcome:
    facts: dict[UUID, list[tuple[int, UUID | None]]] = {}
    for fact in store.page(0, 10_000):
        facts.setdefault(fact.envelope.subject, []).append((fact.envelope.sequence, fact.envelope.causation))
    with store.session() as session:
        rows = {row.dossier: row.facts for row in session.find(CASES)}
        heard = {(row.source, row.subject): row.sequence for row in session.find(HEARD)}
        return Outcome(rows, facts, heard, {row.subject for row in session.find(PARKED)})


def clean(bus: Sequence[Sequence[Record]], *, mended: bool) -> Outcome:
    """Every fact once, one at a time, in the order in which the bus first shows it."""
    store, handling = MemoryDatabase("sample"), Handling()
    handling.mended = mended
    inbox = _inbox(handling)
    for partition in bus:
        first = {dict(record.headers)["ce_id"]: record for record in reversed(partition)}
        once = sorted(first.values(), key=lambda record: record.offset)
        for offset, record in enumerate(once):
            apply(store, inbox, [replace(record, offset=offset)], "none", handling)
    return outcome(store)


POISONED = Story({"intake": ((0, "poison"), (0, "answered"))}, (Page("intake", 0, 1), Page("intake", 0, 2)), (2,), ("before",))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
@example(POISONED)
def test_the_outcome_is_that_of_a_clean_run(story: Story) -> None:
    bus = bus_of(story)
    store, handling, inbox = play(story, bus)
    assert outcome(store) == clean(bus, mended=False)
    assert {p: o for _, p, o, _ in store.positions()} == {n: len(partition) for n, partition in enumerate(bus) if partition}
    handling.mended = True
    for name in outcome(store).parked:
        with store.session() as session:
            redriven(inbox, session, name)
    healed, whole = outcome(store), clean(bus, mended=True)
    assert (healed.rows, healed.heard, healed.parked) == (whole.rows, whole.heard, set())
    assert {s: sorted(c for _, c in facts if c) for s, facts in healed.facts.items()} == {
        s: sorted(c for _, c in facts if c) for s, facts in whole.facts.items()
    }
    assert all([n for n, _ in facts] == list(range(1, len(facts) + 1)) for facts in healed.facts.values())
