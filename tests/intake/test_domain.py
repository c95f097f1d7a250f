"""The rules of intake, given facts, when a decision is asked for, then facts or a refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from catalogue.province import load_data
from contracts.catalogue import NATIONAL_PORTAL
from contracts.dossier.processing import SupplementNeeded
from contracts.fact import Fact, VaultRef
from contracts.imported import CODE
from contracts.refusal import Refused as Refusal
from intake.domain import Elsewhere, Phase, fold
from intake.domain.reception import code_agency, code_of, refuse, register_series, series
from intake.domain.stopping import request_stop
from intake.domain.supplement import amend, close_unsupplemented, confirm, decline
from intake.events import Amended, Closed, Submitted, Supplemented, SupplementRequested
from tests.intake.cases import PROCEDURE
from worktime import rule_set

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RULES = rule_set("tuyen-quang-2025")
REF = VaultRef(key="k", digest="d")


def at(**since: float) -> datetime:
    return NOW + timedelta(**since)


def given(*facts: Fact):  # type: ignore[no-untyped-def]
    state = fold([SUBMITTED, *facts])
    assert state is not None
    return state


SUBMITTED = Submitted(
    effective_at=NOW,
    recorded_at=NOW,
    channel="online",
    source="province",
    procedure="MC-0001",
    procedure_version=1,
    receiving="H60.1",
    settling="H60.1",
    applicant="citizen-1",
    form_version=1,
    form=REF,
    attachments=(),
    return_channel="counter",
    received_by_system_at=NOW,
)
ASKED = SupplementRequested(effective_at=at(hours=1), recorded_at=at(hours=1), stage="gate", items=(), officer="o", answer_by=at(days=15))
ARRIVED = Amended(effective_at=at(days=3), recorded_at=at(days=3), amendment=1, answers_supplement=True)


@pytest.mark.req("IN-22")
@pytest.mark.parametrize(
    ("ordinal", "end"), [(1, "0001"), (42, "0042"), (9000, "9000"), (9001, "10000"), (9002, "10001"), (99999, "100998")]
)
def test_the_ordinal_has_four_digits_passes_over_the_outage_books_and_widens(ordinal: int, end: str) -> None:
    code = code_of("H60.02269", NOW, ordinal)
    assert code == f"H60.02269-260302-{end}"


@pytest.mark.req("IN-22", "IN-35")
@pytest.mark.parametrize(
    ("rules", "agency"), [("tuyen-quang-2025", "H60.2"), ("nd-118-2025", "H60.2"), ("nd-61-2018", "H60.1"), ("son-la-2019", "H60.1")]
)
def test_conflict_8_the_code_carries_the_settling_or_the_receiving_agencys_id(rules: str, agency: str) -> None:
    dossier = fold([replace(SUBMITTED, receiving="H60.1", settling="H60.2")])
    assert dossier is not None
    assert code_agency(dossier, PROCEDURE, rule_set(rules), {}) == agency


PORTAL = next(agency for agency in load_data().agencies if NATIONAL_PORTAL in agency.groups)


@pytest.mark.req("IN-22", "IN-35")
@pytest.mark.parametrize(
    ("rules", "channel", "agency"),
    [
        ("nd-118-2025", "online", PORTAL.code),
        ("tuyen-quang-2025", "online", PORTAL.code),
        ("nd-309-2026", "online", PORTAL.code),
        ("nd-118-2025", "counter", "H60.1"),
        ("nd-118-2025", "post", "H60.1"),
        ("nd-61-2018", "online", "H60.1"),
        ("nd-61-2018", "counter", "H60.1"),
    ],
)
def test_conflict_8_an_interlinked_groups_code_carries_the_one_stops_or_the_portals_id(rules: str, channel: Any, agency: str) -> None:
    dossier = fold([replace(SUBMITTED, receiving="H60.1", settling="H60.2", channel=channel)])
    assert dossier is not None
    assert code_agency(dossier, replace(PROCEDURE, interlinked=True), rule_set(rules), {PORTAL.code: PORTAL}) == agency


@pytest.mark.req("IN-22")
def test_without_the_portals_id_no_interlinked_code_is_made_up() -> None:
    dossier = fold([SUBMITTED])
    assert dossier is not None
    with pytest.raises(Refusal) as refused:
        code_agency(dossier, replace(PROCEDURE, interlinked=True), rule_set("nd-118-2025"), {})
    assert refused.value.article == "NĐ 118/2025/NĐ-CP Điều 28 khoản 2 điểm a"


@pytest.mark.req("IN-22")
def test_the_day_of_a_code_is_viet_nam_s() -> None:
    late_evening_utc = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    assert code_of("H60", late_evening_utc, 1) == "H60-260303-0001"
    assert series("H60", late_evening_utc) == "code/H60/260303"
    assert register_series("H60", datetime(2026, 12, 31, 18, 0, tzinfo=UTC)) == "register/H60/2027"


@pytest.mark.req("IN-22")
@pytest.mark.parametrize("code", ["000.00.00.H30-240823-0001", "G09.20-20260609-0092637", "H15.50.05.13-261008-0975"])
def test_older_and_ministry_codes_are_accepted(code: str) -> None:
    assert CODE.fullmatch(code)


@pytest.mark.req("IN-18", "PR-09")
def test_given_an_arrival_when_confirmed_then_the_moment_of_law_is_the_arrival() -> None:
    fact = confirm(given(ASKED, ARRIVED), rules=RULES, officer="o", now=at(days=4))
    assert fact == Supplemented(effective_at=at(days=3), recorded_at=at(days=4), stage="gate", officer="o")


def test_given_no_arrival_when_confirmed_then_refused_with_the_article() -> None:
    with pytest.raises(Refusal) as no:
        confirm(given(ASKED), rules=RULES, officer="o", now=at(days=1))
    assert "Điều 19" in no.value.article


@pytest.mark.req("PR-10")
def test_a_supplement_at_the_last_moment_is_taken_and_after_it_refused() -> None:
    assert amend(given(ASKED), form=REF, attachments=(), rules=RULES, now=at(days=15)).answers_supplement
    with pytest.raises(Refusal):
        amend(given(ASKED), form=REF, attachments=(), rules=RULES, now=at(days=15, seconds=1))


@pytest.mark.req("PR-10")
def test_closing_happens_only_while_nothing_has_arrived() -> None:
    assert close_unsupplemented(given(ASKED), at(days=16)) == Closed(
        effective_at=at(days=16), recorded_at=at(days=16), cause="not-supplemented"
    )
    assert close_unsupplemented(given(ASKED, ARRIVED), at(days=16)) is None
    assert close_unsupplemented(given(), at(days=16)) is None


def test_an_amendment_without_content_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        amend(given(), form=None, attachments=(), rules=RULES, now=NOW)
    assert no.value.status == 422


@pytest.mark.req("PR-20")
def test_a_stop_is_asked_for_once_and_until_the_result_is_issued() -> None:
    assert [type(f).__name__ for f in request_stop(given(), Elsewhere(), wish="stop", reason=None, rules=RULES, now=NOW)] == [
        "StopRequested",
        "Closed",
    ]
    for elsewhere in (Elsewhere(decided=True, issued=True), Elsewhere(stop_open=True)):
        with pytest.raises(Refusal) as no:
            request_stop(given(), elsewhere, wish="stop", reason=None, rules=RULES, now=NOW)
        assert "Điều 21" in no.value.article


def test_a_closed_dossier_can_be_neither_refused_nor_amended() -> None:
    closed = given(ASKED, Closed(effective_at=at(days=16), recorded_at=at(days=16), cause="not-supplemented"))
    assert closed.phase is Phase.CLOSED
    with pytest.raises(Refusal):
        refuse(closed, reason=REF, rules=RULES, officer="o", now=at(days=17))
    with pytest.raises(Refusal):
        amend(closed, form=REF, attachments=(), rules=RULES, now=at(days=17))


def test_a_wish_that_nobody_made_cannot_be_declined() -> None:
    with pytest.raises(Refusal):
        decline(given(), Elsewhere(), reason=None, rules=RULES, officer="o", now=NOW)
    needed = SupplementNeeded(effective_at=NOW, recorded_at=NOW, leg=1, items=(), reason=REF, officer="o", approved_by="l")
    with pytest.raises(Refusal):
        decline(given(), Elsewhere(needed=needed), reason=None, rules=RULES, officer="o", now=NOW)


@pytest.mark.req("PR-20")
def test_before_reception_an_adjustment_is_made_and_not_asked_for() -> None:
    with pytest.raises(Refusal) as no:
        request_stop(given(), Elsewhere(), wish="adjust", reason=None, rules=RULES, now=NOW)
    assert no.value.field == "wish" and "Điều 18" in no.value.article
