"""Intake and routing together on one bus."""

from uuid import UUID

import msgspec
import pytest

from chassis.catalogue import ENTRIES, entry_of
from chassis.store import Because, Unit
from contracts.catalogue import Leg, Procedure
from contracts.dossier.routing import Transferred
from contracts.national_status import Status, national_status
from intake.main import BLUEPRINT as INTAKE
from routing.main import BLUEPRINT as ROUTING
from tests.harness import Service, World, types
from tests.intake.cases import HERE, PROCEDURE, received
from tests.routing.given import TAX


def both() -> tuple[Service, Service]:
    world = World()
    return world.add(INTAKE), world.add(ROUTING)


def publish(service: Service, procedure: Procedure) -> None:
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(ENTRIES, entry_of(procedure))
        unit.commit()
    service.parts.catalogue.forget()


def agencies(routing: Service, dossier: str) -> list[str]:
    return [fact.agency for fact in routing.facts(UUID(dossier)) if isinstance(fact, Transferred)]


@pytest.mark.req("RT-01")
def test_reception_is_followed_by_the_transfer_and_the_national_status_is_in_processing() -> None:
    intake, routing = both()
    dossier, _ = received(intake)
    assert agencies(routing, dossier) == [HERE.code]
    history = intake.world.history(UUID(dossier))
    assert types(history)[-2:] == ["Received", "Transferred"]
    assert national_status(history) == Status.PROCESSING


@pytest.mark.req("RT-05")
def test_a_process_changed_after_reception_leaves_the_running_dossier_alone() -> None:
    intake, routing = both()
    old, _ = received(intake)
    legs = (*PROCEDURE.process.legs, Leg(order=2, agency_role=TAX, lead=False, task="Xác định nghĩa vụ", term="1wd"))
    process = msgspec.structs.replace(PROCEDURE.process, version=2, mode="parallel", legs=legs)
    for service in (intake, routing):
        publish(service, msgspec.structs.replace(PROCEDURE, version=PROCEDURE.version + 1, process=process))
    new, _ = received(intake)
    assert agencies(routing, old) == [HERE.code]
    assert agencies(routing, new) == [HERE.code, TAX]
