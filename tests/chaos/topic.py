"""What the topics really hold, read from their first record to their last outside any group."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from chassis.bus.reading import Place, reading
from contracts import Envelope
from contracts.envelope import DamagedEnvelope
from contracts.topics import DOSSIERS, PORTAL

FACT_TOPICS = (DOSSIERS, PORTAL)
PAGE = 2000
Number = tuple[str, UUID, int]
"""A fact's place in the order that its source gave it: source, dossier, sequence."""


@dataclass(frozen=True)
class OnTopic:
    """A fact as the topic has it. `again`: how often the same record stands there once more (a relay that died before it noted)."""

    id: UUID
    type: str
    topic: str
    value: bytes


@dataclass
class Topics:
    """Every fact once, in the order of its partition, and what should not be there. `ends`: each partition's end."""

    facts: dict[Number, OnTopic] = field(default_factory=dict)
    again: int = 0
    wrong: list[str] = field(default_factory=list)
    unreadable: int = 0
    ends: dict[Place, int] = field(default_factory=dict)

    def of_dossiers(self) -> dict[Number, OnTopic]:
        return {number: fact for number, fact in self.facts.items() if fact.topic == DOSSIERS}

    def by_dossier(self) -> dict[UUID, list[OnTopic]]:
        found: dict[UUID, list[OnTopic]] = defaultdict(list)
        for (_, subject, _), fact in self.of_dossiers().items():
            found[subject].append(fact)
        return found


async def everything(bootstrap: str, strangers: Iterable[UUID] = ()) -> Topics:
    """All of it; records whose dossier is among the strangers were not sent by a service and are left out."""
    found, left_out = Topics(), set(strangers)
    async with reading(bootstrap) as reader:
        for place, (first, end) in (await reader.spans(FACT_TOPICS)).items():
            found.ends[place] = end
            if first:
                found.wrong.append(f"{place} begins at {first}")
            async for page in reader.pages(place, first, end, PAGE):
                for record in page:
                    _keep(found, record, left_out)
    return found


def _keep(found: Topics, record: object, strangers: set[UUID]) -> None:
    headers = tuple((name, value or b"") for name, value in record.headers)  # type: ignore[attr-defined]
    try:
        envelope = Envelope.from_headers(headers)
    except DamagedEnvelope:
        found.unreadable += 1
        return
    if envelope.subject in strangers:
        found.unreadable += 1
        return
    number = (envelope.source, envelope.subject, envelope.sequence)
    fact = OnTopic(envelope.id, envelope.type, record.topic, record.value or b"")  # type: ignore[attr-defined]
    known = found.facts.get(number)
    if known is None:
        before = (envelope.source, envelope.subject, envelope.sequence - 1)
        if envelope.sequence > 1 and before not in found.facts:
            found.wrong.append(f"gap before {number}")
        found.facts[number] = fact
    elif known == fact:
        found.again += 1
    else:
        found.wrong.append(f"two facts at {number}")
