"""An event in the words a clerk would use, with the article of the law that the dossier stands under."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.fact import Fact
from contracts.national_status import Status
from tracking.names import Names
from tracking.sentences import agencies, one_stop
from tracking.sentences.background import Background
from tracking.views import Event

_SAID = {**one_stop.SAID, **agencies.SAID}


@dataclass(frozen=True)
class Line:
    """One event of a history as it reads."""

    event: Event
    fact: Fact
    what: str
    article: str | None
    who: str


def lines(events: Iterable[Event], names: Names) -> Iterator[Line]:
    """A history in words; each sentence knows what was said before it."""
    background = Background(names)
    for event in events:
        fact = event.fact()
        background.hear(fact)
        yield Line(event, fact, sentence(fact, background), article(fact, background), background.acted(fact, event.actor))


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
