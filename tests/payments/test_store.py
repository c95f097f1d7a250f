"""The tables of payments on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.clock import VirtualClock
from chassis.settings import Settings
from chassis.store.postgres import PostgresDatabase
from chassis.timers import fire_due
from contracts import Fact
from contracts.dossier.parts import Fee
from motcua_stack import Servers
from payments import application, views
from payments.domain import BankNotice
from payments.inbound import handler
from tests.harness import START
from tests.results.cases import new_dossier, received, submitted
from tests.results.store import hear, opened, unit_of


@pytest.mark.req("PY-06")
def test_an_early_notice_waits_in_postgresql_and_pays_once(stack: Servers) -> None:
    dossier, clock = new_dossier(), VirtualClock(START)
    notice = BankNotice(voucher="V", dossier=dossier, obligation="fee", amount_vnd=9, succeeded_at=START, heard_at=START)
    with opened(stack, "payments") as database:
        with unit_of(database) as unit:
            assert application.hear_bank(unit, Settings().rules_on, notice) == "waiting"
        hear(database, handler(clock), dossier, submitted(), received(fee=Fee(amount_vnd=9, when="result")))
        with unit_of(database) as unit:
            assert application.hear_bank(unit, Settings().rules_on, notice) == "applied"
            assert len(unit.history(dossier)) == 1
        hear(database, handler(clock), dossier, *_own(database, dossier))
        clock.advance(timedelta(hours=2))
        assert fire_due(database, clock, lambda unit, timer: application.fire(unit, timer, clock.now())) == 0
        with database.session() as session:
            [row] = views.obligations(session, dossier)
            assert (row.paid_at, row.voucher) == (START, "V")
            assert views.notices_page(session, "applied", None, 10)["items"][0]["voucher"] == "V"


def _own(database: PostgresDatabase, dossier: UUID) -> list[Fact]:
    with database.session() as session:
        return [recorded.fact for recorded in session.history([dossier])[dossier]]


@pytest.mark.req("PY-06")
def test_a_notice_and_its_obligation_at_the_same_moment_find_each_other(stack: Servers) -> None:
    dossier, clock = new_dossier(), VirtualClock(START)
    notice = BankNotice(voucher="V", dossier=dossier, obligation="fee", amount_vnd=9, succeeded_at=START, heard_at=START)
    with opened(stack, "payments") as database, ThreadPoolExecutor(1) as other:
        with unit_of(database) as unit:
            assert application.hear_bank(unit, Settings().rules_on, notice) == "waiting"
            unit.flush()
            opening = other.submit(hear, database, handler(clock), dossier, submitted(), received(fee=Fee(amount_vnd=9, when="result")))
            assert not wait([opening], 0.5).done, "the obligation must wait for the notice"
            unit.commit()
        opening.result(30)
        assert len(_own(database, dossier)) == 1
