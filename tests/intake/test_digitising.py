"""Papers become scans at reception, signed by who made them; and the officer who helps to file is named as that."""

from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
import pytest

from contracts.dossier.intake import Submitted
from contracts.fact import FileRef
from contracts.refusal import Refused
from forms import render, verify
from intake.domain import fold, reception
from intake.main import BLUEPRINT
from tests.forms import samples
from tests.harness import Service, World, certificates
from tests.intake.cases import CITIZEN, HEAD, HERE, OFFICER, PROCEDURE, attachments, filing, submitted, upload
from worktime import RuleSet, rule_set

COMPONENTS = [component for component in PROCEDURE.components if component.required]
LAW = rule_set("tuyen-quang-2025")


@pytest.fixture
def service() -> Service:
    return World().add(BLUEPRINT, certificates=certificates())


@cache
def sheet() -> bytes:
    """A page that was scanned."""
    return render(samples.refusal())


def scanned(service: Service, who: str = OFFICER) -> dict[str, Any]:
    answer = service.post("/scans", who, {"file": upload(service, who, sheet())})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def on_paper(service: Service, channel: str, papers: list[dict[str, Any]]) -> Any:
    body = {"attachments": papers, "channel": channel} | ({"waybill": "EA123456789VN"} if channel == "post" else {})
    dossier = submitted(service, online=False, **body)
    return dossier, service.post(f"/dossiers/{dossier}/reception", OFFICER)


def with_signatures(wish: str) -> RuleSet:
    return msgspec.structs.replace(LAW, settings=msgspec.structs.replace(LAW.settings, scans=wish))


@pytest.mark.req("IN-26", "IN-25")
@pytest.mark.parametrize("channel", ["counter", "post"])
def test_paper_is_not_received_before_it_is_digitised(service: Service, channel: str) -> None:
    dossier, refused = on_paper(service, channel, [])
    assert refused.status_code == 409
    assert refused.json()["article"] == "NĐ 118/2025/NĐ-CP Điều 17 khoản 1 điểm c"
    assert refused.json()["field"] == "attachments" and COMPONENTS[0].name in refused.json()["detail"]
    papers = [{"component": part.code, "file": scanned(service)["file"]} for part in COMPONENTS]
    assert service.post(f"/dossiers/{dossier}/amendments", OFFICER, {"attachments": papers}).status_code == 200
    assert service.post(f"/dossiers/{dossier}/reception", OFFICER).status_code == 200


@pytest.mark.req("IN-27")
def test_a_component_on_the_exempt_list_of_its_version_needs_no_scan(service: Service) -> None:
    dossier, _ = on_paper(service, "counter", [])
    state = fold(service.facts(UUID(dossier)))
    assert state is not None
    exempt = tuple(msgspec.structs.replace(part, digitise=False) for part in PROCEDURE.components)
    later = msgspec.structs.replace(PROCEDURE, version=PROCEDURE.version + 1, valid_from=date(2026, 2, 1), components=exempt)
    reception.check_digitised(state, later, LAW)
    with pytest.raises(Refused, match="Chưa số hóa"):
        reception.check_digitised(state, PROCEDURE, LAW)


@pytest.mark.req("IN-26")
def test_a_rule_set_that_does_not_ask_for_scans_receives_paper_alone(service: Service) -> None:
    dossier, _ = on_paper(service, "counter", [])
    state = fold(service.facts(UUID(dossier)))
    assert state is not None
    reception.check_digitised(state, PROCEDURE, rule_set("imported"))
    for name, document in {
        "nd-61-2018": "NĐ 61",
        "da-nang-2023": "NĐ 61",
        "son-la-2019": "QĐ",
        "kon-tum-2022": "QĐ",
        "dak-nong-2025": "QĐ",
    }.items():
        with pytest.raises(Refused) as refused:
            reception.check_digitised(state, PROCEDURE, rule_set(name))
        assert refused.value.article.startswith(document)


@pytest.mark.req("IN-26")
def test_a_scan_carries_the_personal_signature_of_who_made_it(service: Service) -> None:
    scan = scanned(service)
    papers = [{"component": part.code, "file": scan["file"]} for part in COMPONENTS]
    dossier, received = on_paper(service, "counter", papers)
    assert received.status_code == 200
    fact = service.facts(UUID(dossier))[0]
    assert isinstance(fact, Submitted) and fact.attachments[0].scan is not None
    assert (fact.attachments[0].scan.officer, fact.attachments[0].scan.certificate) == (scan["officer"], scan["certificate"])
    content = service.parts.files.get(fact.attachments[0].file)
    verdict = verify(content, [], at=datetime.now(UTC))
    assert verdict.intact and scan["officer"] in str(verdict.signer_common_name)


@pytest.mark.req("IN-26")
def test_a_scan_that_is_signed_already_is_checked_and_not_signed_twice(service: Service) -> None:
    first = scanned(service)
    again = service.post("/scans", OFFICER, {"file": first["file"]})
    assert again.status_code == 201
    assert again.json()["file"]["digest"] == first["file"]["digest"] and again.json()["certificate"] == first["certificate"]


@pytest.mark.req("IN-26")
def test_a_scan_that_somebody_else_signed_is_not_the_officers_own(service: Service) -> None:
    other = service.parts.files.get(msgspec.convert(scanned(service)["file"], FileRef))
    refused = service.post("/scans", HEAD, {"file": upload(service, HEAD, other)})
    assert refused.status_code == 422 and "Điều 17 khoản 1 điểm c" in refused.json()["article"]


@pytest.mark.req("IN-26")
def test_where_the_rule_set_asks_for_signatures_a_plain_scan_is_not_enough(service: Service) -> None:
    plain, _ = on_paper(service, "counter", attachments(service, OFFICER))
    signed, _ = on_paper(service, "counter", [{"component": part.code, "file": scanned(service)["file"]} for part in COMPONENTS])
    states = [fold(service.facts(UUID(dossier))) for dossier in (plain, signed)]
    assert states[0] is not None and states[1] is not None
    reception.check_digitised(states[0], PROCEDURE, with_signatures("plain"))
    reception.check_digitised(states[1], PROCEDURE, with_signatures("signed"))
    with pytest.raises(Refused, match="chữ ký số cá nhân"):
        reception.check_digitised(states[0], PROCEDURE, with_signatures("signed"))


@pytest.mark.req("IN-26")
def test_a_citizen_cannot_sign_a_scan(service: Service) -> None:
    assert service.post("/scans", CITIZEN, {"file": upload(service)}).status_code == 403


@pytest.mark.req("IN-24")
def test_who_files_online_with_an_officers_help_is_the_submitter_and_the_officer_the_helper(service: Service) -> None:
    body = filing(service, online=True, attachments=attachments(service, OFFICER), applicant="account-9")
    filed = service.post("/dossiers", OFFICER, body)
    assert filed.status_code == 201, filed.text
    fact = service.facts(UUID(filed.json()["id"]))[0]
    assert isinstance(fact, Submitted)
    assert (fact.channel, fact.applicant, fact.helper, fact.receiving) == ("online", "account-9", "officer-1", HERE.code)
    own = service.facts(UUID(submitted(service)))[0]
    assert isinstance(own, Submitted) and own.helper is None
