"""An event in the words a clerk would use, with the article of the law that the dossier stands under."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from contracts.dossier import intake, processing
from contracts.fact import Fact, VaultRef
from contracts.national_status import Status
from tracking.names import Names
from tracking.sentences import agencies, one_stop
from tracking.sentences.background import Background, RulesOn
from tracking.views import Event

_SAID = {**one_stop.SAID, **agencies.SAID}
Reasons = Callable[[VaultRef], str]
"""A reason in the words that the vault keeps; empty where they were erased or are out of reach."""


@dataclass(frozen=True)
class Line:
    """One event of a history as it reads."""

    event: Event
    fact: Fact
    what: str
    article: str | None
    who: str


def lines(events: Iterable[Event], names: Names, reasons: Reasons, rules_on: RulesOn) -> Iterator[Line]:
    """A history in words; each sentence knows what was said before it. `reasons` reads those that the applicant was given, or gave."""
    background = Background(names, rules_on)
    for event in events:
        fact = event.fact()
        background.hear(fact)
        ref = _reason(fact)
        why = reasons(ref).strip().rstrip(".") if ref else ""
        what = sentence(fact, background) + (f" Lý do: {why}." if why else "")
        yield Line(event, fact, what, article(fact, background), background.acted(fact, event.actor))


def _reason(fact: Fact) -> VaultRef | None:
    match fact:
        case intake.Refused() | intake.StopRequested() | processing.Declined() | processing.StopDeclined():
            return fact.reason
        case processing.Apologised():
            return fact.letter
    return None


def sentence(fact: Fact, background: Background) -> str:
    """What happened, in Vietnamese; agencies and papers by name."""
    said = _SAID.get(type(fact))
    return said[0](fact, background) if said else f"Sự kiện {fact.TYPE}."


def article(fact: Fact, background: Background) -> str | None:
    """The article: the fact's own, else that of its kind in the dossier's rule set; None where no law is cited."""
    own: str | None = getattr(fact, "article", None)
    said = _SAID.get(type(fact))
    return own or (said[1](fact, background) if said else None)


def completion(status: int | None) -> str:
    """The degree of completion that anybody may read."""
    return Status(status).label if status is not None else "Chưa có thông tin"
