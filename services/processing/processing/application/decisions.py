"""What a leader decides: the draft, a refusal to settle, a supplement."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from chassis.catalogue import Catalogue
from contracts.dossier.parts import SupplementItem
from contracts.supplement import check_components
from processing.application.act import Act
from processing.domain import drafts, supplement
from processing.domain.clock import limited


def return_draft(act: Act, leg: int, opinion: str) -> list[str]:
    """Send the draft back with an opinion (PR-16)."""
    leader = act.must_lead(leg, "review")
    keep = partial(act.keep, "opinion", opinion, "opinion")
    return act.record(drafts.send_back(act.case, act.state, leg=leg, leader=leader, now=act.now, keep=keep))


def approve(act: Act, leg: int) -> list[str]:
    """Approve (PR-17)."""
    leader = act.must_lead(leg, "review")
    return act.record(drafts.approve(act.case, act.state, leg=leg, leader=leader, now=act.now))


def decline(act: Act, leg: int, reason: str) -> list[str]:
    """Không giải quyết, with the reason."""
    leader = act.must_lead(leg, "review")
    keep = partial(act.keep, "decline", reason)
    return act.record(drafts.decline(act.case, act.state, leg=leg, leader=leader, now=act.now, keep=keep))


@dataclass(frozen=True)
class Wanted:
    """One thing to supplement, its reason still in words."""

    component: str
    defect: Literal["missing", "illegible", "wrong", "expired"]
    reason: str


def need_supplement(act: Act, catalogue: Catalogue, leg: int, wanted: Sequence[Wanted], reason: str) -> list[str]:
    """Ask the one-stop for a supplement (PR-06)."""
    leader = act.must_lead(leg, "deficiency_limit")
    procedure = catalogue.procedure(act.case.procedure, act.case.procedure_version)
    check_components([item.component for item in wanted], {component.code for component in procedure.components}, act.case)

    def items() -> tuple[SupplementItem, ...]:
        return tuple(
            SupplementItem(component=item.component, defect=item.defect, reason=act.keep("supplement", item.reason)) for item in wanted
        )

    why = partial(act.keep, "supplement", reason)
    law = limited(act.law, procedure.deficiency_limit)
    return act.record(supplement.need(act.case, act.state, law, leg=leg, leader=leader, now=act.now, items=items, reason=why))
