"""The data as shipped: complete, honest about what is not known, and wide enough to play with."""

import re
import unicodedata
from collections import Counter
from datetime import date

import msgspec
import pytest

from catalogue.domain import check_agency, check_elements, check_procedure, current, successor_of
from catalogue.province import load_data
from contracts.catalogue import Procedure, decode, encode, in_force, pin, settling_agencies

DATA = load_data()
AGENCIES = {agency.code: agency for agency in DATA.agencies}
TODAY = date(2026, 11, 24)
COMMUNES = [agency for agency in DATA.agencies if agency.level == "commune"]


@pytest.mark.req("CA-04", "CA-05", "CA-10")
@pytest.mark.parametrize("procedure", DATA.procedures, ids=lambda procedure: procedure.key)
def test_every_shipped_procedure_passes_every_check(procedure: Procedure) -> None:
    check_elements(msgspec.to_builtins(procedure))
    earlier = [other for other in DATA.procedures if other.code == procedure.code and other.version < procedure.version]
    check_procedure(procedure, earlier, DATA.agencies)


@pytest.mark.req("CA-01")
def test_every_shipped_agency_passes_and_the_province_has_its_124_communes() -> None:
    for agency in DATA.agencies:
        check_agency(agency, DATA.agencies)
    assert len(COMMUNES) == 124
    assert len(AGENCIES) == len(DATA.agencies)
    assert {agency.level for agency in DATA.agencies} == {"province", "department", "commune", "vertical", "other"}


@pytest.mark.req("CA-01")
def test_only_identifiers_of_the_first_level_are_official() -> None:
    assert {agency.code for agency in DATA.agencies if agency.official} == {"H60", "H22"}
    assert all(re.fullmatch(r"H60\.\d{5}", commune.code) for commune in COMMUNES)


@pytest.mark.req("CA-01")
def test_merged_agencies_lead_to_those_that_took_over() -> None:
    took_over = {"H22": "H60", "H60.SKHDT": "H60.STC", "H60.SLDTBXH": "H60.SNV", "H60.SGTVT": "H60.SXD", "H60.STTTT": "H60.SKHCN"}
    for old, new in took_over.items():
        successor = successor_of(old, AGENCIES, TODAY)
        assert successor is not None
        assert successor.code == new


@pytest.mark.req("CA-02", "CA-03")
def test_all_thirty_fields_of_work_have_procedures_in_force() -> None:
    standing = current(DATA.procedures, TODAY)
    fields = Counter(procedure.field_code for procedure in standing)
    assert len(standing) >= 45
    assert len(fields) == 30
    for code, count in fields.items():
        assert len(current(DATA.procedures, TODAY, field_code=code)) == count


@pytest.mark.req("CA-02")
def test_the_building_permit_is_answered_by_date() -> None:
    versions = [procedure for procedure in DATA.procedures if procedure.code == "1.013225"]
    terms = {on: found.term for on in (date(2026, 6, 30), date(2026, 7, 1)) if (found := in_force(versions, on))}
    assert terms == {date(2026, 6, 30): "15d", date(2026, 7, 1): "7wd"}


def test_the_catalogue_is_wide_enough_to_play_whole_lives() -> None:
    standing = current(DATA.procedures, TODAY)
    modes = Counter(procedure.process.mode for procedure in standing)
    assert modes["parallel"] >= 3
    assert modes["sequential"] >= 2
    assert sum(procedure.immediate for procedure in standing) >= 2
    assert sum(procedure.fee.when == "result" for procedure in standing) >= 3
    assert sum(bool(procedure.process.consultations) for procedure in standing) >= 5
    assert {procedure.supplement_policy for procedure in standing} == {"restart", "pause"}
    assert {procedure.level_of_settlement for procedure in standing} == {"province", "commune"}


@pytest.mark.parametrize("procedure", DATA.procedures, ids=lambda procedure: procedure.key)
def test_every_procedure_can_be_settled_and_pinned_in_every_commune(procedure: Procedure) -> None:
    for commune in COMMUNES[:3]:
        (settling,) = settling_agencies(procedure, commune, DATA.agencies)
        pinned = pin(procedure.process, settling=settling, receiving=commune, agencies=AGENCIES)
        assert all(leg.agency in AGENCIES for leg in pinned.legs)
        assert (settling.area == "H60") == (procedure.level_of_settlement == "province")


def test_records_survive_the_topic_and_texts_are_composed_vietnamese() -> None:
    for record in DATA:
        value = encode(record)
        assert decode(value) == record
        text = value.decode()
        assert text == unicodedata.normalize("NFC", text)
    assert len({record.key for record in DATA}) == len(list(DATA))


def test_names_and_addresses_asked_of_people_are_marked_personal() -> None:
    for procedure in DATA.procedures:
        personal = {field.name for field in procedure.form.fields if field.personal}
        assert {field.name for field in procedure.form.fields if field.kind in ("id-number", "phone", "email")} <= personal
        assert not {"full_name", "residence", "new_address"} & {field.name for field in procedure.form.fields} - personal
