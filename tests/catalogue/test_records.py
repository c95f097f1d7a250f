from datetime import date

import msgspec
import pytest

from catalogue.domain import publish
from catalogue.province import load_data
from contracts.catalogue import Process, decode, encode, pin, place_of, resolve, settling_agencies
from tests.catalogue.samples import AGENCIES, COMMUNE, DEPARTMENT, OTHER_COMMUNE, POLICE, PROVINCE, draft, leg, process

BY_CODE = {agency.code: agency for agency in AGENCIES}
PROCEDURE = publish(draft(), [], AGENCIES)


def test_a_record_reads_back_as_it_was_written() -> None:
    for record in (COMMUNE, PROCEDURE):
        assert decode(encode(record)) == record
        assert encode(record).startswith(b'{"kind":"' + record.kind.encode())


def test_versions_of_a_procedure_have_keys_of_their_own() -> None:
    assert (COMMUNE.key, PROCEDURE.key) == ("agency/H60.02269", "procedure/1.004873/1")


@pytest.mark.parametrize("damaged", [b"{}", b"not json", b'{"kind":"calendar"}', encode(PROCEDURE).replace(b'"3wd"', b'"soon"')])
def test_a_damaged_record_is_not_read(damaged: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(damaged)


def test_the_commune_that_receives_settles_its_own_and_the_province_chooses() -> None:
    assert settling_agencies(PROCEDURE, COMMUNE, AGENCIES) == (COMMUNE,)
    assert settling_agencies(PROCEDURE, PROVINCE, AGENCIES) == (COMMUNE, OTHER_COMMUNE)
    department = msgspec.structs.replace(PROCEDURE, settling=("H60.STP",))
    assert settling_agencies(department, COMMUNE, AGENCIES) == (DEPARTMENT,)


def parallel() -> Process:
    legs = [leg(1), leg(2, "any-commune-police", "2wd"), leg(3, "H60.STP", "1wd")]
    return msgspec.convert(process(mode="parallel", legs=legs), Process)


def test_a_pinned_process_names_agencies_and_no_roles() -> None:
    pinned = pin(parallel(), settling=COMMUNE, receiving=PROVINCE, agencies=BY_CODE)
    assert [(leg.agency, leg.lead) for leg in pinned.legs] == [("H60.02269", True), ("H60.02269.CA", False), ("H60.STP", False)]
    assert [step.hours for step in pinned.steps] == [16, 8]


def test_a_group_is_also_looked_for_where_the_dossier_was_received() -> None:
    assert resolve("any-commune", settling=DEPARTMENT, receiving=COMMUNE, agencies=BY_CODE) == COMMUNE
    with pytest.raises(LookupError, match="any-commune-police"):
        resolve("any-commune-police", settling=DEPARTMENT, receiving=PROVINCE, agencies=BY_CODE)
    assert resolve("any-commune-police", settling=POLICE, receiving=PROVINCE, agencies=BY_CODE) == POLICE


def test_what_an_online_dossier_pays_and_waits_may_differ() -> None:
    procedure = msgspec.structs.replace(
        PROCEDURE, term_online="2wd", fee=msgspec.structs.replace(PROCEDURE.fee, amount_vnd=20000, amount_online_vnd=0)
    )
    assert (procedure.term_for("post"), procedure.term_for("online")) == ("3wd", "2wd")
    assert (procedure.fee.due("counter"), procedure.fee.due("online")) == (20000, 0)
    assert PROCEDURE.valid_from == date(2025, 7, 1)


def test_the_place_of_a_date_line_is_that_of_the_agencys_area() -> None:
    agencies = {agency.code: agency for agency in load_data().agencies}
    commune = next(agency for agency in agencies.values() if agency.name == "Ủy ban nhân dân xã Lũng Cú")
    assert place_of(commune, agencies) == "Lũng Cú"
    assert place_of(agencies["H60.TTPVHCC"], agencies) == place_of(agencies["H60.STP"], agencies) == "Tuyên Quang"
