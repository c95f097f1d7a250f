"""What the applicant owes and what the applicant asks."""

from functools import partial

from contracts.fact import VaultRef
from processing.application.act import Act
from processing.domain import obligations, stopping


def raise_obligation(act: Act, obligation: str, amount_vnd: int, basis: str) -> list[str]:
    """Tell what is owed."""
    act.must_be(("specialist", "department-head", "leader"), act.case.lead_agency, "work")

    def keep() -> VaultRef:
        return act.keep("obligation", basis, "basis")

    return act.record(
        obligations.raise_obligation(
            act.case,
            act.state,
            act.law.rules if act.case.deadline else None,
            obligation=obligation,
            amount_vnd=amount_vnd,
            keep=keep,
            officer=act.caller.subject,
            now=act.now,
        )
    )


def answer_stop(act: Act, grant: bool, reason: str | None) -> list[str]:
    """Answer a request to stop or adjust (PR-20); a no with its reason."""
    act.must_be(("department-head", "leader"), act.case.lead_agency, "stop")
    article = act.law.article("stop")
    why = partial(act.keep, "stop-declined", reason) if reason else None
    return act.record(
        stopping.answer(act.case, act.state, grant=grant, reason=why, officer=act.caller.subject, article=article, now=act.now)
    )
