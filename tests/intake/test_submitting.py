"""Filing over HTTP: who may, what a form and its files must be, and what is stored."""

import json
from uuid import UUID

import pytest

from tests.harness import types
from tests.intake.cases import (
    CITIZEN,
    OFFICER,
    PROCEDURE,
    filing,
    form,
    intake,
    submitted,
    upload,
)


@pytest.mark.req("IN-01", "IN-10")
def test_a_logged_in_citizen_submits_and_is_told_at_once() -> None:
    service = intake()
    answer = service.post("/dossiers", CITIZEN, filing(service))
    assert answer.status_code == 201
    assert answer.json()["message"] == "Gửi thành công."
    assert types(service.facts(UUID(answer.json()["id"]))) == ["Submitted"]


@pytest.mark.req("IN-01")
def test_an_anonymous_submission_is_refused_with_401_and_leaves_nothing() -> None:
    service = intake()
    answer = service.client.post("/dossiers", json={}, headers={"Idempotency-Key": "1"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.database.stored == []


@pytest.mark.req("IN-05")
def test_a_missing_required_field_is_named_and_nothing_is_stored() -> None:
    service = intake()
    body = filing(service)
    missing = next(f.name for f in PROCEDURE.form.fields if f.required)
    del body["form"][missing]
    answer = service.post("/dossiers", CITIZEN, body)
    assert (answer.status_code, answer.json()["field"]) == (422, f"form.{missing}")
    assert answer.json()["article"]
    assert service.database.stored == []


@pytest.mark.req("IN-05")
def test_the_form_version_is_stored_with_the_dossier() -> None:
    service = intake()
    (fact,) = service.facts(UUID(submitted(service)))
    assert fact.form_version == PROCEDURE.form.version  # type: ignore[attr-defined]


@pytest.mark.req("IN-06")
def test_a_plain_scan_is_enough_and_another_type_is_not_taken() -> None:
    service = intake()
    assert upload(service)["media_type"] == "application/pdf"
    refused = service.client.post("/files", files={"file": ("virus.exe", b"MZ\x90")}, headers={"Authorization": f"Bearer {CITIZEN}"})
    assert refused.status_code == 415
    empty = service.client.post("/files", files={"file": ("rỗng.pdf", b"")}, headers={"Authorization": f"Bearer {CITIZEN}"})
    assert empty.status_code == 422


@pytest.mark.req("IN-06", "IN-19")
def test_a_file_for_a_component_that_is_not_published_is_refused_with_the_article() -> None:
    service = intake()
    body = filing(service)
    body["attachments"][0]["component"] = "KHONG-CO"
    answer = service.post("/dossiers", CITIZEN, body)
    assert answer.status_code == 422
    assert "Điều 5" in answer.json()["article"]


@pytest.mark.req("IN-06")
def test_a_file_that_was_never_uploaded_is_refused() -> None:
    service = intake()
    body = filing(service)
    digest = "0" * 64
    key = f"dossiers/00000000-0000-0000-0000-000000000000/upload/{digest[:32]}"
    body["attachments"][0]["file"] = {"key": key, "digest": digest, "size": 5, "media_type": "application/pdf"}
    answer = service.post("/dossiers", CITIZEN, body)
    assert (answer.status_code, answer.json()["field"]) == (422, "attachments.0.file")


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused() -> None:
    service = intake()
    body = filing(service)
    first = service.post("/dossiers", CITIZEN, body, key="once")
    again = service.post("/dossiers", CITIZEN, body, key="once")
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert service.post("/dossiers", CITIZEN, {**body, "return_channel": "post"}, key="once").status_code == 422
    assert len(service.database.stored) == 1


@pytest.mark.req("IN-05")
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("A" * 4001, "nhiều nhất 4000 ký tự"),
        ("Ánh\u202e\u0007", "ký tự điều khiển"),
        (["Ánh"], "Cần một chuỗi ký tự"),
        (True, "cần một chuỗi ký tự"),
        (10**16, "Nhiều nhất"),
    ],
)
def test_a_name_that_could_not_be_printed_was_taken(value: object, said: str) -> None:
    """Regression: a name of 1.4 MB gave 201, and then the PDF of form 01 took minutes and 2 GB."""
    service = intake()
    for path, body in (("/dossiers", filing(service)), (f"/dossiers/{submitted(service)}/amendments", {"form": form()})):
        body["form"]["full_name"] = value
        answer = service.client.post(path, content=json.dumps(body), headers=_as(CITIZEN, path))
        assert (answer.status_code, answer.json()["field"]) == (422, "form.full_name"), answer.text
        assert said in answer.json()["detail"]


def _as(who: str, key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {who}", "Idempotency-Key": key, "Content-Type": "application/json"}


@pytest.mark.req("IN-01")
@pytest.mark.parametrize("applicant", ["0987123654", "008177654321", "0987-123-654", "Kiều Yến Ứng", "dan@example.vn"])
def test_an_applicant_is_named_by_a_pseudonym_and_never_by_a_number_or_name(applicant: str) -> None:
    """Regression: what an officer wrote there went onto the topic as it was."""
    service = intake()
    answer = service.post("/dossiers", OFFICER, filing(service, online=False, applicant=applicant))
    assert (answer.status_code, answer.json()["field"]) == (422, "applicant")
    assert applicant not in answer.text
