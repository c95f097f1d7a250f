"""What payments does with the facts of a dossier: opens obligations, applies notices that were early, shows what is paid."""

from uuid import UUID

from msgspec.structs import replace

from chassis.bus import Message
from chassis.clock import Clock
from chassis.inbox import Handler
from chassis.store import Unit
from chassis.timers import TIMERS
from contracts.dossier import intake, processing
from contracts.dossier.payments import ObligationPaid
from contracts.imported import is_imported
from payments.application import MATCH, one_after_the_other, settle
from payments.domain import FEE, Obligation
from payments.views import CASES, OBLIGATIONS, Case, waiting_notices

IMPORTED = "imported"


def handler(clock: Clock) -> Handler:
    """The inbox's handler."""

    def handle(unit: Unit, message: Message) -> None:
        dossier = message.envelope.subject
        match message.fact:
            case intake.Submitted() as fact:
                _know(unit, dossier, applicant=fact.applicant, receiving=fact.receiving, settling=fact.settling, imported=is_imported(fact))
            case intake.Received() as fact:
                _received(unit, dossier, fact, clock)
            case processing.ObligationRaised() as fact:
                _raised(unit, dossier, fact, clock)
            case ObligationPaid() as fact:
                _show_paid(unit, dossier, fact)

    return handle


def _know(unit: Unit, dossier: UUID, **news: object) -> Case:
    case = replace(unit.get(CASES, dossier) or Case(dossier=dossier), **news)
    unit.put(CASES, case)
    return case


def _received(unit: Unit, dossier: UUID, fact: intake.Received, clock: Clock) -> None:
    imported = fact.rule_set == IMPORTED
    pinned = {"rule_set": fact.rule_set, "calendar": fact.deadline.calendar if fact.deadline else None}
    _know(unit, dossier, code=fact.code, receiving=fact.receiving, settling=fact.settling, imported=imported, **pinned)
    if fact.fee is None or fact.fee.amount_vnd <= 0:
        return
    owed = Obligation(
        dossier=dossier,
        obligation=FEE,
        amount_vnd=fact.fee.amount_vnd,
        basis=fact.procedure,
        due=fact.fee.when,
        receiving=fact.receiving,
        opened_at=fact.effective_at,
        imported=imported,
    )
    _open(unit, owed, clock)


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
    unit.put(OBLIGATIONS, replace(owed, **proof))
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
