"""Ways to file and to amend, and who sees what; over HTTP, in memory."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.tokens import issue
from intake.main import BLUEPRINT
from tests.harness import Service, World, token, types
from tests.intake.cases import CITIZEN, HEAD, HERE, OFFICER, PROCEDURE, STRANGER, attachments, filing, form, intake, item, submitted, upload

NAME = next(field.name for field in PROCEDURE.form.fields if field.kind == "text" and not field.choices)


def amend(service: Service, dossier: str, body: dict[str, Any], who: str = CITIZEN) -> Any:
    return service.post(f"/dossiers/{dossier}/amendments", who, body)


@pytest.mark.req("IN-03", "IN-25")
@pytest.mark.parametrize(("channel", "more"), [("counter", {}), ("post", {"waybill": "EB123456789VN"}), ("agent", {})])
def test_the_channel_is_stored_with_the_dossier(channel: str, more: dict[str, Any]) -> None:
    service = intake()
    if channel not in (*PROCEDURE.channels, "agent"):
        pytest.skip("the sample procedure has no such channel")
    answer = service.post("/dossiers", OFFICER, filing(service, online=False, channel=channel, **more))
    assert answer.status_code == 201, answer.text
    (fact,) = service.facts(UUID(answer.json()["id"]))
    assert (fact.channel, fact.waybill) == (channel, more.get("waybill"))  # type: ignore[attr-defined]


@pytest.mark.req("IN-03")
def test_a_channel_that_is_not_published_is_refused_with_the_published_list() -> None:
    service = intake()
    known = service.parts.catalogue.procedures()
    procedure = next(p for p in known if "online" not in p.channels and p.settling == ("any-commune",))
    answer = service.post("/dossiers", CITIZEN, filing(service, procedure=procedure.code, form={}, attachments=[]))
    assert (answer.status_code, answer.json()["field"]) == (422, "channel")
    assert "trực tiếp tại bộ phận một cửa" in answer.json()["detail"]


@pytest.mark.req("IN-25")
@pytest.mark.parametrize(
    ("channel", "waybill"),
    [
        ("post", None),
        ("post", "0987654329"),
        ("post", "001199887766"),
        ("post", "NguyenVanHoa"),
        ("post", "EA"),
        ("counter", "EB123456789VN"),
    ],
)
def test_a_postal_dossier_has_the_number_of_its_item_and_no_other_has_one(channel: str, waybill: str | None) -> None:
    """Regression: telephone and identity numbers were taken for the number of an item, and went onto the topic."""
    service = intake()
    answer = service.post("/dossiers", OFFICER, filing(service, online=False, channel=channel, waybill=waybill))
    assert (answer.status_code, answer.json()["field"]) == (422, "waybill")
    assert service.database.stored == []


@pytest.mark.req("IN-21")
def test_an_account_that_nobody_registered_submits_nothing(tmp_path: Path) -> None:
    service = intake()
    forged = issue(tmp_path, "citizen-1", ["citizen"])
    assert service.post("/dossiers", forged, filing(service)).status_code == 401
    assert service.database.stored == []


@pytest.mark.req("IN-33")
def test_a_message_and_direct_entry_give_the_same_event() -> None:
    service = intake()
    by_message, by_entry = submitted(service), submitted(service)
    assert amend(service, by_message, {"form": {**form(), NAME: "Trần Văn Hai"}}).status_code == 200
    assert amend(service, by_entry, {"fields": {NAME: "Trần Văn Hai"}}).status_code == 200
    facts = [service.facts(UUID(dossier))[-1] for dossier in (by_message, by_entry)]
    assert types(facts) == ["Amended", "Amended"]
    contents = [service.database.tables["vault"][(fact.form.key,)].content for fact in facts]  # type: ignore[attr-defined]
    assert contents[0] == contents[1] == {**form(), NAME: "Trần Văn Hai"}


@pytest.mark.req("IN-33")
def test_what_nobody_asked_for_is_not_taken_once_the_dossier_is_received() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/reception", OFFICER)
    assert amend(service, dossier, {"fields": {NAME: "Trần Văn Hai"}}).status_code == 409


@pytest.mark.req("IN-33", "IN-05")
def test_a_field_that_the_form_does_not_have_is_named() -> None:
    service = intake()
    answer = amend(service, submitted(service), {"fields": {"khac": "1"}})
    assert (answer.status_code, answer.json()["field"]) == (422, "form.khac")


@pytest.mark.req("IN-34")
def test_each_amendment_shows_what_it_changed_and_a_stranger_sees_none() -> None:
    service = intake()
    dossier = submitted(service)
    amend(service, dossier, {"fields": {NAME: "Trần Văn Một"}})
    amend(service, dossier, {"attachments": attachments(service)[:1]})
    amend(service, dossier, {"fields": {NAME: "Trần Văn Ba"}})
    first, second, third = service.get(f"/dossiers/{dossier}/amendments", CITIZEN).json()["items"]
    assert first["fields"] == {NAME: {"before": form()[NAME], "after": "Trần Văn Một"}}
    assert (second["fields"], second["components"]) == ({}, [PROCEDURE.components[0].code])
    assert third["fields"] == {NAME: {"before": "Trần Văn Một", "after": "Trần Văn Ba"}}
    assert service.get(f"/dossiers/{dossier}/amendments", STRANGER).status_code == 404


@pytest.mark.req("IN-43")
def test_the_owner_sees_list_state_and_what_is_to_do_and_another_finds_nothing() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    (row,) = service.get("/dossiers", CITIZEN).json()["items"]
    assert (row["dossier"], row["status"], row["answer_by"] is not None) == (dossier, 5, True)
    shown = service.get(f"/dossiers/{dossier}", CITIZEN).json()
    assert shown["to_supplement"] == [{"component": PROCEDURE.components[0].code, "defect": "illegible"}]
    assert service.get("/dossiers", STRANGER).json()["items"] == []
    for path in (f"/dossiers/{dossier}", f"/dossiers/{dossier}/amendments", f"/dossiers/{dossier}/forms/02"):
        assert service.get(path, STRANGER).status_code == 404
    assert amend(service, dossier, {"fields": {NAME: "x"}}, STRANGER).status_code == 404


@pytest.mark.req("IN-30")
def test_an_immediate_result_has_a_receipt_only_when_the_applicant_asks() -> None:
    service = intake()
    procedure = next(p for p in service.parts.catalogue.procedures() if p.immediate and "counter" in p.channels)
    body = filing(service, online=False, procedure=procedure.code, form=form(procedure))
    answer = service.post("/dossiers", OFFICER, body)
    assert answer.status_code == 201, answer.text
    dossier = answer.json()["id"]
    assert service.post(f"/dossiers/{dossier}/reception", OFFICER).status_code == 200
    refused = service.get(f"/dossiers/{dossier}/forms/01", OFFICER)
    assert (refused.status_code, refused.json()["article"]) == (409, "NĐ 118/2025/NĐ-CP Điều 17 khoản 4")
    assert service.get(f"/dossiers/{dossier}/forms/01", OFFICER, asked=True).status_code == 200
    service.world.settle()
    for reader in (OFFICER, HEAD):
        assert [line["ordinal"] for line in service.get(f"/registers/{HERE.code}/2026", reader).json()["items"]] == [1]
    assert service.get("/queue", HEAD, agency=HERE.code).status_code == 200


def test_a_citizen_files_and_amends_with_own_uploads_alone() -> None:
    """Regression: whoever had another citizen's file reference could file a dossier with that citizen's papers."""
    service = intake()
    theirs = filing(service)
    refused = service.post("/dossiers", STRANGER, theirs)
    assert (refused.status_code, refused.json()["field"]) == (422, "attachments.0.file")
    assert "không do bạn tải lên" in refused.json()["detail"]
    dossier = service.post("/dossiers", CITIZEN, theirs).json()["id"]
    paper = {"component": PROCEDURE.components[0].code, "file": upload(service, STRANGER)}
    amended = amend(service, dossier, {"attachments": [paper]})
    assert (amended.status_code, amended.json()["field"]) == (422, "attachments.0.file")
    kept = amend(service, dossier, {"attachments": theirs["attachments"][:1]})
    assert kept.status_code < 300, kept.text


def test_an_officer_files_with_whatever_the_applicant_sent() -> None:
    service = intake()
    body = filing(service, online=False, attachments=attachments(service, CITIZEN))
    assert service.post("/dossiers", OFFICER, body).status_code == 201


@pytest.mark.req("IN-03", "IN-21")
def test_conflicts_6_and_7_are_read_when_an_applicant_files() -> None:
    own = token("citizen-1", "citizen", agencies=[], account="own")
    service = World().add(BLUEPRINT, portal_intake=True)
    answer = service.post("/dossiers", CITIZEN, filing(service))
    assert (answer.status_code, answer.json()["article"]) == (409, "QĐ 06/2025/QĐ-CTUBND Điều 5 khoản 1")
    service = intake()
    answer = service.post("/dossiers", own, {**filing(service), "attachments": attachments(service, own)})
    assert (answer.status_code, answer.json()["article"]) == (403, "QĐ 06/2025/QĐ-CTUBND Điều 5 khoản 2")
    assert service.post("/dossiers", CITIZEN, filing(service)).status_code == 201


def test_a_citizen_who_files_for_another_account_is_told_so_and_nothing_is_kept() -> None:
    """Regression: the name was left out without a word, and the dossier was the sender's own."""
    service = intake()
    refused = service.post("/dossiers", CITIZEN, filing(service, applicant="account-9"))
    assert (refused.status_code, refused.json()["field"]) == (422, "applicant")
    assert service.get("/dossiers", CITIZEN).json()["items"] == []
    assert service.post("/dossiers", CITIZEN, filing(service, applicant="citizen-1")).status_code == 201
