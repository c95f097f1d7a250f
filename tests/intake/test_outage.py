"""The paper book of an outage over HTTP, in memory: codes in advance, the guided entry afterwards, what was not used."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from contracts.dossier.intake import CodeVoided, Received
from intake.domain.outage import code_of, next_days, sheet_id
from tests import outages
from tests.harness import Service, types
from tests.intake.cases import CITIZEN, HEAD, HERE, OFFICER, THERE, attachments, filing, intake, item, submitted
from worktime import calendar, rule_set

TUESDAY = date(2026, 3, 3)
LAW = rule_set("tuyen-quang-2025")
BEGAN = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
ENDED = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
PAPER = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)


def declare(service: Service, ended: datetime | None = ENDED) -> None:
    outages.declare(service, BEGAN, ended, agency=HERE.code)


def after_an_outage(count: int = 3) -> Service:
    """Monday: codes are allotted; Tuesday: the power fails; Wednesday morning: entering begins."""
    service = intake()
    allotted = service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "count": count})
    assert allotted.status_code == 201, allotted.text
    declare(service)
    service.world.clock.move_to(datetime(2026, 3, 4, 1, 0, tzinfo=UTC))
    return service


def paper_code(number: int = 1, agency: str = HERE.code) -> str:
    return code_of(agency, TUESDAY, number, LAW)


def entry(service: Service, *, approver: str | None = HEAD, at: datetime = PAPER, code: str | None = None, **changes: Any) -> Any:
    body = {
        "dossier": filing(service, online=False),
        "code": code or paper_code(),
        "back_entry": {"effective_at": at.isoformat(), "reason": "Mất điện toàn xã từ 8 giờ"},
        **changes,
    }
    headers = {"Motcua-Approver": f"Bearer {approver}"} if approver else {}
    return service.post("/outage-entries/receptions", OFFICER, body, **headers)


@pytest.mark.req("OP-05", "IN-22")
def test_codes_are_allotted_for_the_next_five_working_days_from_a_series_of_their_own() -> None:
    service = intake()
    answer = service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "count": 2})
    codes = answer.json()["allotted"]
    assert [code.split("-", 1)[1] for code in codes] == [
        f"{day}-{number}" for day in ("260303", "260304", "260305", "260306", "260309") for number in (9001, 9002)
    ]
    assert service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "count": 2}).json()["allotted"] == []
    more = service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "count": 3}).json()["allotted"]
    assert more[0] == paper_code(3)


@pytest.mark.req("OP-05")
def test_two_one_stops_that_receive_for_one_agency_never_hold_the_same_code() -> None:
    service = intake()
    other = service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "settling": THERE.code, "count": 2})
    from tests.harness import token

    there = token("officer-2", "one-stop", agencies=[THERE.code])
    own = service.post("/outage-sheets", there, {"agency": THERE.code, "count": 2})
    assert not set(other.json()["allotted"]) & set(own.json()["allotted"])


def test_the_series_of_paper_codes_ends_at_9999() -> None:
    from contracts.refusal import Refused

    assert code_of("H60", TUESDAY, 999, LAW) == "H60-260303-9999"
    with pytest.raises(Refused):
        code_of("H60", TUESDAY, 1000, LAW)


def test_the_next_working_days_pass_over_a_holiday_and_take_a_working_saturday() -> None:
    thursday = datetime(2026, 8, 20, 2, 0, tzinfo=UTC)
    assert next_days(thursday, calendar(HERE.code), 3) == [date(2026, 8, 21), date(2026, 8, 22), date(2026, 8, 24)]


@pytest.mark.req("OP-05")
def test_the_sheet_is_printed_with_a_line_for_each_code() -> None:
    service = intake()
    service.post("/outage-sheets", OFFICER, {"agency": HERE.code, "count": 20})
    sheet = service.get(f"/outage-sheets/{HERE.code}/2026-03-03", OFFICER)
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(sheet.content)).pages)
    assert "03/03/2026" in text
    assert all(str(number) in text for number in range(9001, 9021))
    assert service.get(f"/outage-sheets/{HERE.code}/2026-03-02", OFFICER).status_code == 404


@pytest.mark.req("OP-05", "IN-36")
def test_what_was_received_on_paper_is_entered_with_both_times_reason_and_second_approver() -> None:
    service = after_an_outage()
    answer = entry(service)
    assert answer.status_code == 201, answer.text
    assert answer.json()["code"] == paper_code()
    filed, received = service.facts(UUID(answer.json()["id"]))
    for fact in (filed, received):
        assert (fact.effective_at, fact.recorded_at) == (PAPER, service.world.clock.now())
        assert fact.back_entry is not None
        assert (fact.back_entry.cause, fact.back_entry.approver) == ("outage", "head-1")
    assert isinstance(received, Received)
    assert received.deadline is not None
    assert "03/03/2026" in received.deadline.derivation[1].why
    wire = b"".join(r.value or b"" for p in service.world.bus.partitions("dossiers.v1") for r in p)
    assert "Mất điện".encode() not in wire


@pytest.mark.req("OP-05")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"at": BEGAN - timedelta(minutes=1)}, "back_entry.effective_at"),
        ({"at": datetime(2026, 3, 5, 1, 0, tzinfo=UTC)}, "back_entry.effective_at"),
        ({"at": ENDED + timedelta(minutes=1)}, "back_entry.effective_at"),
        ({"approver": None}, "Motcua-Approver"),
        ({"code": code_of(HERE.code, date(2026, 3, 5), 1, LAW)}, "code"),
        ({"code": f"{HERE.code}-260303-0001"}, "code"),
        ({"code": paper_code(9)}, "code"),
    ],
    ids=["before it began", "in the future", "after it ended", "nobody approved", "another day's code", "no paper code", "never allotted"],
)
def test_an_entry_is_refused_and_nothing_is_kept(changes: dict[str, Any], field: str) -> None:
    service = after_an_outage()
    answer = entry(service, **changes)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    assert answer.json()["article"] == LAW.article("outage")
    assert service.database.stored == []


@pytest.mark.req("OP-05")
def test_one_person_cannot_enter_and_approve_and_an_officer_cannot_approve() -> None:
    service = after_an_outage()
    assert entry(service, approver=OFFICER).status_code == 403
    body = {
        "dossier": filing(service, online=False),
        "code": paper_code(),
        "back_entry": {"effective_at": PAPER.isoformat(), "reason": "Mất điện"},
    }
    same = service.post("/outage-entries/receptions", HEAD, body, **{"Motcua-Approver": f"Bearer {HEAD}"})
    assert same.json()["field"] == "back_entry.approver"


@pytest.mark.req("OP-05")
def test_the_paper_book_takes_no_online_dossier() -> None:
    service = after_an_outage()
    answer = entry(service, dossier=filing(service) | {"applicant": "citizen-1"})
    assert (answer.status_code, answer.json()["field"], answer.json()["article"]) == (422, "dossier.channel", LAW.article("outage"))
    assert service.database.stored == []


@pytest.mark.req("OP-05")
def test_a_paper_code_is_used_once() -> None:
    service = after_an_outage()
    assert entry(service).status_code == 201
    assert entry(service, at=PAPER + timedelta(minutes=5)).status_code == 409


@pytest.mark.req("OP-05")
def test_a_paper_code_without_a_back_entry_and_a_back_entry_without_one_are_refused() -> None:
    service = after_an_outage()
    dossier = submitted(service)
    path = f"/dossiers/{dossier}/reception"
    assert service.post(path, OFFICER, {"code": paper_code()}).json()["field"] == "code"
    back = {"back_entry": {"effective_at": PAPER.isoformat(), "reason": "Mất điện"}}
    refused = service.post(path, OFFICER, back, **{"Motcua-Approver": f"Bearer {HEAD}"})
    assert refused.json()["field"] == "back_entry.effective_at", "it was submitted after the paper's time"


@pytest.mark.req("OP-05")
def test_a_supplement_asked_and_answered_on_paper_is_entered_in_its_order() -> None:
    service = after_an_outage()
    approved = {"Motcua-Approver": f"Bearer {HEAD}"}

    def at(minutes: int) -> dict[str, str]:
        return {"effective_at": (PAPER + timedelta(minutes=minutes)).isoformat(), "reason": "Mất điện"}

    filed = service.post("/dossiers", OFFICER, {**filing(service, online=False), "back_entry": at(0)}, **approved)
    assert filed.status_code == 201, filed.text
    dossier = filed.json()["id"]
    asked = service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()], "back_entry": at(10)}, **approved)
    assert asked.status_code == 200, asked.text
    brought = {"attachments": attachments(service, OFFICER)[:1], "back_entry": at(60)}
    assert service.post(f"/dossiers/{dossier}/amendments", OFFICER, brought, **approved).status_code == 200
    early = service.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER, {"back_entry": at(30)}, **approved)
    assert early.json()["field"] == "back_entry.effective_at"
    confirmed = service.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER, {"back_entry": at(70)}, **approved)
    assert confirmed.status_code == 200, confirmed.text
    accepted = service.post(f"/dossiers/{dossier}/reception", OFFICER, {"code": paper_code(), "back_entry": at(75)}, **approved)
    assert accepted.status_code == 200, accepted.text
    facts = service.facts(UUID(dossier))
    assert types(facts) == ["Submitted", "SupplementRequested", "Amended", "Supplemented", "Received"]
    assert all(fact.recorded_at == service.world.clock.now() and fact.back_entry for fact in facts)


@pytest.mark.req("OP-05")
def test_a_citizen_alone_cannot_enter_an_earlier_time() -> None:
    service = after_an_outage()
    body = {**filing(service), "back_entry": {"effective_at": PAPER.isoformat(), "reason": "Mất điện"}}
    assert service.post("/dossiers", CITIZEN, body).status_code == 422


@pytest.mark.req("OP-05", "IN-22")
def test_every_paper_code_ends_as_a_dossier_or_as_a_recorded_void() -> None:
    service = after_an_outage(count=3)
    dossier = entry(service).json()["id"]
    path = f"/outage-sheets/{HERE.code}/2026-03-03/closing"
    assert service.post(path, OFFICER).status_code == 403
    assert service.post(path.replace("2026-03-03", "0001-01-01"), HEAD).status_code == 404
    assert service.post(path, HEAD).json() == {"voided": 2}
    assert service.post(path, HEAD).json() == {"voided": 0}
    facts = service.facts(sheet_id(HERE.code, HERE.code, TUESDAY))
    assert [fact.code for fact in facts if isinstance(fact, CodeVoided)] == [paper_code(2), paper_code(3)]
    listed = service.get("/outage-sheets", OFFICER, agency=HERE.code, day="2026-03-03").json()
    assert [(row["state"], row["dossier"]) for row in listed["items"]] == [("used", dossier), ("voided", None), ("voided", None)]
    assert [known["code"] for known in listed["outages"]] == ["SC-2026-0001"]
    assert entry(service, code=paper_code(2)).status_code == 409


@pytest.mark.req("OP-05")
def test_a_sheet_is_not_closed_while_its_outage_lasts_and_closes_by_itself_later() -> None:
    service = after_an_outage(count=1)
    declare(service, ended=None)
    assert service.post(f"/outage-sheets/{HERE.code}/2026-03-03/closing", HEAD).status_code == 409
    service.world.clock.move_to(datetime(2026, 3, 10, 10, 0, tzinfo=UTC))
    service.fire()
    assert service.facts(sheet_id(HERE.code, HERE.code, TUESDAY)) == []
    declare(service)
    service.world.clock.advance(timedelta(days=1))
    service.fire()
    assert types(service.facts(sheet_id(HERE.code, HERE.code, TUESDAY))) == ["CodeVoided"]


@pytest.mark.req("OP-05", "IN-22")
def test_paper_of_an_outage_that_lasted_a_week_gets_its_working_days_from_the_end_on() -> None:
    """Regression: the codes were voided at the end of the next working day, while the paper with them was being entered."""
    service = after_an_outage(count=2)
    declare(service, ended=datetime(2026, 3, 11, 2, 0, tzinfo=UTC))
    sheet = sheet_id(HERE.code, HERE.code, TUESDAY)
    service.world.clock.move_to(datetime(2026, 3, 16, 10, 1, tzinfo=UTC))
    service.fire()
    assert service.facts(sheet) == []
    assert entry(service).status_code == 201
    service.world.clock.move_to(datetime(2026, 3, 18, 10, 1, tzinfo=UTC))
    service.fire()
    assert [fact.code for fact in service.facts(sheet) if isinstance(fact, CodeVoided)] == [paper_code(2)]


@pytest.mark.req("OP-05", "IN-22")
def test_an_outage_that_outlasts_the_book_gets_codes_afterwards_for_its_days_alone_and_from_the_head() -> None:
    """Regression: who came on the eighth day of an outage could never be entered."""
    service = intake()
    declare(service, ended=datetime(2026, 3, 12, 2, 0, tzinfo=UTC))
    service.world.clock.move_to(datetime(2026, 3, 13, 1, 0, tzinfo=UTC))
    wish = {"agency": HERE.code, "count": 2, "day": "2026-03-11"}
    assert service.post("/outage-sheets", OFFICER, wish).status_code == 403
    for day in ("2026-03-13", "2026-03-02", "2026-03-16"):
        assert service.post("/outage-sheets", HEAD, {**wish, "day": day}).json()["field"] == "day"
    codes = service.post("/outage-sheets", HEAD, wish).json()["allotted"]
    assert codes == [f"{HERE.code}-260311-{number}" for number in (9001, 9002)]
    assert entry(service, code=codes[0], at=datetime(2026, 3, 11, 3, 0, tzinfo=UTC)).status_code == 201
    sheet = sheet_id(HERE.code, HERE.code, date(2026, 3, 11))
    service.world.clock.move_to(datetime(2026, 3, 20, 9, 59, tzinfo=UTC))
    service.fire()
    assert service.facts(sheet) == []
    service.world.clock.move_to(datetime(2026, 3, 20, 10, 0, tzinfo=UTC))
    service.fire()
    assert [fact.code for fact in service.facts(sheet) if isinstance(fact, CodeVoided)] == codes[1:]
