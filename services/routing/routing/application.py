"""Routing's commands and reactions: load, ask the domain, record. One function a command."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.errors import NotHeardOf
from chassis.http.problem import ProblemError
from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from chassis.tokens import Caller
from contracts.fact import VaultRef
from contracts.refusal import Refused
from routing.clocks import follow
from routing.domain import Asked, Case, Law, LawOf, State, consultation, fold, legs, paper
from routing.domain.consultation import Way
from routing.domain.paper import Movement
from routing.events import ConsultationAnswered, ConsultationRequested, HandedOver
from routing.views import CASE
from worktime import SAID_YEARS, OutsideCalendar, rule_set

CONSULTATION_LATE = "consultation-late"
HANDOVER_LATE = "handover-late"
MOVERS = ("one-stop", "one-stop-head", "department-head", "specialist")
ASKERS = ("specialist", "department-head")
ANSWERERS = (*ASKERS, "leader")


def load(unit: Unit, dossier: UUID) -> tuple[Case, State]:
    """What is known of a dossier. Raises `NotHeardOf`."""
    case = unit.get(CASE, dossier)
    if case is None:
        raise NotHeardOf(str(dossier))
    return case, unit.state(dossier, fold)


def law_of(case: Case, catalogue: Catalogue) -> LawOf:
    """The pinned law, with the calendar of the agency that is asked about, in the version that a leg or else the dossier pins."""

    def law(agency: str, version: str | None = None) -> Law:
        dates = catalogue.calendar(agency, version or case.calendar)
        return Law(rules=rule_set(case.rule_set), calendar=dates, told=lambda due: deadline(due, due.term, dates.version))

    return law


def holds(caller: Caller, roles: tuple[str, ...], agencies: tuple[str, ...], article: str) -> None:
    """403 unless the caller has one of these roles at one of these agencies."""
    if not any(caller.may(role, agency) for role in roles for agency in agencies):
        raise ProblemError(403, f"Cần vai trò {', '.join(roles)} tại cơ quan {' hoặc '.join(agencies)}.", article=article)


def transfer(unit: Unit, case: Case, now: datetime, catalogue: Catalogue) -> None:
    """Send the dossier on, as far as the pinned process lets it go now, and watch over its paper.

    A limit that was over before the system knew of the dossier (back-entry) is a matter of the paper book and raises no alarm.
    """
    sent = legs.transfers(case, unit.state(case.dossier, fold), now, law_of(case, catalogue), catalogue.agencies())
    recorded = unit.record(case.dossier, *sent)
    follow(unit, case, catalogue)
    for fact, known in zip(sent, recorded, strict=True):
        if fact.paper is not None and fact.paper.due_at > known.fact.recorded_at:
            due_at = paper.late_from(fact.paper.due_at)
            unit.put(TIMERS, Timer(name=HANDOVER_LATE, subject=case.dossier, due_at=due_at, detail=str(fact.leg)))


def reschedule(unit: Unit, case: Case, cause: str, now: datetime, catalogue: Catalogue) -> None:
    """Move the deadlines of the legs still open."""
    unit.record(case.dossier, *legs.reschedule(case, unit.state(case.dossier, fold), cause, now, law_of(case, catalogue)))
    follow(unit, case, catalogue)


def paper_step(unit: Unit, caller: Caller, dossier: UUID, leg: int, movement: Movement) -> tuple[str, datetime]:
    """The caller's agency that moves the paper, and the moment before which it cannot have moved."""
    case, state = load(unit, dossier)
    pinned = next((part for part in case.process.legs if part.leg == leg), None)
    places = paper.paper_places(case, pinned, movement) if pinned else (case.receiving,)
    held = state.legs.get(leg)
    sent_at = held.sent_at if held and movement == "received" else None
    agency = next((place for place in places if any(caller.may(role, place) for role in MOVERS)), places[0])
    return agency, sent_at or case.received_at


