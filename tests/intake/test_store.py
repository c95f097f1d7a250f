"""The tables of intake on a real PostgreSQL: the gate's notices, the paper book, the register."""

from datetime import date, timedelta

import pytest

from catalogue.province import load_data
from chassis.catalogue import ENTRIES, Catalogue, entry_of
from chassis.clock import VirtualClock
from chassis.settings import Settings
from chassis.timers import fire_due
from contracts.dossier.parts import Attachment
from contracts.fact import FileRef
from intake import application, completeness, register, views
from intake.application import Desk, outage
from intake.domain.outage import sheet_id
from intake.inbound import handler
from motcua_stack import Servers
from tests.harness import START, types
from tests.intake.cases import HERE, PROCEDURE, form
from tests.results.cases import new_dossier
from tests.results.store import hear, opened, unit_of

FILE = FileRef(key="dossiers/x/upload/y", digest="0" * 64, size=1, media_type="application/pdf")


@pytest.mark.req("IN-11", "IN-32", "IN-42", "OP-05")
def test_a_dossier_s_notices_codes_and_register_line_stand_in_postgresql(stack: Servers) -> None:
    dossier, clock = new_dossier(), VirtualClock(START)
    filing = application.Filing(
        procedure=PROCEDURE.code,
        channel="counter",
        receiving=HERE.code,
        settling=None,
        form=form(),
        attachments=tuple(Attachment(component=part.code, file=FILE) for part in PROCEDURE.components if part.required),
        return_channel="counter",
        applicant="citizen-1",
    )
    with opened(stack, "intake") as database:
        with unit_of(database) as unit:
            for record in load_data():
                unit.put(ENTRIES, entry_of(record))
        desk = Desk(Catalogue(database), Settings(rule_set="tuyen-quang-2025"))

        with unit_of(database) as unit:
            codes = outage.allot(unit, desk, HERE.code, HERE.code, 2, "officer-1", START)
        assert [row.day for row in codes[:3]] == [date(2026, 3, 3), date(2026, 3, 3), date(2026, 3, 4)]

        with unit_of(database) as unit:
            application.submit(unit, desk, dossier, filing, START)
        with unit_of(database) as unit:
            application.receive(unit, desk, dossier, "officer-1", START + timedelta(days=1), code=codes[0].code)
        with database.session() as session:
            facts = [recorded.fact for recorded in session.history([dossier])[dossier]]
        hear(database, handler(desk, VirtualClock(START)), dossier, *facts)

        with unit_of(database) as unit:
            unit.insert(views.NOTICE, views.Notice(kind="new", dossier=dossier, receiving=HERE.code, round="", told_at=START, in_time=True))
        with unit_of(database) as unit:
            assert application.see_notices(unit, dossier, "officer-1", START) == 1
        with database.session() as session:
            (notice,) = views.notices(session, HERE.code, seen=True, after=None, limit=10)
            assert (notice.in_time, notice.seen_by) == (True, "officer-1")
            assert views.gate_queue(session, HERE.code, late_at=None, after=None, limit=10) == []

        begin, end = register.year_of(2026)
        with database.session() as session:
            (row,) = views.registered(session, HERE.code, begin, end, between=(1, 500), after=None, limit=10)
            assert (row.code, row.register_ordinal) == (codes[0].code, 1)
            working = desk.catalogue.calendar(HERE.code)
            report = completeness.report(session, working, HERE.code, begin, end, START + timedelta(days=1))
        assert (report["received"], report["paper_codes_open"]) == (1, 0)

        clock.move_to(START + timedelta(days=8, hours=9))
        fire_due(database, clock, lambda unit, timer: application.fire(unit, desk, timer, clock.now()))
        with database.session() as session:
            sheet = sheet_id(HERE.code, HERE.code, date(2026, 3, 3))
            assert types([recorded.fact for recorded in session.history([sheet])[sheet]]) == ["CodeVoided"]
