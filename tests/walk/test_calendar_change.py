"""A new calendar over the whole one-stop shop, in memory: drafted, previewed, approved, recorded, told."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from catalogue.main import BLUEPRINT as CATALOGUE
from catalogue.outbound import publish_once
from chassis.rescheduling import OPEN_CLOCKS, Sweep
from contracts.dossier.processing import Rescheduled
from contracts.dossier.routing import LegRescheduled
from intake.application.clocks import OWNER as GATES
from notifications.main import BLUEPRINT as NOTIFICATIONS
from notifications.wording import Writer
from processing.application.clocks import OWNER as SETTLEMENT
from ratings.main import BLUEPRINT as RATINGS
from routing.clocks import OWNER as LEGS
from sync_national.main import BLUEPRINT as SYNC
from tests.harness import Service, token
from tests.intake.cases import CITIZEN, HERE, OFFICER, PROCEDURE, THERE, filing
from tests.processing.cases import letter
from tests.walk.town import LEADER, ONE_STOP, Town

EDITOR, APPROVER = token("editor-1", "catalogue-editor"), token("approver-1", "catalogue-approver")
STORM = {"date": "2026-03-06", "reason": "Bão số 5", "source": "Công điện 05/CĐ-UBND"}
AFTERNOON = {**STORM, "hours": "13:30-17:00"}


class Province(Town):
    """The town with its catalogue, notices, ratings and the portal's queue."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.catalogue = self.world.add(CATALOGUE)
        self.notifications, self.ratings, self.sync = (self.world.add(b) for b in (NOTIFICATIONS, RATINGS, SYNC))

    def draft(self, version: str = "vn-2026.2", **change: Any) -> None:
        body = {"version": version, "document": "05/CĐ-UBND", "changes": [change]}
        self._published(self.catalogue.post("/calendars", EDITOR, body, key=f"draft {version}"))

    def approve(self, version: str = "vn-2026.2") -> None:
        self._published(self.catalogue.post(f"/calendars/{version}/approval", APPROVER, key=f"approve {version}"))

    def _published(self, answer: Any) -> None:
        assert answer.status_code < 300, answer.text
        asyncio.run(publish_once(self.catalogue.database, self.world.bus))
        self.world.settle()

    def propose(self, dossier: str, new_date: str) -> None:
        code = self.processing.get(f"/dossiers/{dossier}", LEADER).json()["code"]
        self.done(self.processing.post(f"/dossiers/{dossier}/apologies", LEADER, letter(new_date=new_date, receipt_number=code)))

    def sweep(self) -> list[int]:
        """How many clocks each owner moved: gates, legs, settlement."""
        moved = []
        for service, owner in ((self.intake, GATES), (self.routing, LEGS), (self.processing, SETTLEMENT)):
            moved.append(Sweep(service.database, service.parts.catalogue, self.world.clock, owner).run())
        self.world.settle()
        return moved

    def change(self, **change: Any) -> list[int]:
        self.draft(**change)
        self.approve()
        return self.sweep()

    def last(self, dossier: str, kind: type[Any]) -> Any:
        return [fact for fact in self.world.history(UUID(dossier)) if isinstance(fact, kind)][-1]

    def due(self, dossier: str) -> str:
        return str(self.processing.get(f"/dossiers/{dossier}", ONE_STOP).json()["due_at"])


@pytest.fixture
def town(tmp_path: Path) -> Province:
    return Province(tmp_path)


