"""Which status the portal is owed, how long to pause after a failure, and what an answer of the portal means. Pure."""

from dataclasses import dataclass
from datetime import timedelta

LONGEST_PAUSE = timedelta(seconds=60)
MOST_UNCLEAR_ANSWERS = 10
"""An answer that is neither yes nor a refusal is asked again so often, then the dossier waits for an operator."""
POSITIVE = "00"
TRANSIENT = (401, 408, 409, 425, 429)
"""4xx that speak of us or of the moment, not of the message."""


@dataclass(frozen=True)
class Delivered:
    """The portal said yes."""

    request_digest: str
    answer_digest: str


@dataclass(frozen=True)
class Refused:
    """The portal refused the message for good."""

    answer_code: str


@dataclass(frozen=True)
class Again:
    """Nothing certain is known: send the same message again. `away`: the portal as a whole does not answer."""

    why: str
    away: bool
    wait: timedelta | None = None


Outcome = Delivered | Refused | Again


def pause(attempts: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after the nth failure: 1, 2, 4 … 60 seconds, or what the portal asked for."""
    growing = min(timedelta(seconds=2 ** min(attempts - 1, 10)), LONGEST_PAUSE)
    return max(growing, min(asked, 5 * LONGEST_PAUSE)) if asked else growing


def meaning(status: int, code: str | None, request_digest: str, answer_digest: str, attempts: int) -> Outcome:
    """What an HTTP status and the `code` of its body mean. Only 2xx with `00` is a yes."""
    if 200 <= status < 300 and code == POSITIVE:
        return Delivered(request_digest, answer_digest)
    if 400 <= status < 500 and status not in TRANSIENT:
        return Refused(code or str(status))
    if 200 <= status < 300 and attempts >= MOST_UNCLEAR_ANSWERS:
        return Refused(code or "unreadable")
    return Again(f"answer {status}, code {code}", away=status >= 500 or status in TRANSIENT)
