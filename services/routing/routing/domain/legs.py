"""Who gets the dossier next, and by when each agency has to be ready."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.structs import replace

from contracts.dossier.parts import Leg
from contracts.dossier.processing import Extended
from routing.domain import paper
from routing.domain.case import Case, LawOf
from routing.domain.places import Agencies, other_level
from routing.domain.state import HeldLeg, State
from routing.events import LegRescheduled, Transferred
from worktime import DueDate, Extension, Pause, RuleSet, Running, Step, due, in_viet_nam, say_moment


def transfers(case: Case, state: State, now: datetime, law_of: LawOf, agencies: Agencies) -> list[Transferred]:
    """Who gets the dossier now (RT-01, RT-05, RT-06; NĐ 118 Đ18, Đ20.2), by the process pinned at reception.

    Parallel: every agency at once. In order: the next one, once those before it have ended. A leading agency that stands before
    others is passed on from at once, since its own leg ends only with the result.
    """
    if case.ended:
        return []
    return [_transferred(case, leg, now, law_of, agencies) for leg in _due_legs(case, state)]


def _due_legs(case: Case, state: State) -> Iterator[Leg]:
    for leg in sorted(case.process.legs, key=lambda leg: leg.leg):
        if leg.leg not in state.legs:
            yield leg
        if case.process.mode != "parallel" and not leg.lead and not case.has_ended(leg.leg):
            return


def _transferred(case: Case, leg: Leg, now: datetime, law_of: LawOf, agencies: Agencies) -> Transferred:
    law, sender = law_of(leg.agency), case.sender(leg.leg)
    return Transferred(
        effective_at=now,
        recorded_at=now,
        leg=leg.leg,
        agency=leg.agency,
        lead=leg.lead,
        task=leg.task,
        deadline=law.told(explained(case, due(leg.term, _start(case, leg.leg, now, law.rules), law.calendar, law.rules))),
        paper=paper.limit(case, leg.leg, law_of(sender), other_level=other_level(sender, leg.agency, agencies, law.rules)),
    )


def explained(case: Case, limit: DueDate) -> DueDate:
    """A leg that may end after the applicant's date says so before its result: its own term is no promise to the applicant."""
    if case.due_at is None or limit.due_at <= case.due_at:
        return limit
    promised, result = in_viet_nam(case.due_at), limit.derivation[-1]
    why = f"Hạn của phần việc này sau ngày hẹn trả kết quả {say_moment(promised)}; ngày hẹn với người nộp giữ nguyên"
    step = Step(step="beyond", from_=promised.isoformat(), to=result.to, why=why, source=case.article("partial"))
    return replace(limit, derivation=(*limit.derivation[:-1], step, result))


def _start(case: Case, leg: int, transferred_at: datetime, rules: RuleSet) -> datetime:
    """When a leg's own term begins; where the rule set says so, what another one-stop than the competent agency's received begins only
    once the dossier has come (NĐ 309 Đ17.3)."""
    begins = case.started_at(leg)
    if rules.settings.clock_start == "competent-agency" and case.supervising is not None:
        return max(begins, transferred_at)
    return begins


def reschedule(case: Case, state: State, cause: str, now: datetime, law_of: LawOf) -> list[LegRescheduled]:
    """New deadlines of the legs still open: the whole term again from a restart, pauses added (exact readings 1.4, 1.5)."""
    if case.ended:
        return []
    running = [number for number in state.legs if not case.has_ended(number)]
    return [moved for number in running if (moved := _moved(case, number, state.legs[number], cause, now, law_of))]


def extended(case: Case, state: State, fact: Extended) -> Case:
    """The case with the extension of the applicant's date: who leads and had until the old date has until the new one (NĐ 118 Đ19.6).

    Not by a slip sent too late: whoever was late stays so (exact readings 2).
    """
    if fact.late_notice:
        return case
    theirs = tuple(n for n, leg in state.legs.items() if leg.lead and leg.deadline is not None and leg.deadline.due_at == fact.old_due_at)
    accepted = Extension(
        new_date=in_viet_nam(fact.deadline.due_at).date(),
        due_at=fact.deadline.due_at,
        old_due_at=fact.old_due_at,
        asked_at=fact.effective_at,
        late_notice=False,
        cap=None,
        legal_dates=(),
        article=case.article("extension_slip"),
    )
    return replace(case, extension=accepted, extended_legs=theirs)


def _moved(case: Case, number: int, leg: HeldLeg, cause: str, now: datetime, law_of: LawOf) -> LegRescheduled | None:
    old = leg.deadline
    if old is None:
        return None
    law = law_of(leg.agency, old.calendar)
    new = law.told(running(case, number, leg, old.term, law.rules).recount(law.calendar))
    if new.due_at == old.due_at:
        return None
    return LegRescheduled(effective_at=now, recorded_at=now, leg=number, old_due_at=old.due_at, deadline=new, cause=cause)


def running(case: Case, number: int, leg: HeldLeg, term: str, rules: RuleSet) -> Running:
    """A leg's clock as plain data: its own term, and what moved it so far."""
    start = _start(case, number, leg.transferred_at, rules)
    return Running(
        term=term,
        start=start,
        rule_set=case.rule_set,
        restart=case.restarted_at if case.restarted_at and case.restarted_at > start else None,
        restart_asked_at=case.restart_asked_at,
        pauses=tuple(Pause(from_=begin, to=end, reason=why) for begin, end, why in case.pauses),
        extension=case.extension if number in case.extended_legs else None,
    )
