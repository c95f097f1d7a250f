"""Results before their date, results with an error, originals to compare, and the e-paper's fields."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.vault import MemoryVault
from contracts.dossier.intake import Amended
from contracts.dossier.processing import Rescheduled
from contracts.dossier.results import CorrectionRequested, EarlyReturnAnnounced, ResultCorrected, ResultIssued, ResultReturned
from contracts.fact import encode
from contracts.national_status import Status, national_status
from tests.harness import START, Service, types
from tests.results.cases import DUE, THERE, approved, deadline, declined, extended, new_dossier, pdf, received, submitted
from tests.results.desk import CLERK, FORM, ONE_STOP, OWNER, STRANGER, decided, give_back, issue, opened, upload


def post(service: Service, dossier: UUID, path: str, who: str = ONE_STOP, **body: Any) -> Any:
    answer = service.post(f"/dossiers/{dossier}/{path}", who, body)
    service.world.settle()
    return answer


def announced_elsewhere(service: Service) -> UUID:
    """A result that the system did not announce, as one that was issued on paper."""
    dossier = decided(service)
    file = service.parts.files.put(dossier, "result", pdf(), "application/pdf")
    now = service.world.clock.now()
    service.tell(
        dossier, ResultIssued(effective_at=now, recorded_at=now, outcome="granted", number="1", file=file, certificate="0", clerk="c")
    )
    return dossier


# early
@pytest.mark.req("RS-03")
def test_an_early_result_is_announced_before_it_is_returned(service: Service) -> None:
    dossier = decided(service)
    assert issue(service, dossier).json()["announced"] is True
    assert give_back(service, dossier).status_code == 201
    issued, told, returned = service.facts(dossier)
    assert isinstance(issued, ResultIssued) and isinstance(told, EarlyReturnAnnounced) and isinstance(returned, ResultReturned)
    assert (told.way, told.due_at) == ("system", DUE)


@pytest.mark.req("RS-03")
def test_an_early_result_that_was_not_announced_is_not_returned(service: Service) -> None:
    dossier = announced_elsewhere(service)
    refused = give_back(service, dossier)
    assert (refused.status_code, refused.json()["article"]) == (409, "NĐ 118/2025/NĐ-CP Điều 22 khoản 5")
    assert post(service, dossier, "early-notice", way="telephone").status_code == 201
    assert give_back(service, dossier).status_code == 201
    assert types(service.facts(dossier)) == ["ResultIssued", "EarlyReturnAnnounced", "ResultReturned"]


@pytest.mark.req("RS-03")
def test_on_the_due_date_nothing_has_to_be_announced(service: Service) -> None:
    dossier = decided(service)
    service.world.clock.move_to(DUE - timedelta(hours=9))
    assert issue(service, dossier).json()["announced"] is False
    assert post(service, dossier, "early-notice", way="telephone").status_code == 409
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("RS-03")
def test_an_early_result_that_is_collected_on_its_date_needs_no_notice(service: Service) -> None:
    dossier = announced_elsewhere(service)
    service.world.clock.move_to(DUE)
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("RS-03")
@pytest.mark.parametrize("reception", [{"immediate": True}, {"limit": False}], ids=["immediate", "without a date"])
def test_without_a_date_to_be_early_for_nothing_is_announced(service: Service, reception: dict[str, bool]) -> None:
    dossier = decided(service, **reception)
    assert issue(service, dossier).json()["announced"] is False
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("RS-03")
def test_there_is_nothing_to_announce_before_the_result_and_after_its_return(service: Service) -> None:
    dossier = decided(service)
    assert post(service, dossier, "early-notice", way="telephone").status_code == 409
    issue(service, dossier)
    give_back(service, dossier)
    assert post(service, dossier, "early-notice", way="telephone").status_code == 409


# the dates
@pytest.mark.req("PR-15")
def test_a_calendar_change_after_a_late_slip_leaves_the_first_date_binding(service: Service) -> None:
    moved = Rescheduled(
        effective_at=START,
        recorded_at=START,
        old_due_at=DUE + timedelta(days=3),
        deadline=deadline(DUE + timedelta(days=4)),
        cause="calendar",
    )
    dossier = decided(service, extended(3, late=True), moved, approved())
    service.world.clock.move_to(DUE + timedelta(days=2))
    issue(service, dossier)
    refused = give_back(service, dossier)
    assert refused.status_code == 409 and "QĐ 06/2025/QĐ-CTUBND Điều 25" in refused.json()["article"]


# corrections
def test_a_correction_of_a_dossier_not_yet_received_is_refused_by_the_rule_and_does_not_break(service: Service) -> None:
    """Regression: its rule set, which is pinned at reception, was looked up before the rule could refuse; the caller read 500."""
    dossier = new_dossier()
    service.tell(dossier, submitted())
    assert post(service, dossier, "correction-requests", reason="Sai tên").status_code == 409


@pytest.mark.req("RS-05")
def test_an_error_of_the_authority_goes_back_for_three_working_days_and_the_result_is_returned_again(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    give_back(service, dossier)
    assert post(service, dossier, "correction-requests", reason="Sai năm sinh").status_code == 201
    assert national_status([*reception(), *service.facts(dossier)]) == Status.FINISHED
    assert give_back(service, dossier).json()["article"] == "NĐ 118/2025/NĐ-CP Điều 23 khoản 1"
    [row] = service.get("/results", ONE_STOP, state="correcting").json()["items"]
    assert (row["correction_due_at"], row["correction"]) == ("2026-03-05T17:00:00+07:00", "early")
    assert correct(service, dossier).json()["late"] is False
    assert give_back(service, dossier).status_code == 201
    assert types(service.facts(dossier))[-3:] == ["CorrectionRequested", "ResultCorrected", "ResultReturned"]
    assert national_status([*reception(), *service.facts(dossier)]) == Status.RETURNED


@pytest.mark.req("RS-08")
def test_the_corrected_file_is_signed_and_takes_the_place_of_the_first(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    post(service, dossier, "correction-requests", reason="Sai tên")
    correct(service, dossier)
    corrected = service.facts(dossier)[-1]
    assert isinstance(corrected, ResultCorrected) and len(corrected.certificate) == 64
    answer = service.get(f"/dossiers/{dossier}/result", OWNER)
    assert answer.headers["digest"] == f"sha-256={b64encode(bytes.fromhex(corrected.file.digest)).decode()}"


@pytest.mark.parametrize(("at", "late"), [(timedelta(days=3, hours=8), False), (timedelta(days=3, hours=8, minutes=1), True)])
def test_a_correction_that_takes_longer_is_taken_and_marked(service: Service, at: timedelta, late: bool) -> None:
    dossier = decided(service)
    issue(service, dossier)
    post(service, dossier, "correction-requests", reason="Sai tên")
    service.world.clock.move_to(START + at)
    assert correct(service, dossier).json()["late"] is late


def test_what_is_wrong_lies_in_the_vault(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    post(service, dossier, "correction-requests", reason="Sai tên ông Nguyễn Văn Ánh")
    asked = service.facts(dossier)[-1]
    assert isinstance(asked, CorrectionRequested) and "Nguyễn".encode() not in encode(asked)
    assert asked.deadline and "Điều 23 khoản 1" in asked.deadline.derivation[-1].source
    assert service.world.vault.get(asked.reason, "handle") == {"reason": "Sai tên ông Nguyễn Văn Ánh"}


def test_a_correction_is_asked_for_once_and_answered_once(service: Service) -> None:
    dossier = decided(service)
    assert post(service, dossier, "correction-requests", reason="x").status_code == 409
    issue(service, dossier)
    assert correct(service, dossier).status_code == 409
    assert post(service, dossier, "correction-requests", reason="x").status_code == 201
    assert post(service, dossier, "correction-requests", reason="x").status_code == 409
    assert correct(service, dossier).status_code == 201
    assert correct(service, dossier).status_code == 409


def test_under_the_older_decree_a_correction_has_no_limit_of_its_own(service: Service) -> None:
    dossier = decided(service, rules="nd-61-2018")
    issue(service, dossier)
    post(service, dossier, "correction-requests", reason="x")
    asked = service.facts(dossier)[-1]
    assert isinstance(asked, CorrectionRequested) and asked.deadline is None


# originals
@pytest.mark.req("RS-07")
def test_half_of_a_service_online_the_originals_are_compared_before_the_result_is_given(service: Service) -> None:
    dossier = decided(service, procedure=half_online(service))
    issue(service, dossier)
    refused = give_back(service, dossier)
    assert (refused.status_code, refused.json()["field"], refused.json()["article"]) == (
        422,
        "originals_compared",
        "QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4",
    )
    assert give_back(service, dossier, originals_compared=True).status_code == 201
    returned = service.facts(dossier)[-1]
    assert isinstance(returned, ResultReturned) and returned.originals_compared


@pytest.mark.req("RS-07")
def test_what_came_on_paper_needs_no_comparing(service: Service) -> None:
    dossier = decided(service, procedure=half_online(service), channel="counter")
    issue(service, dossier)
    assert give_back(service, dossier).status_code == 201


# the e-paper
@pytest.mark.req("RS-08")
def test_the_six_minimum_fields_follow_from_procedure_and_form(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    issued = service.facts(dossier)[0]
    assert isinstance(issued, ResultIssued) and issued.document_type == "MC-KQ001"
    assert FORM["id_number"].encode() not in encode(issued)
    fields = service.get(f"/dossiers/{dossier}/result/e-paper", OWNER).json()
    assert set(fields) == {"document_type", "holder", "name", "summary", "validity", "scope"}
    assert (fields["holder"], fields["name"]) == ({"id_number": FORM["id_number"]}, "Giấy khai sinh")
    assert service.get(f"/dossiers/{dossier}/result/e-paper", STRANGER).status_code == 403


@pytest.mark.req("RS-08")
def test_the_clerk_writes_what_does_not_follow(service: Service) -> None:
    dossier = decided(service)
    written = {"validity": "Đến 31/12/2030", "scope": "Toàn quốc", "summary": "Khai sinh của con", "name": "Giấy khai sinh (bản chính)"}
    issue(service, dossier, e_paper=written)
    fields = service.get(f"/dossiers/{dossier}/result/e-paper", OWNER).json()
    assert {name: fields[name] for name in written} == written


@pytest.mark.req("RS-08")
@pytest.mark.parametrize("missing", ["full_name", "birth_year", "issued_on", "issuer"])
def test_a_holder_without_a_number_is_told_by_name_year_date_and_issuer(service: Service, missing: str) -> None:
    dossier = decided(service)
    holder = {"full_name": "Vàng Thị Mỷ", "birth_year": 1950, "issued_on": "1990-01-31", "issuer": "Công an tỉnh Hà Giang"}
    some = {name: value for name, value in holder.items() if name != missing}
    assert issue(service, dossier, e_paper={"holder": some}).json()["field"] == "e_paper.holder"
    assert issue(service, dossier, e_paper={"holder": holder}).status_code == 201


@pytest.mark.req("RS-08")
def test_where_no_form_names_the_holder_the_clerk_has_to(service: Service) -> None:
    dossier = new_dossier()
    service.tell(dossier, received(), approved())
    refused = issue(service, dossier)
    assert (refused.status_code, refused.json()["field"]) == (422, "e_paper.holder")


@pytest.mark.req("RS-08")
def test_of_an_erased_form_the_holder_is_gone_and_the_paper_stays(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    vault = service.world.vault
    assert isinstance(vault, MemoryVault)
    for key in [key for key, content in vault.rows.items() if content == FORM]:
        del vault.rows[key]
    fields = service.get(f"/dossiers/{dossier}/result/e-paper", OWNER).json()
    assert (fields["holder"], fields["document_type"]) == (None, "MC-KQ001")


@pytest.mark.req("RS-08")
def test_a_paper_is_of_a_type_that_the_procedure_gives(service: Service) -> None:
    refused = issue(service, decided(service), e_paper={"document_type": "MC-KQ999"})
    assert (refused.status_code, refused.json()["field"]) == (422, "e_paper.document_type")


@pytest.mark.req("RS-02")
def test_the_letter_of_refusal_is_a_paper_of_its_own_type(service: Service) -> None:
    dossier = decided(service, declined())
    issue(service, dossier)
    assert service.get(f"/dossiers/{dossier}/result/e-paper", OWNER).json()["name"] == "Phiếu từ chối giải quyết hồ sơ"


@pytest.mark.req("RS-08")
def test_the_holder_is_read_from_the_form_as_it_was_amended(service: Service) -> None:
    dossier = opened(service)
    form = service.world.vault.put(dossier, "form", {"id_number": "008190009999"})
    service.tell(dossier, Amended(effective_at=START, recorded_at=START, amendment=1, form=form))
    service.tell(dossier, approved())
    issue(service, dossier)
    assert service.get(f"/dossiers/{dossier}/result/e-paper", OWNER).json()["holder"] == {"id_number": "008190009999"}


def correct(service: Service, dossier: UUID) -> Any:
    return post(service, dossier, "correction", CLERK, number="12a/QĐ-STP", file=upload(service, pdf()))


def reception() -> list[Any]:
    from contracts.dossier.routing import Transferred

    went = Transferred(effective_at=START, recorded_at=START, leg=1, agency=THERE, lead=True, task="x")
    return [submitted(), received(), went]


def half_online(service: Service) -> str:
    return next(p.code for p in service.parts.catalogue.procedures() if p.service_level == "một phần" and "online" in p.channels)
