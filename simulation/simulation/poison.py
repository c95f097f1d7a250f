"""Damaged messages among good ones: each speaks of a dossier of its own, comes with somebody else's facts, and must hold up nobody."""

import random
from uuid import UUID

from chassis.bus import Record
from contracts.dossier.intake import CodeVoided
from contracts.envelope import Envelope
from contracts.topics import DOSSIERS
from simulation.bus import Bus
from simulation.chance import SeededChance


def poison(bus: Bus, dice: random.Random, chance: SeededChance) -> None:
    """One damaged message, which goes to the topic with the next facts."""
    subject = chance.new_id()
    envelope = Envelope(
        id=chance.new_id(), type=CodeVoided.TYPE, source="intake", subject=subject, sequence=1,
        time=chance.now(), actor="nobody", correlation=subject,
    )  # fmt: skip
    kind = dice.choice(KINDS)
    bus.waiting.append(kind(subject, envelope))


def _not_json(subject: UUID, envelope: Envelope) -> Record:
    return Record(DOSSIERS, str(subject).encode(), b"\xff{not json", tuple(envelope.headers()))


def _wrong_schema(subject: UUID, envelope: Envelope) -> Record:
    return Record(DOSSIERS, str(subject).encode(), b'{"effective_at": 12}', tuple(envelope.headers()))


def _missing_header(subject: UUID, envelope: Envelope) -> Record:
    headers = tuple(pair for pair in envelope.headers() if pair[0] != "ce_type")
    return Record(DOSSIERS, str(subject).encode(), b"{}", headers)


def _unknown_type(subject: UUID, envelope: Envelope) -> Record:
    headers = tuple((name, b"vn.motcua.dossier.unheard-of.v1" if name == "ce_type" else value) for name, value in envelope.headers())
    return Record(DOSSIERS, str(subject).encode(), b"{}", headers)


KINDS = (_not_json, _wrong_schema, _missing_header, _unknown_type)
