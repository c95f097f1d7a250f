"""Form 04: who apologises, which new date is legal, and what the one-stop then changes."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.dossier.processing import Apologised, Extended, ExtensionProposed
from contracts.dossier.results import ResultIssued
from contracts.fact import FileRef
from processing.domain import fold
from processing.letters import form_04
from processing.views import CASE
from tests.harness import Service, token, types
from tests.intake.cases import HERE, PROCEDURE, THERE
from tests.intake.known import arrived, submitted
from tests.intake.test_letters import text_of
from tests.processing.cases import (
    HEAD,
    LEADER,
    ONE_STOP,
    ONE_STOP_HEAD,
    OTHER_LEADER,
    approve,
    asked,
    completed,
    day,
    draft,
    letter,
    ok,
    on_desk,
    processing,
    received,
    refused,
    transferred,
)

DUE = date(2026, 3, 23)


def page(service: Service, dossier: UUID) -> str:
    """The newest form 04 as text without spaces and line ends."""
    return "".join(text_of(service.get(f"/dossiers/{dossier}/forms/04", LEADER).content).split())


def apologise(service: Service, dossier: UUID, who: str = LEADER, **changes: Any) -> Any:
    return service.post(f"/dossiers/{dossier}/apologies", who, letter(**changes))


def plus(days: int) -> str:
    """So many working days behind the due date."""
    return (DUE + timedelta(days=days + (2 if days > 4 else 0))).isoformat()


@pytest.mark.req("PR-11", "PR-12")
def test_one_document_apologises_and_proposes_and_the_one_stop_changes_the_date() -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(day(20))
    answer = ok(apologise(service, dossier, new_date=plus(5)))
    assert answer == {"recorded": ["Apologised", "ExtensionProposed"], "late_notice": False}
    assert ok(service.get(f"/dossiers/{dossier}", LEADER))["due_at"].startswith("2026-03-23")
    changed = ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert changed == {"old_due_at": "2026-03-23T17:00:00+07:00", "due_at": "2026-03-30T17:00:00+07:00", "late_notice": False}
    service.world.settle()
    shown = ok(service.get(f"/dossiers/{dossier}", LEADER))
    assert (shown["extension"]["old_due_at"][:10], shown["extension"]["due_at"][:10]) == ("2026-03-23", "2026-03-30")
    assert shown["first_due_at"][:10] == "2026-03-23" and shown["legs"][0]["settlement_due_at"][:10] == "2026-03-30"


@pytest.mark.req("PR-11")
def test_without_a_slip_the_date_does_not_change() -> None:
    service, dossier = on_desk()
    refused(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    ok(apologise(service, dossier))
    assert refused(apologise(service, dossier))["field"] == "fault"
    refused(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert service.post(f"/dossiers/{dossier}/extension", LEADER).status_code == 403


@pytest.mark.req("PR-12")
@pytest.mark.parametrize(("at", "late"), [(day(20, 16), False), (day(20, 18), True), (day(23), True), (day(25), True)])
def test_a_slip_is_in_time_until_one_working_day_before_and_later_only_marked(at: Any, late: bool) -> None:
    service, dossier = on_desk()
    service.world.clock.move_to(at)
    assert ok(apologise(service, dossier, new_date=plus(5)))["late_notice"] is late
    assert ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))["late_notice"] is late
    shown = ok(service.get(f"/dossiers/{dossier}", LEADER))
    assert (shown["due_at"][:10], shown["binding_due_at"][:10]) == ("2026-03-30", "2026-03-23" if late else "2026-03-30")


@pytest.mark.req("PR-12")
@pytest.mark.parametrize("field", ["name", "dossier_type", "receipt_number", "state", "reason"])
def test_each_of_the_five_contents_is_obligatory(field: str) -> None:
    service, dossier = on_desk()
    answer = apologise(service, dossier, **{field: " "})
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert types(service.facts(dossier)) == ["Assigned"]


@pytest.mark.req("PR-12")
@pytest.mark.parametrize(
    ("field", "wrong"), [("dossier_type", "Đất đai"), ("dossier_type", PROCEDURE.name[:10]), ("receipt_number", "02/TNHS")]
)
def test_type_and_number_in_the_letter_are_those_of_the_dossier(field: str, wrong: str) -> None:
    service, dossier = on_desk()
    problem = refused(apologise(service, dossier, **{field: wrong}), 422)
    assert (problem["field"], problem["article"]) == (field, "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a")
    assert types(service.facts(dossier)) == ["Assigned"]
    ok(apologise(service, dossier, dossier_type=PROCEDURE.code, receipt_number=f"{HERE.code}-260302-0001"))


@pytest.mark.req("PR-12")
def test_form_04_names_who_filed_the_dossier_whatever_the_letter_says() -> None:
    service, dossier = processing(), uuid4()
    filed, mended = ({"full_name": name} for name in ("Lò Văn Pành", "Lò Văn Pánh"))
    submission = submitted(applicant="citizen-7", form=service.parts.vault.put(dossier, "form", filed))
    service.tell(dossier, submission, received())
    service.tell(dossier, transferred())
    ok(apologise(service, dossier))
    assert "Kínhgửi:LòVănPành" in page(service, dossier) and "NgọcÁnh" not in page(service, dossier)
    assert "Sốgiấytiếpnhận:01/TNHS" in page(service, dossier)
    owner, stranger = (token(name, "citizen", agencies=[]) for name in ("citizen-7", "citizen-8"))
    assert service.get(f"/dossiers/{dossier}/forms/04", owner).content.startswith(b"%PDF")
    assert service.get(f"/dossiers/{dossier}/forms/04", stranger).status_code == 404
    assert service.get(f"/dossiers/{dossier}", owner).status_code == 403
    assert service.get(f"/dossiers/{uuid4()}/forms/04", owner).status_code == 404
    service.tell(dossier, arrived(form=service.parts.vault.put(dossier, "form", mended)))
    assert "Kínhgửi:LòVănPánh" in page(service, dossier)


@pytest.mark.req("PR-12", "PR-13")
def test_form_04_says_that_no_extension_is_left_only_where_that_is_so() -> None:
    service, dossier = on_desk()
    ok(apologise(service, dossier))
    assert "Khôngthểhẹn" not in page(service, dossier) and "QĐ06/2025/QĐ-CTUBNDĐiều25khoản2điểmb" in page(service, dossier)
    service.world.clock.advance(timedelta(minutes=1))
    ok(apologise(service, dossier, new_date=plus(5)))
    assert "Khôngthểhẹn" not in page(service, dossier)
    service.world.clock.advance(timedelta(days=1))
    ok(apologise(service, dossier))
    once = "việchẹnlạingàytrảkếtquảchỉđượcthựchiệnmộtlần(QĐ06/2025/QĐ-CTUBNDĐiều25khoản2điểma).Kếtquảsẽđượctrảngaykhicó"
    assert f"Khôngthểhẹnngàytrảkếtquảmới:{once}" in page(service, dossier)
    service, short = on_desk(term="2wd")
    ok(apologise(service, short))
    third = "mộtphầnbacủathờihạn02ngàylàmviệcchưađủmộtđơnvịnênkhôngđượcgiahạn(QĐ06/2025/QĐ-CTUBNDĐiều25khoản2điểma)."
    assert f"Khôngthểhẹnngàytrảkếtquảmới:{third}" in page(service, short)


@pytest.mark.req("PR-13")
def test_a_third_is_the_most_and_only_once() -> None:
    service, dossier = on_desk()
    dates = ok(service.get(f"/dossiers/{dossier}/extension-dates", LEADER))
    assert (dates["dates"][0], dates["dates"][-1], len(dates["dates"])) == ("2026-03-24", "2026-03-30", 5)
    assert refused(apologise(service, dossier, new_date=plus(6)))["field"] == "new_date"
    refused(apologise(service, dossier, new_date=DUE.isoformat()))
    refused(apologise(service, dossier, new_date="2026-03-28"))
    assert types(service.facts(dossier)) == ["Assigned"]
    ok(apologise(service, dossier, new_date=plus(5)))
    assert "khoản 2" in refused(apologise(service, dossier, new_date=plus(2)))["article"]
    ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    refused(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert ok(service.get(f"/dossiers/{dossier}/extension-dates", LEADER))["refused"]["article"]
    service.world.clock.advance(timedelta(days=1))
    ok(apologise(service, dossier))


@pytest.mark.req("PR-13")
@pytest.mark.parametrize("day", ["9999-12-31", "2100-01-01"])
def test_a_date_beyond_the_calendar_is_refused_with_its_field(day: str) -> None:
    service, dossier = on_desk()
    answer = refused(apologise(service, dossier, new_date=day), 422)
    assert answer["field"] == "new_date" and "ngoài lịch" in answer["detail"]
    told = ok(service.get(f"/dossiers/{dossier}/what-if", LEADER, extend_to=day))["actions"]
    (action,) = [action for action in told if action["action"] == "extend-to"]
    assert "ngoài lịch" in action["refused"]["why"]
    assert types(service.facts(dossier)) == ["Assigned"]


@pytest.mark.req("PR-14")
def test_the_signer_goes_with_the_fault() -> None:
    service, dossier = on_desk()
    refused(apologise(service, dossier, ONE_STOP_HEAD), 403)
    refused(apologise(service, dossier, OTHER_LEADER), 403)
    refused(apologise(service, dossier, LEADER, fault="one-stop"), 403)
    ok(apologise(service, dossier, ONE_STOP_HEAD, fault="one-stop"))
    refused(apologise(service, dossier, ONE_STOP, fault="receiver"))
    fact = service.facts(dossier)[-1]
    assert isinstance(fact, Apologised) and (fact.fault, fact.signer) == ("one-stop", "officer-head-1")
    assert apologise(service, dossier, HEAD).status_code == 403


@pytest.mark.req("PR-14")
def test_the_receiver_apologises_itself_where_another_one_stop_hands_the_result_over() -> None:
    service, dossier = on_desk(settling=THERE.code)
    assert refused(apologise(service, dossier, ONE_STOP, fault="receiver"))["field"] == "fault"
    service, dossier = on_desk(settling=THERE.code, return_at=THERE.code)
    ok(apologise(service, dossier, ONE_STOP, fault="receiver"))
    assert refused(apologise(service, dossier, ONE_STOP, fault="receiver", new_date=plus(2)), 422)["field"] == "new_date"


@pytest.mark.req("PR-15")
def test_an_apology_never_ends_a_dossier_and_is_possible_after_a_late_result() -> None:
    service, dossier = on_desk()
    ok(apologise(service, dossier))
    ok(draft(service, dossier))
    ok(approve(service, dossier))
    file = FileRef(key="dossiers/x", digest="0" * 64, size=1, media_type="application/pdf")
    issued = ResultIssued(
        effective_at=day(25), recorded_at=day(25), outcome="granted", number="1", file=file, certificate="x", clerk="clerk-1"
    )
    service.tell(dossier, issued)
    service.world.clock.advance(timedelta(days=1))
    ok(apologise(service, dossier))
    refused(apologise(service, dossier, new_date=plus(2)))
    assert types(service.facts(dossier))[-2:] == ["Approved", "Apologised"]


@pytest.mark.req("PR-12")
def test_form_04_is_printed_for_staff_once_there_is_an_apology() -> None:
    service, dossier = on_desk()
    path = f"/dossiers/{dossier}/forms/04"
    refused(service.get(path, LEADER), 404)
    ok(apologise(service, dossier, new_date=plus(5)))
    answer = service.get(path, ONE_STOP)
    assert (answer.status_code, answer.headers["content-type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert service.get(path, OTHER_LEADER).status_code == 404


@pytest.mark.req("PR-12")
def test_form_04_leads_to_the_look_up_and_a_second_letter_has_a_number_of_its_own() -> None:
    service, dossier = on_desk()
    pages = []
    for _ in range(2):
        ok(apologise(service, dossier))
        service.world.clock.advance(timedelta(days=1))
        with service.database.session() as session:
            (case,) = session.rows(CASE, [(dossier,)])
        form = form_04(case, fold(service.facts(dossier)), service.parts.vault, service.parts.catalogue, "https://tra-cuu.example.vn/")
        pages.append(text_of(form).replace(" ", ""))
    assert all(f"https://tra-cuu.example.vn/lookup/{case.code}" in page for page in pages)
    assert "260302-0001/PXL" in pages[0] and "260302-0001.2/PXL" in pages[1]


@pytest.mark.req("PR-09", "PR-13")
def test_a_restart_spends_the_extension() -> None:
    service, dossier = on_desk()
    ok(apologise(service, dossier, new_date=plus(5)))
    service.tell(dossier, asked(day(3)))
    refused(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    service.tell(dossier, completed(day(10)))
    refused(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    assert types(service.facts(dossier))[1:3] == ["Apologised", "ExtensionProposed"]


@pytest.mark.req("PR-13")
def test_a_pause_after_the_extension_moves_the_new_date() -> None:
    service, dossier = on_desk(supplement_policy="pause")
    ok(apologise(service, dossier, new_date=plus(5)))
    ok(service.post(f"/dossiers/{dossier}/extension", ONE_STOP))
    service.tell(dossier, asked(day(4)), completed(day(6)))
    facts = {type(fact): fact for fact in service.facts(dossier)}
    assert isinstance(facts[ExtensionProposed], ExtensionProposed) and isinstance(facts[Extended], Extended)
    assert service.facts(dossier)[-1].deadline.due_at.isoformat() == "2026-04-01T17:00:00+07:00"  # type: ignore[attr-defined]
