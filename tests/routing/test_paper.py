"""Paper: by when it has to leave, and what happens when it does not."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.store import Because, Unit
from chassis.timers import TIMERS, Timer
from contracts.dossier.intake import Closed, Received
from contracts.dossier.routing import HandoverLate, Transferred
from routing import application
from tests.harness import Service, token, types
from tests.intake.cases import HERE as COMMUNE
from tests.intake.cases import THERE as OTHER_COMMUNE
from tests.routing.given import AT_ONCE, CENTRE, IN_ORDER, POLICE, SETTLING, TAX, day, leg, leg_ended, received, routing
from worktime import in_viet_nam

MONDAY = day(2)
AGENCY = token("head-1", "department-head", agencies=[SETTLING])
DEPARTMENT = (leg(1, SETTLING, "10wd", lead=True),)
NEIGHBOUR = (leg(1, OTHER_COMMUNE.code, "10wd", lead=True),)


def heard(fact: Received) -> tuple[Service, UUID]:
    service, dossier = routing(), uuid4()
    service.world.clock.move_to(fact.effective_at)
    service.tell(dossier, fact)
    return service, dossier


def on_paper(at: datetime = MONDAY, *, receiving: str = CENTRE, settling: str = SETTLING) -> tuple[Service, UUID]:
    return heard(received(legs=(leg(1, settling, "10wd", lead=True),), at=at, channel="counter", receiving=receiving, settling=settling))


def paper_due(service: Service, dossier: UUID, number: int = 1) -> str:
    sent = next(fact for fact in service.facts(dossier) if isinstance(fact, Transferred) and fact.leg == number)
    assert sent.paper is not None
    assert sent.paper.derivation[-1].source
    return f"{in_viet_nam(sent.paper.due_at):%d %H:%M}"


def send(service: Service, dossier: UUID, number: int = 1, one_stop: str = CENTRE) -> None:
    who = token("officer-1", "one-stop", agencies=[one_stop])
    assert service.post(f"/dossiers/{dossier}/legs/{number}/handovers", who, {"movement": "sent"}).status_code == 201
    service.world.settle()


@pytest.mark.req("RT-02")
@pytest.mark.parametrize(
    ("at", "due"),
    [(day(2, 14, 59), "02 17:00"), (day(2, 15), "02 17:00"), (day(2, 15, 0, 1), "03 11:30"), (day(2, 15, 1), "03 11:30")],
    ids=["14:59", "15:00:00", "15:00:01", "15:01"],
)
def test_paper_received_by_three_o_clock_goes_today_and_later_paper_the_next_morning(at: datetime, due: str) -> None:
    service, dossier = on_paper(at)
    assert paper_due(service, dossier) == due
    row = service.get(f"/dossiers/{dossier}", AGENCY).json()["legs"][0]
    assert f"{in_viet_nam(datetime.fromisoformat(row['paper_due_at'])):%d %H:%M}" == due


@pytest.mark.req("RT-02")
@pytest.mark.parametrize(("receiving", "settling"), [(COMMUNE.code, SETTLING), (CENTRE, COMMUNE.code)], ids=["upwards", "downwards"])
def test_paper_to_another_level_of_government_has_one_working_day(receiving: str, settling: str) -> None:
    service, dossier = on_paper(day(6, 10), receiving=receiving, settling=settling)
    assert paper_due(service, dossier) == "09 17:00"
    [sent] = (fact for fact in service.facts(dossier) if isinstance(fact, Transferred))
    assert sent.paper and "Điều 20 khoản 1 điểm a" in sent.paper.derivation[-1].source


@pytest.mark.req("RT-02")
def test_between_two_communes_the_ordinary_limit_holds() -> None:
    service, dossier = on_paper(receiving=COMMUNE.code, settling=OTHER_COMMUNE.code)
    assert paper_due(service, dossier) == "02 17:00"


@pytest.mark.req("RT-02")
def test_under_the_older_decree_paper_to_another_level_has_no_limit_of_its_own() -> None:
    fact = received(legs=DEPARTMENT, rules="nd-61-2018", channel="counter", receiving=COMMUNE.code)
    service, dossier = heard(fact)
    assert paper_due(service, dossier) == "02 17:00"


@pytest.mark.req("RT-02", "RT-06")
def test_in_order_the_paper_of_each_agency_has_its_limit_from_the_end_of_the_one_before() -> None:
    service, dossier = heard(received("sequential", IN_ORDER, channel="counter", receiving=CENTRE))
    service.world.clock.move_to(day(4, 16))
    service.tell(dossier, leg_ended(1, day(4, 16)))
    assert [paper_due(service, dossier, number) for number in (1, 2)] == ["02 17:00", "05 11:30"]


@pytest.mark.req("RT-02")
def test_a_dossier_that_came_online_has_no_paper_to_hand_over() -> None:
    service, dossier = heard(received("parallel", AT_ONCE, channel="online"))
    assert all(fact.paper is None for fact in service.facts(dossier) if isinstance(fact, Transferred))
    with service.database.session() as session:
        assert session.find(TIMERS) == []


@pytest.mark.req("RT-01")
def test_paper_that_does_not_leave_in_time_is_told_once_to_both_one_stops() -> None:
    service, dossier = on_paper(receiving=COMMUNE.code)
    service.world.clock.move_to(day(3, 17, 0, 59))
    assert service.fire() == 0
    service.world.clock.move_to(day(3, 17, 1))
    service.fire()
    service.world.clock.advance(timedelta(days=5))
    service.fire()
    late = service.facts(dossier)[-1]
    assert isinstance(late, HandoverLate)
    assert (late.leg, late.agency, types(service.facts(dossier))) == (1, COMMUNE.code, ["Transferred", "HandoverLate"])
    for one_stop in (COMMUNE.code, CENTRE):
        [alert] = service.get("/alerts", token("head-9", "one-stop-head", agencies=[one_stop])).json()["items"]
        assert (alert["kind"], alert["about"], alert["number"]) == ("handover-late", COMMUNE.code, 1)


@pytest.mark.req("RT-01")
def test_a_timer_that_comes_twice_tells_of_the_paper_once() -> None:
    service, dossier = on_paper()
    service.world.clock.move_to(day(4))
    service.fire()
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=dossier))
        application.fire(unit, Timer(name=application.HANDOVER_LATE, subject=dossier, due_at=day(4), detail="1"), day(5))
        unit.commit()
    assert types(service.facts(dossier)) == ["Transferred", "HandoverLate"]


@pytest.mark.req("RT-01")
def test_of_paper_that_left_in_time_nobody_is_told() -> None:
    service, dossier = on_paper()
    send(service, dossier)
    with service.database.session() as session:
        assert session.find(TIMERS) == []
    service.world.clock.move_to(day(4))
    assert service.fire() == 0


@pytest.mark.req("RT-01")
def test_of_the_paper_of_a_dossier_that_has_ended_nobody_is_told() -> None:
    service, dossier = on_paper()
    service.tell(dossier, Closed(effective_at=day(2, 12), recorded_at=day(2, 12), cause="withdrawn"))
    service.world.clock.move_to(day(4))
    service.fire()
    assert types(service.facts(dossier)) == ["Transferred"]


@pytest.mark.req("RT-01", "RT-06")
def test_in_order_the_agency_before_is_the_one_that_is_late_with_the_paper() -> None:
    service, dossier = heard(received("sequential", IN_ORDER, channel="counter", receiving=CENTRE))
    send(service, dossier)
    service.tell(dossier, leg_ended(1, day(3)))
    service.world.clock.move_to(day(9))
    service.fire()
    late = service.facts(dossier)[-1]
    assert isinstance(late, HandoverLate)
    assert (late.leg, late.agency) == (2, POLICE)
    assert TAX not in late.agency


@pytest.mark.req("OP-05")
def test_paper_that_moved_in_an_outage_is_not_called_late_when_the_dossier_is_entered_afterwards() -> None:
    service, dossier = routing(), uuid4()
    service.world.clock.move_to(day(3, 8))
    service.tell(dossier, received(legs=DEPARTMENT, at=MONDAY, channel="counter"))
    service.world.clock.move_to(day(4, 8))
    service.fire()
    assert types(service.facts(dossier)) == ["Transferred"]
    assert paper_due(service, dossier) == "02 17:00"
