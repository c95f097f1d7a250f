"""Intake over HTTP, in memory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.dossier.parts import SupplementItem
from contracts.dossier.processing import SupplementNeeded
from contracts.dossier.results import ResultIssued
from contracts.fact import FileRef, VaultRef
from tests.harness import START, token, types
from tests.intake.cases import (
    CITIZEN,
    HEAD,
    HERE,
    OFFICER,
    PROCEDURE,
    STRANGER,
    THERE,
    attachments,
    form,
    intake,
    item,
    received,
    submitted,
    upload,
)
from tests.intake.test_letters import text_of

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.req("IN-11")
def test_the_gate_shows_minutes_left_and_lists_late_receptions() -> None:
    service = intake()
    dossier = submitted(service)
    (row,) = service.get("/queue", OFFICER, agency=HERE.code).json()["items"]
    assert (row["dossier"], row["late"], row["working_minutes_left"]) == (dossier, False, 480)
    assert service.get("/queue", OFFICER, agency=HERE.code, late=True).json()["items"] == []
    service.world.clock.advance(timedelta(days=1, minutes=1))
    (late,) = service.get("/queue", OFFICER, agency=HERE.code, late=True).json()["items"]
    assert late["late"]


@pytest.mark.req("IN-11", "IN-14", "IN-22", "PR-19")
def test_accepting_gives_a_code_and_a_due_date_that_explains_itself() -> None:
    service = intake()
    _, answer = received(service)
    assert answer["code"] == f"{HERE.code}-260302-0001"
    assert answer["rule_set"] == "tuyen-quang-2025"
    steps = [step["step"] for step in answer["deadline"]["derivation"]]
    assert steps[0] == "term"
    assert steps[-1] == "result"
    assert all(step["source"] for step in answer["deadline"]["derivation"])


def test_who_has_just_received_a_dossier_reads_it_as_received() -> None:
    """Regression: the status was that of the view, which first hears of the reception from the topic."""
    service = intake()
    dossier = submitted(service)
    assert service.get(f"/dossiers/{dossier}", OFFICER).json()["status"] == 1
    service.post(f"/dossiers/{dossier}/reception", OFFICER)
    assert service.get(f"/dossiers/{dossier}", OFFICER).json()["status"] == 2


def test_a_dossier_that_was_never_filed_was_said_to_be_on_its_way_for_ever() -> None:
    service = intake()
    answer = service.post("/dossiers/0190d8a1-0000-7000-8000-000000000001/reception", OFFICER)
    assert (answer.status_code, answer.json()["detail"]) == (404, "Không có hồ sơ này.")


@pytest.mark.req("IN-17")
def test_a_refusal_without_a_reason_is_refused_and_with_one_it_is_kept_in_the_vault_only() -> None:
    service = intake()
    dossier = submitted(service)
    for empty in ({"reason": "  "}, {}):
        told = service.post(f"/dossiers/{dossier}/refusal", OFFICER, empty)
        assert (told.status_code, told.json()["field"], told.json()["article"]) == (
            422,
            "reason",
            "NĐ 118/2025/NĐ-CP Điều 17 khoản 1 điểm c",
        )
    reason = "Không thuộc thẩm quyền giải quyết"
    assert service.post(f"/dossiers/{dossier}/refusal", OFFICER, {"reason": reason}).status_code == 200
    service.world.settle()
    assert types(service.facts(UUID(dossier)))[-1] == "Refused"
    assert all(reason.encode() not in (r.value or b"") for p in service.world.bus.partitions("dossiers.v1") for r in p)


@pytest.mark.req("IN-18")
def test_a_second_supplement_needs_a_legal_basis_and_a_supervisor() -> None:
    service = intake()
    dossier = submitted(service)
    path = f"/dossiers/{dossier}/supplement-requests"
    assert service.post(path, OFFICER, {"items": [item()]}).status_code == 200
    service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    assert service.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER).status_code == 200
    again = service.post(path, OFFICER, {"items": [item()], "legal_basis": "Luật Hộ tịch Điều 5"})
    assert again.status_code == 409
    assert "Điều 11" in again.json()["article"]
    assert service.post(path, HEAD, {"items": [item()], "legal_basis": "  "}).json()["field"] == "legal_basis"
    assert service.post(path, HEAD, {"items": [item()], "legal_basis": "Luật Hộ tịch Điều 5"}).status_code == 200
    words = "Luật Hộ tịch Điều 5".encode()
    assert all(words not in (r.value or b"") for p in service.world.bus.partitions("dossiers.v1") for r in p)
    assert "Luật Hộ tịch Điều 5" in text_of(service.get(f"/dossiers/{dossier}/forms/02", OFFICER).content)


@pytest.mark.req("IN-19")
def test_a_supplement_of_an_unpublished_component_is_refused() -> None:
    service = intake()
    dossier = submitted(service)
    answer = service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [{**item(), "component": "KHAC"}]})
    assert (answer.status_code, answer.json()["field"]) == (422, "items.0.component")


@pytest.mark.req("IN-22")
def test_a_hundred_concurrent_acceptances_get_unique_gap_free_codes() -> None:
    service = intake()
    dossiers = [submitted(service, online=False) for _ in range(100)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda dossier: service.post(f"/dossiers/{dossier}/reception", OFFICER, key=dossier).json(), dossiers))
    assert sorted(answer["code"][-4:] for answer in answers) == [f"{n:04d}" for n in range(1, 101)]
    assert sorted(answer["register_ordinal"] for answer in answers) == list(range(1, 101))


@pytest.mark.req("IN-34")
def test_three_amendments_keep_the_code_and_every_version_stays_readable() -> None:
    service = intake()
    dossier = submitted(service)
    for name in ("Trần Văn Một", "Trần Văn Hai", "Trần Văn Ba"):
        field = next(f.name for f in PROCEDURE.form.fields if f.kind == "text" and not f.choices)
        answer = service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"form": {**form(), field: name}})
        assert answer.status_code == 200, answer.text
    code = service.post(f"/dossiers/{dossier}/reception", OFFICER).json()["code"]
    facts = service.facts(UUID(dossier))
    assert types(facts) == ["Submitted", "Amended", "Amended", "Amended", "Received"]
    assert [fact.amendment for fact in facts[1:4]] == [1, 2, 3]  # type: ignore[attr-defined]
    reader = token("service:test", "service")
    first = service.get(f"/vault/{facts[0].form.key}", reader, purpose="render").json()["content"]  # type: ignore[attr-defined]
    assert first == form()
    assert service.get(f"/dossiers/{dossier}", CITIZEN).json()["code"] == code


@pytest.mark.req("IN-35")
def test_commune_a_receives_for_commune_b_and_the_code_is_b_s() -> None:
    service = intake()
    _, answer = received(service, settling=THERE.code)
    assert answer["code"].startswith(f"{THERE.code}-")


@pytest.mark.req("PR-06", "PR-09")
def test_the_one_stop_passes_the_settling_agency_s_wish_on_and_confirms_with_the_arrival_s_time() -> None:
    service = intake()
    dossier, _ = received(service)
    subject = UUID(dossier)
    path = f"/dossiers/{dossier}/supplement-requests/from-processing"
    early = service.post(path, OFFICER)
    assert (early.status_code, early.headers["Retry-After"]) == (409, "1")
    ref = VaultRef(key="k", digest="d")
    items = (SupplementItem(component=PROCEDURE.components[0].code, defect="wrong", reason=ref),)
    service.tell(subject, SupplementNeeded(effective_at=NOW, recorded_at=NOW, leg=1, items=items, reason=ref, officer="o", approved_by="l"))
    assert service.post(path, OFFICER).status_code == 200
    service.world.clock.advance(timedelta(days=2))
    service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    arrived = service.world.clock.now()
    service.world.clock.advance(timedelta(hours=3))
    assert service.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER).status_code == 200
    confirmed = service.facts(subject)[-1]
    assert (confirmed.effective_at, confirmed.recorded_at) == (arrived, service.world.clock.now())


@pytest.mark.req("PR-10")
def test_an_unsupplemented_dossier_is_closed_after_the_fifteen_days_and_not_before() -> None:
    service = intake()
    dossier = submitted(service)
    service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    service.world.clock.move_to(START + timedelta(days=15))
    service.fire()
    assert types(service.facts(UUID(dossier)))[-1] == "SupplementRequested"
    answer = service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": attachments(service)[:1]})
    assert answer.status_code == 200
    other = submitted(service)
    service.post(f"/dossiers/{other}/supplement-requests", OFFICER, {"items": [item()]})
    service.world.settle()
    service.world.clock.advance(timedelta(days=20))
    service.fire()
    assert types(service.facts(UUID(dossier)))[-1] == "Amended"
    assert types(service.facts(UUID(other)))[-1] == "Closed"


@pytest.mark.req("PR-20")
def test_withdrawing_before_reception_is_answered_at_once_and_after_the_result_refused() -> None:
    service = intake()
    early = submitted(service)
    assert service.post(f"/dossiers/{early}/stop-requests", CITIZEN, {"reason": "Tôi đổi ý"}).status_code == 200
    assert types(service.facts(UUID(early)))[-2:] == ["StopRequested", "Closed"]
    late, _ = received(service)
    file = FileRef(key="k", digest="d", size=1, media_type="application/pdf")
    issued = ResultIssued(effective_at=NOW, recorded_at=NOW, outcome="granted", number="1", file=file, certificate="c", clerk="c")
    service.tell(UUID(late), issued)
    answer = service.post(f"/dossiers/{late}/stop-requests", CITIZEN, {})
    assert answer.status_code == 409
    assert "Điều 21" in answer.json()["article"]


def test_another_citizen_finds_no_dossier_and_a_foreign_officer_may_not_receive() -> None:
    service = intake()
    dossier = submitted(service)
    assert service.get(f"/dossiers/{dossier}", STRANGER).status_code == 404
    foreign = token("officer-9", "one-stop", agencies=[THERE.code])
    assert service.post(f"/dossiers/{dossier}/reception", foreign).status_code == 403


def test_no_personal_value_of_a_form_is_on_the_topic() -> None:
    service = intake()
    submitted(service)
    wire = b"".join(r.value or b"" for p in service.world.bus.partitions("dossiers.v1") for r in p)
    assert wire
    for value in form().values():
        assert len(str(value)) < 4 or str(value).encode() not in wire


def test_every_read_of_the_vault_is_logged_with_its_purpose() -> None:
    service = intake()
    (fact,) = service.facts(UUID(submitted(service)))
    reader = token("service:notifications", "service")
    assert service.get(f"/vault/{fact.form.key}", reader, purpose="notify").status_code == 200  # type: ignore[attr-defined]
    assert service.get(f"/vault/{fact.form.key}", reader, purpose="curiosity").status_code == 422  # type: ignore[attr-defined]
    assert service.get(f"/vault/{fact.form.key}", OFFICER, purpose="notify").status_code == 403  # type: ignore[attr-defined]
    (entry,) = service.database.tables["vault_read"].values()
    assert (entry.reader, entry.purpose) == ("service:notifications", "notify")


def test_several_contents_are_read_from_the_vault_at_once_and_each_read_is_logged() -> None:
    service = intake()
    keys = [service.facts(UUID(submitted(service)))[0].form.key for _ in range(2)]  # type: ignore[attr-defined]
    reader = token("service:notifications", "service")
    asked = [*keys, keys[0], str(UUID(int=7))]
    items = service.get("/vault", reader, purpose="notify", key=asked).json()["items"]
    assert [item["key"] for item in items] == keys and all(item["content"]["full_name"] for item in items)
    logged = [(entry.key, entry.reader, entry.purpose) for entry in service.database.tables["vault_read"].values()]
    assert sorted(logged) == sorted((key, "service:notifications", "notify") for key in keys)
    assert service.get("/vault", reader, purpose="notify").status_code == 422
    assert service.get("/vault", reader, purpose="notify", key=keys * 51).status_code == 422
    assert service.get("/vault", OFFICER, purpose="notify", key=keys).status_code == 403


@pytest.mark.req("IN-22", "IN-35")
@pytest.mark.parametrize(("online", "id_"), [(True, "G22.CDVCQG"), (False, HERE.code)], ids=["online", "at the counter"])
def test_an_interlinked_dossiers_code_has_the_portals_or_the_receiving_one_stops_id(online: bool, id_: str) -> None:
    service = intake()
    procedure = next(known for known in service.parts.catalogue.procedures() if known.interlinked)
    papers = [
        {"component": part.code, "file": upload(service, CITIZEN if online else OFFICER)} for part in procedure.components if part.required
    ]
    _, answer = received(service, online=online, procedure=procedure.code, form=form(procedure), attachments=papers, settling=HERE.code)
    assert answer["code"] == f"{id_}-260302-0001"


@pytest.mark.req("IN-34")
def test_an_amendment_of_more_fields_than_a_form_has_is_refused_by_its_shape() -> None:
    service = intake()
    dossier = submitted(service)
    for part in ("form", "fields"):
        answer = service.post(f"/dossiers/{dossier}/amendments", CITIZEN, {part: {f"f{number}": "x" for number in range(101)}})
        assert (answer.status_code, answer.json()["field"], answer.json()["detail"]) == (422, part, f"{part}: Nhiều nhất 100 mục.")
