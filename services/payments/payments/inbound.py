"""What payments does with the facts of a dossier: opens obligations, applies notices that were early, shows what is paid."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Message
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from chassis.timers import TIMERS
from contracts.dossier import intake, processing
from contracts.dossier.parts import Fee
from contracts.dossier.payments import FEE, ObligationPaid
from contracts.imported import is_imported
from payments.application import MATCH, one_after_the_other, settle
from payments.domain import Obligation
from payments.views import CASES, OBLIGATIONS, Case, waiting_notices

IMPORTED = "imported"


def handler(clock: Clock) -> Handler:
    """The inbox's handler."""

    def handle(unit: Unit, message: Message) -> None:
        dossier = message.envelope.subject
        match message.fact:
            case intake.Submitted() as fact:
                _submitted(unit, dossier, fact, clock)
            case intake.Received() as fact:
                _received(unit, dossier, fact, clock)
            case intake.Refused() | intake.Closed() as fact:
                _ended(unit, dossier, fact.effective_at)
            case processing.ObligationRaised() as fact:
                _raised(unit, dossier, fact, clock)
            case ObligationPaid() as fact:
                _show_paid(unit, dossier, fact)

    return handle


def _know(unit: Unit, dossier: UUID, **news: object) -> Case:
    case = replace(unit.get(CASES, dossier) or Case(dossier=dossier), **news)
    unit.put(CASES, case)
    return case


def _submitted(unit: Unit, dossier: UUID, fact: intake.Submitted, clock: Clock) -> None:
    imported = is_imported(fact)
    told = {"applicant": fact.applicant, "receiving": fact.receiving, "settling": fact.settling, "filed_at": fact.effective_at}
    _know(unit, dossier, imported=imported, **told)
    if fact.prepaid is not None and not imported:
        _open(unit, _fee(dossier, fact.prepaid, fact.procedure, fact.receiving, fact.effective_at), clock)


def _ended(unit: Unit, dossier: UUID, at: datetime) -> None:
    """What ended before reception owes no fee; what came for it waits for a person."""
    case = unit.get(CASES, dossier)
    if case is not None and not case.code:
        _lapse(unit, dossier, at)


def _lapse(unit: Unit, dossier: UUID, at: datetime) -> None:
    one_after_the_other(unit, dossier)
    known = unit.get(OBLIGATIONS, dossier, FEE)
    if known is not None and known.paid_at is None:
        unit.put(OBLIGATIONS, replace(known, lapsed_at=at))


def _fee(dossier: UUID, fee: Fee, procedure: str, receiving: str, at: datetime, *, imported: bool = False) -> Obligation:
    return Obligation(
        dossier=dossier,
        obligation=FEE,
        amount_vnd=fee.amount_vnd,
        basis=procedure,
        due=fee.when,
        receiving=receiving,
        opened_at=at,
        imported=imported,
    )


def _received(unit: Unit, dossier: UUID, fact: intake.Received, clock: Clock) -> None:
    imported = fact.rule_set == IMPORTED
    pinned = {"rule_set": fact.rule_set, "calendar": fact.deadline.calendar if fact.deadline else None}
    _know(unit, dossier, code=fact.code, receiving=fact.receiving, settling=fact.settling, imported=imported, **pinned)
    if fact.fee_exempt is not None:
        _lapse(unit, dossier, fact.effective_at)
    if fact.fee is None or fact.fee.amount_vnd <= 0:
        return
    _open(unit, _fee(dossier, fact.fee, fact.procedure, fact.receiving, fact.effective_at, imported=imported), clock)


def _raised(unit: Unit, dossier: UUID, fact: processing.ObligationRaised, clock: Clock) -> None:
    case = unit.get(CASES, dossier) or Case(dossier=dossier)
    owed = Obligation(
        dossier=dossier,
        obligation=fact.obligation,
        amount_vnd=fact.amount_vnd,
        basis=fact.basis.key,
        due="notice",
        receiving=case.receiving,
        opened_at=fact.effective_at,
        imported=fact.back_entry is not None and fact.back_entry.cause == IMPORTED,
    )
    _open(unit, owed, clock)


def _open(unit: Unit, owed: Obligation, clock: Clock) -> None:
    one_after_the_other(unit, owed.dossier)
    known = unit.get(OBLIGATIONS, owed.dossier, owed.obligation)
    proof = {"paid_at": known.paid_at, "method": known.method, "voucher": known.voucher} if known else {}
    since = min(known.opened_at, owed.opened_at) if known else owed.opened_at
    unit.put(OBLIGATIONS, replace(owed, **proof, opened_at=since))
    for notice in () if owed.imported else waiting_notices(unit, owed.dossier, owed.obligation):
        unit.delete(TIMERS, MATCH, owed.dossier, notice.voucher)
        settle(unit, notice, clock.now())


def _show_paid(unit: Unit, dossier: UUID, fact: ObligationPaid) -> None:
    known = unit.get(OBLIGATIONS, dossier, fact.obligation) or _imported_payment(dossier, fact)
    unit.put(OBLIGATIONS, replace(known, paid_at=fact.effective_at, method=fact.method, voucher=fact.voucher))


def _imported_payment(dossier: UUID, fact: ObligationPaid) -> Obligation:
    """The payment of an imported case may come over the bus before the fact that it pays."""
    return Obligation(
        dossier=dossier,
        obligation=fact.obligation,
        amount_vnd=fact.amount_vnd,
        basis="",
        due="notice",
        receiving="",
        opened_at=fact.effective_at,
        imported=True,
    )
