"""The view of results on a real PostgreSQL."""

import pytest

from chassis.clock import VirtualClock
from contracts.dossier.parts import Fee
from contracts.dossier.results import ResultIssued
from contracts.fact import FileRef
from motcua_stack import Servers
from results import views
from results.inbound import handler
from tests.harness import START
from tests.results.cases import HERE, approved, extended, new_dossier, received, stop_requested, submitted
from tests.results.store import hear, opened

FILE = FileRef(key="k", digest="0" * 64, size=1, media_type="application/pdf")


@pytest.mark.req("RS-04")
def test_the_case_comes_back_from_postgresql_and_pages_by_age(stack: Servers) -> None:
    issued = ResultIssued(effective_at=START, recorded_at=START, outcome="granted", number="1", file=FILE, certificate="c", clerk="k")
    fee = Fee(amount_vnd=9, when="result")
    with opened(stack, "results") as database:
        dossiers = [new_dossier() for _ in range(3)]
        for dossier in dossiers:
            facts = (submitted(), received(fee=fee), extended(1, late=False), approved(), stop_requested(), issued)
            hear(database, handler(VirtualClock(START)), dossier, *facts)
        with database.session() as session:
            [case] = session.rows(views.CASES, [(dossiers[0],)])
            assert (case.file, case.unpaid, case.state, case.late_extension) == (FILE, {"fee": 9}, "issued", False)
            assert len(session.history([dossiers[0]])[dossiers[0]]) == 1
            first = views.results_page(session, [("receiving", "in", [HERE])], "newest", None, 2, START)
            rest = views.results_page(session, [("receiving", "=", HERE)], "newest", first["next"], 2, START)
            assert {row["dossier"] for row in first["items"] + rest["items"]} == {str(dossier) for dossier in dossiers}
            assert views.counts(session, []) == {"granted": 3, "declined": 0}
