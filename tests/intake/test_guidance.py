"""What anybody may ask before filing; over HTTP, in memory."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from chassis.catalogue import ENTRIES, entry_of
from chassis.store import Because, Unit
from tests.intake.cases import PROCEDURE, intake
from tests.intake.test_letters import text_of

PATH = f"/procedures/{PROCEDURE.code}"


@pytest.mark.req("IN-44")
def test_the_guidance_of_a_procedure_needs_no_account_and_names_papers_time_fee_and_channels() -> None:
    told = intake().get(f"{PATH}/guidance").json()
    assert [paper["name"] for paper in told["papers"]] == [component.name for component in PROCEDURE.components]
    assert "ngày làm việc" in told["time"]
    assert "trực tuyến" in told["channels"]
    assert intake().get("/procedures/KHONG-CO/guidance").status_code == 404


@pytest.mark.req("IN-09")
def test_the_blank_form_of_the_version_in_force_and_of_an_older_one_by_date() -> None:
    service = intake()
    newer = msgspec.structs.replace(
        PROCEDURE, version=PROCEDURE.version + 1, valid_from=date(2026, 2, 1), form=msgspec.structs.replace(PROCEDURE.form, version=7)
    )
    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=UUID(int=0)))
        unit.put(ENTRIES, entry_of(newer))
        unit.commit()
    service.parts.catalogue.forget()
    now = text_of(service.get(f"{PATH}/blank-form").content)
    before = text_of(service.get(f"{PATH}/blank-form", on="2026-01-15").content)
    assert "mẫu phiên bản 7, áp dụng từ 01/02/2026" in now
    assert f"mẫu phiên bản {PROCEDURE.form.version}," in before
    for field in PROCEDURE.form.fields:
        assert field.label in now