def preview(service: Service, version: str = "vn-2026.2", **query: Any) -> Any:
    answer = service.get(f"/calendar-changes/{version}/preview", APPROVER, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.req("PR-19", "NO-02")
def test_a_storm_moves_every_clock_once_and_everybody_takes_the_new_date(town: Province) -> None:
    dossier = town.received()
    waiting = town.done(town.intake.post("/dossiers", CITIZEN, filing(town.intake)))["id"]
    town.world.clock.advance(timedelta(days=3))
    at_gate = town.done(town.intake.post("/dossiers", CITIZEN, filing(town.intake), key="second"))["id"]
    old = town.due(dossier)
    town.draft(closures=[STORM])
    assert [preview(s)["moved"] for s in (town.intake, town.routing, town.processing)] == [1, 1, 1]
    (item,) = preview(town.processing)["items"]
    assert item["code"] == town.seen(dossier)["code"]
    assert (item["dossier"], item["late_before"], item["late_after"]) == (dossier, False, False)
    assert datetime.fromisoformat(item["old_due_at"]) == datetime.fromisoformat(old)
    assert town.due(dossier) == old, "a preview moves nothing"

    town.approve()
    assert town.sweep() == [1, 1, 1]
    fact = town.last(dossier, Rescheduled)
    assert (fact.cause, fact.deadline.calendar) == ("calendar", "vn-2026.2")
    assert fact.deadline.due_at == datetime.fromisoformat(item["new_due_at"]) > fact.old_due_at == datetime.fromisoformat(old)
    assert "Bão số 5" in str(fact.deadline.derivation)
    assert town.last(dossier, LegRescheduled).cause == "calendar"
    assert town.story(at_gate)[-1] == "GateRescheduled"
    assert "GateRescheduled" not in town.story(waiting), "its eight hours ended before the storm"

    new = fact.deadline.due_at
    seen = town.seen(dossier)
    assert datetime.fromisoformat(seen["due_at"]) == new
    rows = {
        service.database.service: next(row for row in service.database.tables[table].values() if row.dossier == UUID(dossier))
        for service, table in (
            (town.results, "result_case"),
            (town.ratings, "case_state"),
            (town.notifications, "case_notice"),
            (town.intake, "dossier"),
        )
    }
    assert {row.due_at for row in rows.values()} == {new}
    told = [d for d in town.notifications.database.tables["delivery"].values() if d.event == "rescheduled"]
    assert {(d.dossier, d.old_due_at, d.due_at) for d in told} == {(UUID(dossier), fact.old_due_at, new)}
    assert {d.channel for d in told} == {"account", "sms", "email"}
    why = "05/CĐ-UBND (thứ Sáu 06/03/2026: Bão số 5)"
    letters = [Writer(town.notifications.parts.catalogue, lambda _: {}).text(d) for d in told if d.channel == "account"]
    assert letters and all(f"lịch làm việc của cơ quan thay đổi theo {why}: từ" in letter for letter in letters)
    for name in (dossier, at_gate):
        history = [item["what"] for item in town.tracking.get(f"/dossiers/{name}/history", ONE_STOP).json()["items"]]
        assert len([line for line in history if f"lịch làm việc thay đổi theo {why}." in line]) == 1
    assert [line for line in history if "cũng đổi như vậy" in line] == [], "nothing but the gate moves before reception"
    assert town.sweep() == [0, 0, 0]
    receipt = town.world.history(UUID(dossier))[1]
    assert receipt.deadline.due_at == fact.old_due_at, "the first date stands in Received"  # type: ignore[attr-defined]


@pytest.mark.req("PR-19")
def test_a_new_dossier_pins_the_approved_calendar(town: Province) -> None:
    assert town.change(closures=[STORM]) == [0, 0, 0]
    dossier = town.received()
    assert town.sweep() == [0, 0, 0]
    assert "Rescheduled" not in town.story(dossier)
    assert town.processing.get(f"/dossiers/{dossier}", ONE_STOP).json()["deadline"]["calendar"] == "vn-2026.2"


def test_half_a_day_moves_hours_and_leaves_days_alone(town: Province) -> None:
    dossier = town.received()
    town.world.clock.advance(timedelta(days=3, hours=7))
    at_gate = town.done(town.intake.post("/dossiers", CITIZEN, filing(town.intake)))["id"]
    assert town.change(closures=[AFTERNOON]) == [1, 0, 0]
    assert (town.story(at_gate)[-1], town.story(dossier)[-1]) == ("GateRescheduled", "Transferred")


def test_a_make_up_saturday_brings_a_date_nearer(town: Province) -> None:
    dossier = town.received()
    old = town.due(dossier)
    assert town.change(make_ups=[{"date": "2026-03-07", "source": "Thông báo"}])[1:] == [1, 1]
    assert datetime.fromisoformat(town.due(dossier)) < datetime.fromisoformat(old)


def test_only_the_agency_that_closed_moves(town: Province) -> None:
    town.received()
    assert town.change(agency=THERE.code, closures=[STORM]) == [0, 0, 0]
    town.draft("vn-2026.3", agency=HERE.code, closures=[STORM])
    assert preview(town.processing, "vn-2026.3")["moved"] == 1


def test_a_late_dossier_may_stop_being_late_and_the_preview_says_so(town: Province) -> None:
    dossier = town.received()
    due = datetime.fromisoformat(town.due(dossier))
    town.world.clock.move_to(due + timedelta(hours=16))
    assert town.seen(dossier)["standing"] == "late"
    town.draft(closures=[{**STORM, "date": due.date().isoformat()}])
    page = preview(town.processing)
    assert (page["moved"], page["stop_being_late"], page["start_being_late"]) == (1, 1, 0)
    town.approve()
    town.sweep()
    assert town.seen(dossier)["standing"] == "open"


def test_a_make_up_day_in_the_past_may_make_a_dossier_late_and_the_preview_says_so(town: Province) -> None:
    dossier = town.received()
    due = datetime.fromisoformat(town.due(dossier))
    town.world.clock.move_to(due)
    town.draft(make_ups=[{"date": "2026-03-07"}])
    page = preview(town.processing)
    assert (page["moved"], page["stop_being_late"], page["start_being_late"]) == (1, 0, 1)
    assert page["items"][0]["dossier"] == dossier


def test_a_paused_dossier_moves_with_its_pause_and_goes_on_from_the_new_calendar(town: Province) -> None:
    dossier = town.received()
    town.drafted(dossier)
    item = {"component": PROCEDURE.components[0].code, "defect": "illegible", "reason": "Mờ"}
    town.done(town.processing.post(f"/dossiers/{dossier}/supplement-needs", LEADER, {"leg": 1, "items": [item], "reason": "Cần bản rõ"}))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-requests/from-processing", ONE_STOP))
    town.world.clock.advance(timedelta(days=2))
    assert town.change(closures=[STORM])[2] == 1
    town.done(town.supplement(dossier))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-confirmation", ONE_STOP))
    restart = town.last(dossier, Rescheduled)
    assert (restart.cause, restart.deadline.calendar) == ("supplement-restart", "vn-2026.2")
    assert town.sweep() == [0, 0, 0]


def test_a_dossier_that_the_change_left_alone_keeps_its_calendar_until_a_later_date_is_wrong_by_it(town: Province) -> None:
    dossier = town.received()
    town.drafted(dossier)
    item = {"component": PROCEDURE.components[0].code, "defect": "illegible", "reason": "Mờ"}
    town.done(town.processing.post(f"/dossiers/{dossier}/supplement-needs", LEADER, {"leg": 1, "items": [item], "reason": "Cần bản rõ"}))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-requests/from-processing", ONE_STOP))
    after = (datetime.fromisoformat(town.due(dossier)) + timedelta(days=1)).date()
    assert town.change(closures=[{**STORM, "date": after.isoformat()}])[2] == 0
    town.world.clock.advance(timedelta(days=4))
    town.done(town.supplement(dossier))
    town.done(town.intake.post(f"/dossiers/{dossier}/supplement-confirmation", ONE_STOP))
    assert town.last(dossier, Rescheduled).deadline.calendar == "vn-2026.1"
    assert town.sweep()[2] == 1
    assert (town.last(dossier, Rescheduled).cause, town.last(dossier, Rescheduled).deadline.calendar) == ("calendar", "vn-2026.2")


def test_an_extended_date_that_becomes_a_day_off_moves_to_the_next_day_worked(town: Province) -> None:
    dossier = town.received()
    dates = town.processing.get(f"/dossiers/{dossier}/extension-dates", LEADER).json()["dates"]
    town.propose(dossier, dates[0])
    town.done(town.processing.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert town.due(dossier).startswith(dates[0])
    assert town.change(closures=[{**STORM, "date": dates[0]}])[2] == 1
    fact = town.last(dossier, Rescheduled)
    assert timedelta(days=1) <= fact.deadline.due_at - fact.old_due_at <= timedelta(days=3)
    assert fact.original_due_at is not None and fact.original_due_at < fact.old_due_at
    kept = next(row for row in town.results.database.tables["result_case"].values() if row.dossier == UUID(dossier))
    assert (kept.due_at, kept.original_due_at, kept.late_extension) == (fact.deadline.due_at, fact.original_due_at, False)


def test_of_a_slip_sent_too_late_the_date_that_binds_moves_with_the_storm(town: Province) -> None:
    dossier = town.received()
    due = datetime.fromisoformat(town.due(dossier))
    town.world.clock.move_to(due.replace(hour=9))
    dates = town.processing.get(f"/dossiers/{dossier}/extension-dates", LEADER).json()["dates"]
    town.propose(dossier, dates[0])
    assert town.done(town.processing.post(f"/dossiers/{dossier}/extension", ONE_STOP))["late_notice"]
    assert town.change(closures=[STORM])[2] == 1
    fact = town.last(dossier, Rescheduled)
    assert fact.deadline.due_at == fact.old_due_at, "the promised date is not pushed on"
    assert fact.original_due_at.date().isoformat() == dates[0]
    told = [d for d in town.notifications.database.tables["delivery"].values() if d.event == "rescheduled"]
    assert told == [], "the applicant's date did not move"
    seen = next(row for row in town.ratings.database.tables["case_state"].values() if row.dossier == UUID(dossier))
    assert seen.binding_due_at == fact.original_due_at


def test_a_finished_dossier_is_not_moved_and_its_row_is_gone(town: Province) -> None:
    dossier = town.received()
    town.issued(dossier)
    assert not [row for row in town.processing.database.tables[OPEN_CLOCKS.name].values() if row.dossier == UUID(dossier)]
    assert town.change(closures=[STORM])[1:] == [0, 0]


def test_an_imported_dossier_is_never_moved(town: Province) -> None:
    from tests.processing.cases import received, transferred

    imported = UUID(int=77)
    fact = msgspec.structs.replace(received(), rule_set="imported")
    town.processing.tell(imported, fact, transferred(), source="elsewhere")
    assert OPEN_CLOCKS.name not in town.processing.database.tables or not town.processing.database.tables[OPEN_CLOCKS.name]


def test_progress_is_told_and_an_unknown_version_is_not_found(town: Province) -> None:
    town.received()
    assert town.processing.get("/calendar-changes/khong-co/preview", APPROVER).status_code == 404
    assert town.processing.get("/calendar-changes/khong-co", OFFICER).status_code == 403
    town.change(closures=[STORM])
    told = town.processing.get("/calendar-changes/vn-2026.2", APPROVER).json()
    assert (told["examined"], told["moved"], told["stuck"], told["left"], told["status"]) == (1, 1, 0, 0, "approved")
    assert told["finished_at"]


def test_a_preview_comes_in_pages(town: Province) -> None:
    for number in range(3):
        town.done(town.intake.post("/dossiers", OFFICER, filing(town.intake, online=False), key=f"n{number}"))
    town.draft(closures=[{**STORM, "date": "2026-03-02"}, {**STORM, "date": "2026-03-03"}])
    first = preview(town.intake, limit=2)
    second = preview(town.intake, limit=2, cursor=first["next"])
    assert (first["examined"], second["examined"], "next" in second) == (2, 1, False)
