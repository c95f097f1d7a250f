"""The settlement clock, projected from what moved it so far: pauses, a restart, the one extension."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from contracts.dossier.parts import Deadline
from contracts.refusal import Refused
from processing.domain.case import Case
from processing.domain.state import State
from processing.events import ExtensionProposed
from worktime import Calendar, DueDate, Extension, Pause, RuleSet, Running

SECTOR = "pháp luật chuyên ngành, theo phiên bản thủ tục"


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """The pinned rules and calendar, and how a due date is written into a fact."""

    rules: RuleSet
    calendar: Calendar
    told: Callable[[DueDate], Deadline]

    def article(self, point: str) -> str:
        """The article of a point."""
        return self.rules.article(point)


def limited(law: Law, limit: str | None) -> Law:
    """The law with the procedure's own limit for the notice of a deficiency, where its version carries one (Đ19.5, PR-07)."""
    if limit is None:
        return law
    settings = replace(law.rules.settings, deficiency_limit=limit)
    return replace(law, rules=replace(law.rules, settings=settings, articles={**law.rules.articles, "deficiency_limit": SECTOR}))


def current(case: Case, state: State) -> Deadline:
    """The deadline in force: the last one recorded here, else the first of the reception."""
    found = state.deadline or case.deadline
    if found is None:
        raise Refused("Hồ sơ không có thời hạn giải quyết.", article=case.article("term"))
    return found


def projected(case: Case, law: Law, *, proposed: ExtensionProposed | None = None) -> Deadline:
    """The deadline counted anew from its start (PR-19): the full term after a restart, moved by pauses and extension."""
    return law.told(running(case, proposed=proposed).recount(law.calendar))


def running(case: Case, *, proposed: ExtensionProposed | None = None) -> Running:
    """The clock as plain data: the term of the reception, and what moved it so far."""
    assert case.deadline is not None
    return Running(
        term=case.deadline.term,
        start=case.started_at or case.received_at,
        rule_set=case.rule_set,
        restart=case.restarted_at,
        restart_asked_at=case.restart_asked_at,
        pauses=tuple(Pause(from_=start, to=end) for start, end in case.pauses),
        extension=_extension(proposed, case.deadline) if proposed else None,
    )


def _extension(proposed: ExtensionProposed, first: Deadline) -> Extension:
    return Extension(
        new_date=proposed.new_date,
        due_at=proposed.new_due_at,
        old_due_at=first.due_at,
        asked_at=proposed.effective_at,
        late_notice=proposed.late_notice,
        cap=None,
        legal_dates=(),
        article=proposed.article,
    )
