"""Results over HTTP and inbox, in memory."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Fee
from contracts.dossier.results import ResultIssued, ResultReturned
from tests.harness import START, Service, token, types
from tests.results.cases import (
    DUE,
    HERE,
    THERE,
    apologised,
    approved,
    declined,
    extended,
    new_dossier,
    paid,
    pdf,
    received,
    rescheduled,
    stop_requested,
    submitted,
)
from tests.results.desk import CLERK, ONE_STOP, OWNER, decided, give_back, issue, opened, upload

ELSEWHERE = "H60.02266"


@pytest.mark.req("PR-18", "RS-01", "RS-08")
def test_the_clerks_pdf_is_signed_issued_and_returned(service: Service) -> None:
    dossier = decided(service)
    answer = issue(service, dossier)
    assert answer.status_code == 201, answer.text
    assert give_back(service, dossier).status_code == 201
    issued, _, returned = service.facts(dossier)
    assert isinstance(issued, ResultIssued) and isinstance(returned, ResultReturned)
    assert (issued.outcome, issued.file.digest) == ("granted", answer.json()["digest"])
    assert len(issued.certificate) == 64
    service.world.settle()
    assert service.get(f"/dossiers/{dossier}", ONE_STOP).json()["state"] == "returned"


@pytest.mark.req("PR-18")
def test_a_result_that_is_not_a_pdf_is_refused(service: Service) -> None:
    dossier = decided(service)
    picture = upload(service, b"\x89PNG\r\n\x1a\nx")
    answer = issue(service, dossier, file=picture)
    assert (answer.status_code, answer.json()["field"]) == (422, "file")
    broken = issue(service, dossier, file=upload(service, b"%PDF-1.7 broken %%EOF"))
    assert (broken.status_code, broken.json()["field"]) == (422, "file")
    assert service.facts(dossier) == []


@pytest.mark.req("PR-18")
def test_nothing_is_issued_without_an_attachment(service: Service) -> None:
    dossier = decided(service)
    assert service.post(f"/dossiers/{dossier}/result", CLERK, {"number": "1"}).status_code == 422
    missing = {**upload(service, pdf()), "key": f"dossiers/{dossier}/upload/{'0' * 32}"}
    assert issue(service, dossier, file=missing).status_code == 422
    assert service.facts(dossier) == []


@pytest.mark.req("PR-17")
def test_a_result_issued_right_after_the_approval_was_said_not_to_be_allowed(service: Service) -> None:
    dossier = opened(service)
    early = issue(service, dossier)
    assert (early.status_code, early.headers["Retry-After"]) == (409, "1")
    assert "lãnh đạo" in early.json()["detail"] and "Điều 22" in early.json()["article"]
    assert service.facts(dossier) == []
    service.tell(dossier, approved())
    assert issue(service, dossier).status_code == 201


def test_a_dossier_not_heard_of_asks_to_come_again(service: Service) -> None:
    assert issue(service, new_dossier()).status_code == 404


def test_a_clerk_of_another_agency_may_not_issue(service: Service) -> None:
    dossier = decided(service)
    other = token("clerk-2", "clerk", agencies=(HERE,))
    body = {"number": "1", "file": upload(service, pdf())}
    assert service.post(f"/dossiers/{dossier}/result", other, body).status_code == 403


def test_the_same_key_issues_once(service: Service) -> None:
    dossier = decided(service)
    body = {"number": "1", "file": upload(service, pdf())}
    first = service.post(f"/dossiers/{dossier}/result", CLERK, body, key="k")
    again = service.post(f"/dossiers/{dossier}/result", CLERK, body, key="k")
    assert first.json() == again.json() and types(service.facts(dossier)).count("ResultIssued") == 1


@pytest.mark.req("RS-01")
def test_an_outstanding_fee_keeps_the_dossier_open_until_it_is_paid(service: Service) -> None:
    dossier = decided(service, fee=Fee(amount_vnd=50_000, when="result"))
    issue(service, dossier)
    refused = give_back(service, dossier)
    assert refused.status_code == 409 and "50.000" in refused.json()["detail"]
    assert service.get(f"/dossiers/{dossier}/result", OWNER).status_code == 409
    service.tell(dossier, paid())
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("RS-02")
def test_a_declined_dossier_is_returned_with_its_letter_and_counted_apart(service: Service) -> None:
    dossier = decided(service, declined())
    issue(service, dossier)
    assert give_back(service, dossier).status_code == 201
    issued = service.facts(dossier)[0]
    assert isinstance(issued, ResultIssued) and issued.outcome == "declined"
    assert service.get("/results/counts", ONE_STOP).json() == {"granted": 0, "declined": 1}


@pytest.mark.req("PR-18")
@pytest.mark.parametrize("number", ["0987654329", "001199887766", "0987 654 329"])
def test_the_number_of_a_result_is_nobodys_telephone_or_identity_number(service: Service, number: str) -> None:
    """Regression: the number went into the fact, and onto the topic."""
    answer = issue(service, decided(service), number=number)
    assert (answer.status_code, answer.json()["field"]) == (422, "number")


@pytest.mark.req("PR-15")
def test_a_late_dossier_cannot_be_returned_without_an_apology(service: Service) -> None:
    dossier = decided(service)
    service.world.clock.move_to(DUE + timedelta(days=1))
    issue(service, dossier)
    refused = give_back(service, dossier)
    assert refused.status_code == 409 and "QĐ 06/2025/QĐ-CTUBND Điều 25" in refused.json()["article"]
    kept = service.get(f"/dossiers/{dossier}/result", OWNER)
    assert (kept.status_code, kept.json()["article"]) == (409, refused.json()["article"]), "its owner does not get it another way"
    assert service.get(f"/dossiers/{dossier}/result", CLERK).status_code == 200
    service.tell(dossier, apologised(fault="receiver"))
    assert give_back(service, dossier).status_code == 409
    service.tell(dossier, apologised())
    assert service.get(f"/dossiers/{dossier}/result", OWNER).status_code == 200
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("PR-14", "PR-15")
def test_an_apology_before_a_supplements_restart_does_not_let_the_dossier_end(service: Service) -> None:
    restart = rescheduled(3, at=START + timedelta(hours=1))
    dossier = decided(service, apologised(), restart, approved())
    service.world.clock.move_to(DUE + timedelta(days=7))
    issue(service, dossier)
    assert give_back(service, dossier).status_code == 409
    service.tell(dossier, apologised(at=DUE))
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("PR-15")
@pytest.mark.parametrize(("late_slip", "status"), [(False, 201), (True, 409)])
def test_only_an_extension_announced_in_time_moves_what_is_late(service: Service, late_slip: bool, status: int) -> None:
    dossier = decided(service, extended(3, late=late_slip), approved())
    service.world.clock.move_to(DUE + timedelta(days=2))
    issue(service, dossier)
    assert give_back(service, dossier).status_code == status


@pytest.mark.req("RS-04")
def test_uncollected_results_are_listed_with_their_age_and_never_become_late(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    service.world.clock.move_to(DUE + timedelta(days=26))
    [row] = service.get("/results", ONE_STOP, agency=HERE, state="issued").json()["items"]
    assert (row["dossier"], row["uncollected_days"], row["timeliness"]) == (str(dossier), 30, "early")
    assert give_back(service, dossier).status_code == 201
    service.world.settle()
    assert service.get("/results", ONE_STOP, state="issued").json()["items"] == []


def test_results_come_in_pages(service: Service) -> None:
    for _ in range(3):
        issue(service, decided(service))
    first = service.get("/results", ONE_STOP, limit=2).json()
    second = service.get("/results", ONE_STOP, limit=2, cursor=first["next"]).json()
    assert len({row["dossier"] for row in first["items"] + second["items"]}) == 3 and "next" not in second
    assert service.get("/results", ONE_STOP, agency="H60.X").status_code == 403


@pytest.mark.req("RS-05")
@pytest.mark.parametrize(("minutes", "status"), [(-4, 201), (-6, 422), (10, 422)])
def test_a_return_is_recorded_at_its_real_time(service: Service, minutes: int, status: int) -> None:
    dossier = decided(service)
    issue(service, dossier)
    service.world.clock.advance(timedelta(minutes=30))
    at = service.world.clock.now() + timedelta(minutes=minutes)
    answer = give_back(service, dossier, effective_at=at.isoformat())
    assert answer.status_code == status
    if status == 201:
        assert service.facts(dossier)[-1].effective_at == at


@pytest.mark.req("RS-09")
def test_another_way_than_the_receipts_needs_a_reason_which_stays_in_the_vault(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    refused = give_back(service, dossier, way="post")
    assert (refused.status_code, refused.json()["field"]) == (422, "other_way_reason")
    assert give_back(service, dossier, way="post", other_way_reason="Người dân ở xa").status_code == 201
    returned = service.facts(dossier)[-1]
    assert isinstance(returned, ResultReturned) and returned.other_way_reason
    assert service.world.vault.get(returned.other_way_reason, "render") == {"reason": "Người dân ở xa"}


@pytest.mark.req("IN-35")
def test_what_another_one_stop_received_is_returned_there_and_not_by_the_competent_agency(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    competent = token("officer-2", "one-stop", "one-stop-head", agencies=(THERE,))
    assert service.post(f"/dossiers/{dossier}/return", competent, {"way": "counter"}).status_code == 403
    assert give_back(service, dossier).status_code == 201


def test_an_imported_dossier_meets_no_guard_and_causes_no_fact(service: Service) -> None:
    dossier = decided(service, fee=Fee(amount_vnd=1, when="result"), imported=True)
    service.tell(dossier, stop_requested())
    assert service.facts(dossier) == []
    issue(service, dossier)
    assert give_back(service, dossier).status_code == 201


@pytest.mark.req("RS-09", "IN-35")
def test_the_one_stop_that_the_receipt_names_hands_the_result_over(service: Service) -> None:
    dossier = new_dossier()
    service.tell(dossier, submitted(), replace(received(), return_at=ELSEWHERE))
    (case,) = service.database.tables["result_case"].values()
    assert (case.receiving, case.returner) == (HERE, ELSEWHERE)
    other = token("officer-2", "one-stop", agencies=(ELSEWHERE,))
    here = token("officer-1", "one-stop", agencies=(HERE,))
    assert service.post(f"/dossiers/{dossier}/return", here, {"way": "counter"}).status_code == 403
    assert service.post(f"/dossiers/{dossier}/return", other, {"way": "counter"}).status_code == 409
