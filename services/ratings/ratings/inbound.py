"""What ratings hears: every fact moves its dossier's row."""

from chassis.bus import Message
from chassis.store import Unit
from ratings.domain import Case, apply
from ratings.views import CASE


def handle(unit: Unit, message: Message) -> None:
    """One message into the view."""
    subject, fact = message.envelope.subject, message.fact
    case = unit.get(CASE, subject) or Case(dossier=subject, known_at=fact.recorded_at)
    unit.put(CASE, apply(case, fact))