def hand_over(unit: Unit, caller: Caller, dossier: UUID, leg: int, movement: Movement, now: datetime) -> HandedOver:
    """Record that paper left the receiving one-stop, or arrived at the leg's agency."""
    case, state = load(unit, dossier)
    pinned = next((part for part in case.process.legs if part.leg == leg), None)
    if pinned is not None:
        holds(caller, MOVERS, paper.paper_places(case, pinned, movement), case.article("transfer"))
    fact = paper.hand_over(case, state, leg, movement, caller.subject, now)
    unit.record(dossier, fact)
    if movement == "sent":
        unit.delete(TIMERS, HANDOVER_LATE, dossier, str(leg))
    return fact


def consult(
    unit: Unit,
    caller: Caller,
    dossier: UUID,
    *,
    asking: str,
    asked: str,
    reply_by: datetime,
    way: Way,
    now: datetime,
    recorded_at: datetime,
    keep: Callable[[], VaultRef],
    catalogue: Catalogue,
) -> ConsultationRequested:
    """Ask for an opinion, and set the timer that tells of a late one; none where the time was over before the system knew.

    Nobody is told outside working hours: the notice waits for the next working minute of the receiving one-stop.
    """
    case, state = load(unit, dossier)
    holds(caller, ASKERS, (asking,), case.article("consultation"))
    late_at = consultation.late_from(reply_by)
    told_at = _told_at(catalogue, case, late_at)
    fact = consultation.consult(
        case, state, asking=asking, asked=asked, reply_by=reply_by, way=way, officer=caller.subject, now=now, keep=keep
    )
    unit.record(dossier, fact)
    if late_at > recorded_at:
        unit.put(TIMERS, Timer(name=CONSULTATION_LATE, subject=dossier, due_at=told_at, detail=str(fact.consultation)))
    return fact


def _told_at(catalogue: Catalogue, case: Case, late_at: datetime) -> datetime:
    """Asked before the question goes into the vault: a date that no calendar counts leaves nothing behind."""
    try:
        return catalogue.calendar(case.receiving).next_working_minute(late_at)
    except OutsideCalendar:
        why = f"Thời hạn trả lời phải ở trong {SAID_YEARS}."
        raise Refused(why, article=case.article("consultation"), field="reply_by", status=422) from None


def answer(unit: Unit, caller: Caller, dossier: UUID, number: int, now: datetime, keep: Callable[[], VaultRef]) -> ConsultationAnswered:
    """The asked agency's answer. One that comes late, before the head of the one-stop was told, tells him: every delay is told once."""
    case, state = load(unit, dossier)
    holds(caller, ANSWERERS, (consultation.numbered(case, state, number).asked,), case.article("consultation"))
    fact = consultation.answer(case, state, number, caller.subject, now, keep)
    if unit.get(TIMERS, CONSULTATION_LATE, dossier, str(number)) is not None and (late := consultation.late(state, number, now)):
        unit.record(dossier, late)
    unit.record(dossier, fact)
    unit.delete(TIMERS, CONSULTATION_LATE, dossier, str(number))
    return fact


def consultation_for(unit: Unit, caller: Caller, dossier: UUID, number: int) -> Asked:
    """A consultation for those who may read its words: the agency that asks and the agency that is asked."""
    case, state = load(unit, dossier)
    asked = consultation.numbered(case, state, number)
    holds(caller, ANSWERERS, (asked.asking, asked.asked), case.article("consultation"))
    return asked


def fire(unit: Unit, timer: Timer, now: datetime) -> None:
    """A consultation's time is over, or paper has not left."""
    case = unit.get(CASE, timer.subject)
    if case is None or case.ended:
        return
    state, number = unit.state(timer.subject, fold), int(timer.detail)
    fact = paper.late(case, state, number, now) if timer.name == HANDOVER_LATE else consultation.late(state, number, now)
    if fact is not None:
        unit.record(timer.subject, fact)
