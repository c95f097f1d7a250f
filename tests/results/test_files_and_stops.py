"""Results over HTTP and inbox, in memory: the signed file for its owner, and stops that come too late."""

import obstore
import pytest

from contracts.dossier.processing import StopDeclined
from contracts.dossier.results import ResultIssued
from contracts.fact import BackEntry, FileRef
from tests.harness import START, Service, types
from tests.results.cases import (
    approved,
    pdf,
    stop_requested,
)
from tests.results.desk import OWNER, STRANGER, decided, issue, opened


@pytest.mark.req("RS-06", "RS-08")
def test_the_owner_gets_the_signed_file_and_nobody_else(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    answer = service.get(f"/dossiers/{dossier}/result", OWNER)
    assert answer.status_code == 200 and answer.content.startswith(pdf()[:20]) and len(answer.content) > len(pdf())
    assert service.get(f"/dossiers/{dossier}/result", STRANGER).status_code == 403


@pytest.mark.req("RS-08")
def test_an_altered_file_is_not_sent(service: Service) -> None:
    dossier = decided(service)
    issue(service, dossier)
    issued = service.facts(dossier)[0]
    assert isinstance(issued, ResultIssued)
    overwrite(service, issued.file, b"%PDF-altered")
    assert service.get(f"/dossiers/{dossier}/result", OWNER).status_code == 500


@pytest.mark.req("RS-08")
def test_a_file_without_a_trusted_signature_is_not_sent(service: Service) -> None:
    dossier = decided(service)
    unsigned = service.parts.files.put(dossier, "result", pdf(), "application/pdf")
    now = START
    service.tell(
        dossier,
        ResultIssued(effective_at=now, recorded_at=now, outcome="granted", number="1", file=unsigned, certificate="0", clerk="c"),
    )
    answer = service.get(f"/dossiers/{dossier}/result", OWNER)
    assert answer.status_code == 500 and "chưa được ký số" in answer.json()["detail"]


def overwrite(service: Service, ref: FileRef, content: bytes) -> None:
    obstore.put(service.parts.files._store, ref.key, content)  # type: ignore[arg-type]


def test_a_stop_after_approval_is_answered_with_no(service: Service) -> None:
    dossier = decided(service)
    service.tell(dossier, stop_requested())
    assert types(service.facts(dossier)) == ["LateStopAnswered"]
    assert issue(service, dossier).status_code == 201


def test_a_stop_that_crossed_the_approval_is_answered_once_both_are_heard(service: Service) -> None:
    dossier = opened(service)
    service.tell(dossier, stop_requested())
    assert service.facts(dossier) == []
    service.tell(dossier, approved())
    assert types(service.facts(dossier)) == ["LateStopAnswered"]


@pytest.mark.req("PR-20", "OP-05")
def test_a_stop_from_the_paper_book_is_answered_like_any_other(service: Service) -> None:
    dossier = decided(service)
    service.tell(dossier, stop_requested(back_entry=BackEntry(cause="outage", approver="head-9")))
    assert types(service.facts(dossier)) == ["LateStopAnswered"]


@pytest.mark.req("PR-20")
def test_a_stop_that_the_holder_answered_before_the_decision_is_not_answered_again(service: Service) -> None:
    dossier = opened(service)
    declined_stop = StopDeclined(effective_at=START, recorded_at=START, officer="leader-1", article="Điều 21")
    service.tell(dossier, stop_requested())
    service.tell(dossier, declined_stop, approved())
    assert service.facts(dossier) == []
