"""What the routes of processing answer. A date is ISO 8601."""

from typing import Any, Literal, NotRequired, TypedDict

from contracts.dossier.parts import Deadline, Reason
from processing.views import ApologyRow, TaskRow


class FactsRecorded(TypedDict):
    """The types of the facts that were recorded."""

    recorded: list[str]


class DraftTaken(TypedDict):
    """The number of the draft."""

    draft: int


class ObligationTold(FactsRecorded):
    """What the applicant owes has this id."""

    obligation: str


class ApologyGiven(FactsRecorded):
    """`late_notice`: the slip came too late, so lateness is judged against the first date."""

    late_notice: bool


class Extended(TypedDict):
    """The due date before and after."""

    old_due_at: str
    due_at: str
    late_notice: bool


class Appointment(TypedDict):
    """A verification with the applicant."""

    leg: int
    at: str
    officer: str


class Extension(TypedDict):
    """What was proposed and, once the one-stop changed the date, both dates."""

    new_date: str
    late_notice: bool
    old_due_at: str | None
    due_at: str | None


class DossierShown(TypedDict):
    """A dossier as processing knows it. `unpaid`: obligations that wait for their proof; `skipped`: steps left out before the decision."""

    id: str
    code: str
    procedure: str
    receiving: str
    settling: str
    rule_set: str
    received_at: str
    deadline: Deadline | None
    first_due_at: str | None
    due_at: str | None
    binding_due_at: str | None
    waits_for_supplement: bool
    unpaid: list[str]
    stop_open: bool
    stop_wish: Literal["stop", "adjust"] | None
    decision: Literal["approved", "declined"] | None
    stopped: bool
    skipped: list[str]
    apologies: int
    verifications: list[Appointment]
    extension: Extension | None
    legs: list[TaskRow]


class WhyNot(TypedDict):
    """Why something is refused, and the article."""

    why: str
    article: str | None


class OutcomeTold(TypedDict):
    """One way it may go, with the due date then."""

    when: str
    due_at: str
    said: str
    late_notice: NotRequired[bool]
    provisional: bool
    derivation: list[Reason]


class ActionTold(TypedDict):
    """An action that is possible next, or why it is not."""

    action: str
    label: str
    refused: WhyNot | None
    outcomes: list[OutcomeTold]
    notes: list[str]


class WhatIf(TypedDict):
    """What date each next action would give."""

    asked_at: str
    rule_set: str
    actions: list[ActionTold]


class ExtensionDates(TypedDict):
    """To which dates the due date may be moved, or why to none."""

    dates: list[str]
    said: NotRequired[list[str]]
    refused: WhyNot | None


class ApologyNeeded(ApologyRow, frozen=True, kw_only=True):
    """An apology that is needed today; `late`: the dossier is past its date."""

    late: bool


class Note(TypedDict):
    """Words that were written on the way; None where they were erased."""

    fact: str
    at: str
    by: str
    words: dict[str, Any] | None
