"""What routing does when it hears of a dossier: transfers, the legs' own deadlines, and their clocks."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from contracts.dossier.intake import Supplemented, SupplementRequested
from contracts.dossier.payments import ObligationPaid
from contracts.dossier.processing import Approved, ObligationRaised
from contracts.dossier.routing import LegRescheduled, Transferred
from contracts.fact import BackEntry, VaultRef
from routing.domain import Case
from routing.views import LEGS, LegRow
from tests.harness import START, Service, types
from tests.routing.given import AT_ONCE, IN_ORDER, POLICE, RULES, SETTLING, TAX, day, leg_ended, received, routed, routing
from worktime import calendar, due, rule_set, say_moment

REASON = VaultRef(key="k", digest="d")


def transfers(service: Service, dossier: UUID) -> list[Transferred]:
    return [fact for fact in service.facts(dossier) if isinstance(fact, Transferred)]


def moves(service: Service, dossier: UUID) -> list[LegRescheduled]:
    return [fact for fact in service.facts(dossier) if isinstance(fact, LegRescheduled)]


def due_for(agency: str, term: str, start: datetime) -> datetime:
    return due(term, start, calendar(agency), rule_set(RULES)).due_at


def rows(service: Service, dossier: UUID) -> list[LegRow]:
    with service.database.session() as session:
        found: list[LegRow] = session.find(LEGS, [("dossier", "=", dossier)], ("leg",))
    return found


def supplemented(at: datetime) -> Supplemented:
    return Supplemented(effective_at=at, recorded_at=at, stage="processing", officer="o")


def asked_for_supplement(at: datetime) -> SupplementRequested:
    return SupplementRequested(effective_at=at, recorded_at=at, stage="processing", items=(), officer="o")


@pytest.mark.req("RT-01")
def test_a_received_dossier_goes_at_once_to_the_settling_agency() -> None:
    service, dossier = routed()
    [sent] = transfers(service, dossier)
    assert (sent.leg, sent.agency, sent.lead, sent.effective_at) == (1, SETTLING, True, START)
    assert types(service.world.history(dossier)) == ["Received", "Transferred"]
    assert [row.agency for row in rows(service, dossier)] == [SETTLING]


@pytest.mark.req("RT-01", "RT-06")
def test_a_late_transfer_still_counts_the_first_legs_term_from_reception() -> None:
    service, dossier = routing(), uuid4()
    service.world.clock.move_to(day(3, 16))
    service.tell(dossier, received(at=START))
    [sent] = transfers(service, dossier)
    assert sent.effective_at == day(3, 16)
    assert sent.deadline and sent.deadline.due_at == due_for(SETTLING, "10wd", START)


@pytest.mark.req("RT-06")
def test_in_parallel_every_agency_has_the_dossier_at_once_with_its_own_deadline() -> None:
    service, dossier = routed("parallel", AT_ONCE)
    sent = transfers(service, dossier)
    assert [(fact.leg, fact.agency) for fact in sent] == [(1, SETTLING), (2, TAX), (3, POLICE)]
    told = [(fact.deadline.term, fact.deadline.due_at) for fact in sent if fact.deadline]
    assert told == [(part.term, due_for(part.agency, part.term, START)) for part in AT_ONCE]
    assert len({due_at for _, due_at in told}) == 3


@pytest.mark.req("RT-06")
def test_in_order_the_next_agency_gets_the_dossier_when_the_one_before_has_ended() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    assert [fact.leg for fact in transfers(service, dossier)] == [1]
    service.world.clock.move_to(day(4, 10))
    service.tell(dossier, leg_ended(1, day(4, 10)))
    assert [fact.leg for fact in transfers(service, dossier)] == [1, 2]
    service.world.clock.move_to(day(5, 16))
    service.tell(dossier, leg_ended(2, day(5, 16)))
    last = transfers(service, dossier)[-1]
    assert (last.leg, last.lead) == (3, True)
    assert last.deadline and last.deadline.due_at == due_for(SETTLING, "5wd", day(5, 16))


@pytest.mark.req("RT-06")
def test_a_leg_that_is_told_to_have_ended_twice_is_passed_on_once() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    service.tell(dossier, leg_ended(1, day(3)))
    service.tell(dossier, leg_ended(1, day(4)))
    assert [fact.leg for fact in transfers(service, dossier)] == [1, 2]
    assert rows(service, dossier)[0].ended_at == day(3)


@pytest.mark.req("RT-06")
def test_in_parallel_an_ended_leg_sends_nothing_on() -> None:
    service, dossier = routed("parallel", AT_ONCE)
    service.tell(dossier, leg_ended(2, day(3)))
    assert len(transfers(service, dossier)) == 3


@pytest.mark.req("RT-05")
def test_two_dossiers_follow_the_process_that_each_pinned() -> None:
    service, old = routed()
    new = uuid4()
    service.tell(new, received("sequential", IN_ORDER))
    service.tell(old, leg_ended(1, day(3)))
    assert [fact.agency for fact in transfers(service, old)] == [SETTLING]
    assert [fact.agency for fact in transfers(service, new)] == [POLICE]


def test_an_imported_dossier_is_shown_and_never_reacted_to() -> None:
    service, dossier = routing(), uuid4()
    service.tell(dossier, received("sequential", IN_ORDER, imported=True))
    own = Transferred(effective_at=START, recorded_at=START, leg=1, agency=POLICE, lead=False, task="Phần việc 1")
    service.tell(dossier, own)
    service.tell(dossier, leg_ended(1, day(3)))
    service.tell(dossier, asked_for_supplement(day(4)))
    service.tell(dossier, supplemented(day(5)))
    assert types(service.facts(dossier)) == ["Transferred"]
    assert [(row.agency, row.ended_at) for row in rows(service, dossier)] == [(POLICE, day(3))]


@pytest.mark.req("PR-09")
def test_after_a_supplement_open_legs_have_their_whole_term_again_and_ended_ones_do_not() -> None:
    service, dossier = routed("parallel", AT_ONCE)
    service.tell(dossier, leg_ended(2, day(3)))
    service.tell(dossier, asked_for_supplement(day(4)))
    service.world.clock.move_to(day(9))
    service.tell(dossier, supplemented(day(6, 10)))
    moved = moves(service, dossier)
    assert [(fact.leg, fact.cause) for fact in moved] == [(1, "supplement-restart"), (3, "supplement-restart")]
    assert moved[0].old_due_at == due_for(SETTLING, "10wd", START)
    assert moved[0].deadline.due_at == due_for(SETTLING, "10wd", day(6, 10))
    assert [step.why for step in moved[0].deadline.derivation if step.step == "restart"] == [
        f"Yêu cầu bổ sung lúc {say_moment(day(4))}; hồ sơ được bổ sung đầy đủ lúc {say_moment(day(6, 10))}; thời hạn được tính lại từ đầu"
    ]
    assert [row.due_at for row in rows(service, dossier)][::2] == [fact.deadline.due_at for fact in moved]


def test_a_supplement_at_the_gate_moves_no_leg() -> None:
    service, dossier = routed()
    service.tell(dossier, Supplemented(effective_at=day(4), recorded_at=day(4), stage="gate", officer="o"))
    assert moves(service, dossier) == []


def test_under_the_pause_policy_a_leg_gets_back_only_the_days_it_waited() -> None:
    service, dossier = routing(), uuid4()
    service.tell(dossier, received(policy="pause"))
    service.tell(dossier, asked_for_supplement(day(3)))
    service.tell(dossier, supplemented(day(5)))
    [moved] = moves(service, dossier)
    assert moved.cause == "supplement-pause"
    assert moved.deadline.due_at == moved.old_due_at + timedelta(days=2)


@pytest.mark.req("PY-08")
def test_obligations_stop_the_legs_clocks_until_the_last_one_is_paid() -> None:
    service, dossier = routed()
    for name, at in (("thuế", day(3)), ("lệ phí", day(4))):
        raised = ObligationRaised(
            effective_at=at, recorded_at=at, obligation=name, amount_vnd=1000, basis=VaultRef(key="k", digest="d"), officer="o"
        )
        service.tell(dossier, raised)
    service.tell(dossier, paid("thuế", day(4, 15)))
    assert moves(service, dossier) == []
    service.tell(dossier, paid("lệ phí", day(5)))
    [moved] = moves(service, dossier)
    assert moved.cause == "obligation-pause"
    assert moved.deadline.due_at == moved.old_due_at + timedelta(days=2)


def paid(obligation: str, at: datetime) -> ObligationPaid:
    return ObligationPaid(effective_at=at, recorded_at=at, obligation=obligation, amount_vnd=1000, method="bank", voucher="v")


def test_the_leading_agencys_approval_ends_routing_and_a_co_ordinating_ones_does_not() -> None:
    service, dossier = routed("sequential", IN_ORDER)
    service.tell(dossier, Approved(effective_at=day(3), recorded_at=day(3), leg=1, draft=1, leader="l"))
    service.tell(dossier, leg_ended(1, day(3)))
    assert [fact.leg for fact in transfers(service, dossier)] == [1, 2]
    service.tell(dossier, Approved(effective_at=day(4), recorded_at=day(4), leg=3, draft=1, leader="l"))
    service.tell(dossier, leg_ended(2, day(4)))
    assert [fact.leg for fact in transfers(service, dossier)] == [1, 2]


def test_the_case_is_readable_from_its_json_columns() -> None:
    from routing.views import CASE

    service, dossier = routed("sequential", IN_ORDER)
    service.tell(dossier, leg_ended(1, day(3)))
    with service.database.session() as session:
        [case] = session.rows(CASE, [(dossier,)])
    assert isinstance(case, Case)
    assert CASE.from_values(CASE.to_values(case)) == case


@pytest.mark.req("RT-01", "OP-05")
def test_what_follows_a_reception_on_paper_has_the_papers_time_and_is_a_back_entry_too() -> None:
    service, dossier = routing(), uuid4()
    on_paper = replace(received(at=START), back_entry=BackEntry(cause="outage", reason=REASON, approver="head-9"), recorded_at=day(3, 16))
    service.world.clock.move_to(day(3, 16))
    service.tell(dossier, on_paper)
    [sent] = transfers(service, dossier)
    assert (sent.effective_at, sent.recorded_at) == (START, day(3, 16))
    assert sent.back_entry == on_paper.back_entry


@pytest.mark.req("RT-01")
def test_after_a_back_entry_the_next_dossier_has_its_own_time_again() -> None:
    service, other = routing(), uuid4()
    service.world.clock.move_to(day(3, 16))
    service.tell(uuid4(), replace(received(at=START), back_entry=BackEntry(cause="outage", reason=REASON, approver="head-9")))
    service.tell(other, received(at=day(3, 16)))
    [sent] = transfers(service, other)
    assert (sent.effective_at, sent.back_entry) == (day(3, 16), None)
