"""Money that was taken at the counter while the system was down, entered afterwards."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.http.back_entry import APPROVER
from payments.main import BLUEPRINT
from tests.harness import START, Service, World, token
from tests.outages import declare
from tests.payments.test_api import ONE_STOP, owing
from tests.results.cases import HERE

HEAD = token("head-9", "one-stop-head", agencies=(HERE,))
BEGAN, ENDED, NOW = START + timedelta(days=1), START + timedelta(days=1, hours=6), START + timedelta(days=2)


def down() -> tuple[Service, UUID]:
    service = World().add(BLUEPRINT)
    declare(service, BEGAN, ENDED)
    dossier = owing(service)
    service.world.clock.move_to(NOW)
    return service, dossier


def collect(service: Service, dossier: UUID, at: datetime, approver: str = HEAD) -> Any:
    body = {"obligation": "tax-1", "amount_vnd": 300_000, "back_entry": {"effective_at": at.isoformat(), "reason": "Mất điện"}}
    return service.post(f"/dossiers/{dossier}/collections", ONE_STOP, body, **{APPROVER: f"Bearer {approver}"})


@pytest.mark.req("OP-05", "PY-02")
def test_money_taken_on_paper_keeps_the_papers_time() -> None:
    """Regression: it could be entered with today's time alone, after the result that it was paid for."""
    service, dossier = down()
    paid_at = BEGAN + timedelta(hours=1)
    assert collect(service, dossier, paid_at).status_code == 201
    [paid] = service.facts(dossier)
    assert (paid.effective_at, paid.recorded_at) == (paid_at, NOW)
    assert paid.back_entry and paid.back_entry.approver == "head-9"


@pytest.mark.req("OP-05")
def test_money_is_not_entered_for_a_time_before_it_was_owed_outside_the_outage_or_alone() -> None:
    service, dossier = down()
    for at in (START - timedelta(minutes=1), ENDED + timedelta(minutes=1), NOW + timedelta(hours=1)):
        answer = collect(service, dossier, at)
        assert (answer.status_code, answer.json()["field"]) == (422, "back_entry.effective_at")
    assert collect(service, dossier, BEGAN + timedelta(hours=1), approver=ONE_STOP).status_code in (403, 422)
    assert service.facts(dossier) == []
