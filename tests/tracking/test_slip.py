"""Form 06: who gave the dossier to whom, and what shows that it was taken over."""

from datetime import datetime, timedelta

import msgspec
import pytest

from chassis.catalogue import Catalogue
from contracts.dossier import intake, processing
from contracts.fact import Fact
from forms import Handover, Outcome
from tests.harness import Service, World
from tests.tracking import story
from tracking.main import BLUEPRINT
from tracking.names import Names
from tracking.slip import Rows

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def names() -> Names:
    service: Service = World().add(BLUEPRINT)
    return Names(Catalogue(service.database))


def rows_of(names: Names, *facts: Fact) -> Rows:
    known = Rows(story.RECEIVING, names)
    for fact in facts:
        known.hear(fact)
    return known


def rows(names: Names, *facts: Fact) -> list[Handover]:
    return rows_of(names, *facts).rows


def at(hours: float) -> datetime:
    return story.START + hours * HOUR


@pytest.mark.req("IN-31")
def test_a_hand_over_that_nobody_confirmed_was_said_to_be_received(names: Names) -> None:
    [filed, sent] = rows(names, story.submitted(), story.received(), story.transferred())
    assert (filed.given_at, filed.received_at, filed.receiver_officer) == (at(0), at(1), "officer-1")
    assert (sent.given_at, sent.received_at) == (at(2), None)


@pytest.mark.req("IN-31")
def test_the_first_thing_that_a_desk_does_shows_that_it_has_the_dossier(names: Names) -> None:
    told = rows(names, story.submitted(), story.received(), story.transferred(), story.assigned(5))
    assert [(row.received_at, row.receiver_officer) for row in told[1:]] == [(at(5), "head-1"), (None, "specialist-1")]
    drafted = processing.DraftSubmitted(**story.at(9), leg=1, draft=1, file=story.FILE, officer="specialist-1")
    told = rows(names, story.submitted(), story.received(), story.transferred(), story.assigned(5), drafted, story.approved(30))
    assert [(row.received_at, row.receiver_officer) for row in told[2:]] == [(at(9), "specialist-1"), (at(30), "leader-1"), (None, None)]


@pytest.mark.req("IN-31", "RT-04")
def test_paper_is_received_only_when_its_receipt_is_recorded(names: Names) -> None:
    sent = (story.submitted(), story.received(), story.transferred(), story.handed("sent", 2.5))
    assert rows(names, *sent, story.assigned(5))[2].received_at is None
    assert rows(names, *sent, story.assigned(5), story.handed("received", 6))[2].received_at == at(6)


@pytest.mark.req("IN-31", "RT-04")
def test_what_the_one_stop_does_shows_nobody_of_its_own_agency_at_work(names: Names) -> None:
    """Regression: the one-stop's own officer was said to have taken the dossier over when she handed the paper out."""
    here = story.SETTLING
    own = (story.submitted(receiving=here), story.received(receiving=here), story.transferred(), story.handed("sent", 2.5))
    known = Rows(here, names)
    for fact in own:
        known.hear(fact)
    assert [row.received_at for row in known.rows] == [at(1), None, None]


@pytest.mark.req("IN-31", "RT-04")
def test_a_recorded_receipt_is_the_moment_at_which_the_agency_had_the_dossier(names: Names) -> None:
    """Regression: it was said to have come with the first act of the next day."""
    sent = (story.submitted(), story.received(), story.transferred(), story.handed("sent", 2.5))
    told = rows(names, *sent, story.handed("received", 3), story.assigned(20))
    assert [(row.received_at, row.receiver_officer) for row in told[1:3]] == [(at(3), "officer-received")] * 2
    worked = rows(names, *sent, story.assigned(2.7), story.handed("received", 3))
    assert [row.received_at for row in worked[1:3]] == [at(2.7), at(3)], "who had begun to work had the e-dossier already"


@pytest.mark.req("IN-31", "PR-11", "PR-12")
@pytest.mark.parametrize(("late", "outcome"), [(False, Outcome.EARLY), (True, Outcome.LATE)])
def test_an_agency_is_judged_by_the_extended_date_only_if_the_slip_came_in_time(names: Names, late: bool, outcome: Outcome) -> None:
    new = story.DUE + timedelta(days=3)
    begun = (story.submitted(), story.received(), story.transferred(), story.assigned(), story.extended(late, new))
    row = rows(names, *begun, msgspec.structs.replace(story.approved(1), effective_at=story.DUE + HOUR))[1]
    assert (row.due_at, row.outcome) == (story.DUE if late else new, outcome)


@pytest.mark.req("IN-31")
def test_what_the_applicant_adds_is_taken_over_when_the_one_stop_confirms_it(names: Names) -> None:
    asked = (story.submitted(), story.received(), story.transferred(), story.supplement_requested(5))
    sent = intake.Amended(**story.at(8), amendment=1, form=None, attachments=(), answers_supplement=True)
    assert [row.received_at for row in rows(names, *asked, sent)[2:]] == [at(8), None]
    confirmed = intake.Supplemented(effective_at=at(8), recorded_at=at(9), stage="processing", officer="officer-2")
    assert [row.received_at for row in rows(names, *asked, sent, confirmed)[2:]] == [at(8), at(9), None]


@pytest.mark.req("IN-31")
def test_a_notice_that_went_by_itself_shows_nobody_at_the_one_stop(names: Names) -> None:
    issued = (story.submitted(), story.received(), story.transferred(), story.assigned(), story.approved(30), story.issued(at(31)))
    assert rows(names, *issued, story.announced(31))[-1].received_at is None
    by_officer = rows(names, *issued, story.announced(31), story.announced(32, way="telephone"))[-1]
    assert (by_officer.received_at, by_officer.receiver_officer) == (at(32), "officer-1")
    handed = rows(names, *issued, story.announced(31), story.returned(40))[-2]
    assert (handed.received_at, handed.receiver_officer) == (at(40), "officer-1")


@pytest.mark.req("IN-31")
def test_a_row_says_whether_the_agency_still_works_on_it(names: Names) -> None:
    begun = (story.submitted(), story.received(), story.transferred(), story.assigned(3))
    assert rows(names, *begun)[1].note == "Thẩm định (đang xử lý)"
    assert rows(names, *begun, story.approved(30))[1].note == "Thẩm định (đã xử lý)"


@pytest.mark.req("IN-31")
@pytest.mark.parametrize(
    ("more", "late", "note"),
    [
        ((), 0, "Thẩm định (đang xử lý)"),
        ((), 1, "Thẩm định (đang xử lý, đã quá hạn)"),
        ((story.approved(30),), 1, "Thẩm định (đã xử lý)"),
    ],
    ids=["in time", "overdue", "done"],
)
def test_a_row_says_that_its_date_is_past(names: Names, more: tuple[Fact, ...], late: int, note: str) -> None:
    begun = (story.submitted(form=story.REF), story.received(), story.transferred(), story.assigned(3), *more)
    known = rows_of(names, *begun)
    due_at = known.rows[1].due_at
    assert due_at is not None
    known.overdue(due_at + timedelta(minutes=late))
    assert known.rows[1].note == note


@pytest.mark.req("IN-31")
def test_the_heading_has_the_body_above_the_one_stop(names: Names) -> None:
    commune = next(agency for agency in names._agencies.values() if agency.parent in names._agencies)
    assert names.heading(commune.code).superior == names.agency(commune.parent or "")
    assert names.heading("nowhere") == ("nowhere", None, "nowhere", None)
