"""A dossier as intake's own facts give it."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import msgspec

from contracts.dossier.parts import Attachment, Deadline
from contracts.fact import Fact, VaultRef
from contracts.refusal import Refused as Refusal
from intake.events import (
    Amended,
    Closed,
    GateRescheduled,
    OriginalsAsked,
    OriginalsShown,
    Received,
    Refused,
    StopRequested,
    Submitted,
    Supplemented,
    SupplementRequested,
)
from worktime import RuleSet


class Phase(Enum):
    """Where the dossier stands at the one-stop; the value is what officers read."""

    SUBMITTED = "mới đăng ký"
    SUPPLEMENTING = "chờ bổ sung"
    RECEIVED = "đã tiếp nhận"
    REFUSED = "từ chối tiếp nhận"
    CLOSED = "đã đóng"


FORM = "form"
"""The form itself, beside the components that came."""


class Dossier(msgspec.Struct, kw_only=True):
    """The state behind every decision of intake."""

    submitted: Submitted
    phase: Phase = Phase.SUBMITTED
    received: Received | None = None
    gate: Deadline | None = None
    form: VaultRef
    attachments: dict[str, list[Attachment]] = {}
    amendments: int = 0
    requests: list[SupplementRequested] = []
    last_arrival: datetime | None = None
    arrived: frozenset[str] = frozenset()
    """The components, and `form`, that came since the last request."""
    stop_requests: int = 0
    adjustments: int = 0
    stop_reason: VaultRef | None = None
    stop_asked_at: datetime | None = None
    withdrawn_at: datetime | None = None
    refused: Refused | None = None
    closed: Closed | None = None
    originals_asked: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        return self.received.code if self.received else None

    @property
    def open_request(self) -> SupplementRequested | None:
        """The request that waits for an answer."""
        return self.requests[-1] if self.phase is Phase.SUPPLEMENTING else None

    def must_be(self, rules: RuleSet, *phases: Phase) -> None:
        """Refuse what this phase does not allow: a dossier is looked at, then accepted, supplemented or refused, and each once."""
        if self.phase not in phases:
            wanted = " hoặc ".join(phase.value for phase in phases)
            raise Refusal(
                f"Hồ sơ đang ở trạng thái “{self.phase.value}”; thao tác này cần trạng thái “{wanted}”.", article=rules.article("reception")
            )


def fold(facts: Sequence[Fact]) -> Dossier | None:
    """The state after these facts; None before a submission."""
    state: Dossier | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def evolve(state: Dossier | None, fact: Fact) -> Dossier | None:
    """One fact on."""
    if isinstance(fact, Submitted):
        return Dossier(submitted=fact, gate=fact.gate, form=fact.form, attachments=_by_component(fact.attachments))
    if state is None:
        return None
    if isinstance(fact, Amended):
        _amend(state, fact)
    elif isinstance(fact, Received):
        state.received, state.phase = fact, Phase.RECEIVED
    elif isinstance(fact, GateRescheduled):
        state.gate = fact.gate
    elif isinstance(fact, Refused):
        state.refused, state.phase = fact, Phase.REFUSED
    elif isinstance(fact, SupplementRequested):
        state.requests = [*state.requests, fact]
        state.phase, state.last_arrival, state.arrived = Phase.SUPPLEMENTING, None, frozenset()
    elif isinstance(fact, Supplemented):
        state.phase = Phase.SUBMITTED if fact.stage == "gate" else Phase.RECEIVED
    elif isinstance(fact, Closed):
        state.closed, state.phase = fact, Phase.CLOSED
        state.withdrawn_at = fact.effective_at if fact.cause == "withdrawn" else None
    elif isinstance(fact, OriginalsAsked):
        state.originals_asked = tuple(dict.fromkeys((*state.originals_asked, *fact.components)))
    elif isinstance(fact, OriginalsShown):
        state.originals_asked = tuple(code for code in state.originals_asked if code not in fact.components)
    elif isinstance(fact, StopRequested):
        state.stop_requests, state.stop_reason, state.stop_asked_at = state.stop_requests + 1, fact.reason, fact.effective_at
    return state


def _amend(state: Dossier, fact: Amended) -> None:
    state.amendments = fact.amendment
    state.form = fact.form or state.form
    state.attachments = {**state.attachments, **_by_component(fact.attachments)}
    state.adjustments += state.phase is Phase.RECEIVED
    if fact.answers_supplement:
        state.last_arrival = fact.effective_at
        came = (attachment.component for attachment in fact.attachments)
        state.arrived = state.arrived.union(came, (FORM,) if fact.form else ())


def _by_component(attachments: Sequence[Attachment]) -> dict[str, list[Attachment]]:
    found: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        found.setdefault(attachment.component, []).append(attachment)
    return found
