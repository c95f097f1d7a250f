"""What tracking hears: every fact becomes a row of history and moves the dossier's row. No reads beyond what the inbox prefetches."""

from chassis.bus import Message
from chassis.store import Unit
from contracts.dossier.intake import CodeVoided
from contracts.fact import encode
from tracking.domain import Dossier, apply
from tracking.views import DOSSIER, HISTORY, Event


def handle(unit: Unit, message: Message) -> None:
    """One message into the view."""
    envelope, fact = message.envelope, message.fact
    if isinstance(fact, CodeVoided):
        return  # a code that no dossier has: its stream is a sheet of the paper book
    dossier = apply(unit.get(DOSSIER, envelope.subject) or Dossier(id=envelope.subject), fact)
    unit.put(DOSSIER, dossier)
    unit.insert(
        HISTORY,
        Event(
            dossier=envelope.subject,
            n=dossier.facts,
            type=fact.TYPE,
            source=envelope.source,
            actor=envelope.actor,
            effective_at=fact.effective_at,
            recorded_at=fact.recorded_at,
            body=encode(fact).decode(),
        ),
    )
