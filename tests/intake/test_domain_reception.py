"""Reception and refusal: given what was filed, when the officer decides, then a fact or a refusal."""

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Fee, PinnedProcess, ProcessStep
from contracts.dossier.parts import Leg as PinnedLeg
from intake.domain.reception import check_competent, check_digitised, check_may_receive, pinned_process, receive, refuse
from intake.events import (
    Received,
    Refused,
)
from tests.catalogue import samples
from tests.intake.known import (
    AGENCIES,
    HERE,
    LATER,
    NOW,
    RECEIVED,
    REFUSED,
    RULES,
    STOPPING,
    THERE,
    WORDS,
    asked,
    at,
    given,
    paper,
    procedure,
)
from tests.refusing import refuses

# reception
PINNED = PinnedProcess(code="QT-1", version=1, mode="single", legs=())


@pytest.mark.req("IN-11", "IN-14", "IN-22")
def test_given_a_filed_dossier_when_it_is_received_then_everything_a_later_rule_needs_is_pinned() -> None:
    fact = receive(
        given(),
        procedure=procedure(supplement_policy="pause", immediate=True),
        process=PINNED,
        code="H60.STP-260302-0007",
        register_ordinal=7,
        rules=RULES,
        deadline=LATER,
        officer="officer-2",
        now=at(hours=3),
    )
    assert fact == Received(
        effective_at=at(hours=3),
        recorded_at=at(hours=3),
        code="H60.STP-260302-0007",
        receiving=HERE,
        settling=THERE,
        officer="officer-2",
        procedure="1.004873",
        procedure_version=1,
        channel="online",
        return_channel="post",
        rule_set="tuyen-quang-2025",
        deadline=LATER,
        process=PINNED,
        register_ordinal=7,
        supplement_policy="pause",
        fee=Fee(amount_vnd=15000, when="reception"),
        immediate=True,
    )


def received_fee(channel: str = "online", **fee: object) -> Fee | None:
    costs = {"amount_vnd": 15000, "when": "result", "kind": "le_phi", "provenance": samples.FOUND, **fee}
    dossier = given(channel=channel)
    fact = receive(
        dossier,
        procedure=procedure(fee=costs),
        process=PINNED,
        code="c",
        register_ordinal=1,
        rules=RULES,
        deadline=LATER,
        officer="o",
        now=NOW,
    )
    return fact.fee


@pytest.mark.req("IN-11")
def test_a_fee_is_pinned_where_there_is_one_and_as_the_channel_pays_it() -> None:
    assert received_fee() == Fee(amount_vnd=15000, when="result")
    assert received_fee(amount_online_vnd=7000) == Fee(amount_vnd=7000, when="result")
    assert received_fee("counter", amount_online_vnd=7000) == Fee(amount_vnd=15000, when="result")
    assert received_fee(when="none") is None
    assert received_fee(amount_vnd=None) is None
    assert received_fee(amount_vnd=0) is None


@pytest.mark.req("PR-20")
def test_only_a_filed_dossier_that_nobody_wants_to_stop_is_received() -> None:
    check_may_receive(given(), RULES)
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        check_may_receive(given(STOPPING), RULES)
    for facts in ([asked()], [RECEIVED], [REFUSED]):
        with refuses(""):
            check_may_receive(given(*facts), RULES)
    with refuses(""):
        receive(
            given(RECEIVED),
            procedure=procedure(),
            process=PINNED,
            code="c",
            register_ordinal=1,
            rules=RULES,
            deadline=LATER,
            officer="o",
            now=NOW,
        )


PLAIN = replace(RULES, settings=replace(RULES.settings, scans="plain"), articles={**RULES.articles, "scans": "Điều 17"})
SIGNED = replace(PLAIN, settings=replace(RULES.settings, scans="signed"))
NO_SCANS = replace(PLAIN, settings=replace(RULES.settings, scans=None))


@pytest.mark.req("IN-26", "IN-27")
@pytest.mark.parametrize("channel", ["counter", "post"])
def test_paper_is_received_with_a_scan_of_each_paper_and_where_the_rules_say_so_a_signed_one(channel: str) -> None:
    bare = given(attachments=(), channel=channel)
    with refuses("Điều 17", field="attachments"):
        check_digitised(bare, procedure(), PLAIN)
    half = given(attachments=(paper(signed=True), paper(key="b")), channel=channel)
    check_digitised(half, procedure(), PLAIN)
    with refuses("Điều 17", field="attachments"):
        check_digitised(half, procedure(), SIGNED)
    check_digitised(given(attachments=(paper(signed=True),), channel=channel), procedure(), SIGNED)


@pytest.mark.req("IN-26", "IN-27")
def test_no_scan_is_asked_of_an_online_dossier_without_the_rule_or_of_an_exempt_or_absent_paper() -> None:
    bare = given(attachments=(), channel="counter")
    check_digitised(given(attachments=()), procedure(), SIGNED)
    check_digitised(bare, procedure(), NO_SCANS)
    exempt = replace(procedure(), components=tuple(replace(c, digitise=False) for c in procedure().components))
    check_digitised(bare, exempt, SIGNED)
    optional = replace(procedure(), components=procedure().components[1:])
    check_digitised(bare, optional, SIGNED)
    with refuses("Điều 17", field="attachments"):
        check_digitised(given(attachments=(paper("TP2"),), channel="counter"), optional, SIGNED)
    first_exempt = replace(procedure(), components=(exempt.components[0], replace(procedure().components[1], required=True)))
    with refuses("Điều 17", field="attachments"):
        check_digitised(bare, first_exempt, PLAIN)


@pytest.mark.req("RT-05")
def test_the_process_is_pinned_with_its_roles_resolved() -> None:
    police = {"order": 2, "agency_role": "any-commune-police", "lead": False, "task": "Xác minh", "term": "1wd"}
    legs = [samples.leg(1), police]
    known = procedure(process=samples.process(mode="parallel", legs=legs))
    dossier = given(receiving=samples.COMMUNE.code, settling=samples.DEPARTMENT.code)
    assert pinned_process(known, dossier, AGENCIES, RULES) == PinnedProcess(
        code="QT-1",
        version=1,
        mode="parallel",
        legs=(
            PinnedLeg(leg=1, agency=samples.DEPARTMENT.code, lead=True, task="Giải quyết", term="3wd"),
            PinnedLeg(leg=2, agency=samples.POLICE.code, lead=False, task="Xác minh", term="1wd"),
        ),
        steps=(
            ProcessStep(name="Thẩm định", role="specialist", hours=16),
            ProcessStep(name="Ký duyệt", role="leader", hours=8),
        ),
    )
    nowhere = given(receiving=samples.PROVINCE.code, settling=samples.DEPARTMENT.code)
    with refuses("NĐ 118/2025/NĐ-CP Điều 20", field="receiving"):
        pinned_process(known, nowhere, AGENCIES, RULES)


# refusal
@pytest.mark.req("IN-17")
def test_a_refusal_has_its_reason_and_the_agency_it_should_have_gone_to() -> None:
    fact = Refused(effective_at=at(days=1), recorded_at=at(days=1), officer="o", reason=WORDS, competent="H60.STC")
    assert refuse(given(), reason=WORDS, rules=RULES, officer="o", now=at(days=1), competent="H60.STC") == fact
    assert refuse(given(asked()), reason=WORDS, rules=RULES, officer="o", now=at(days=1)) == replace(fact, competent=None)


def test_what_was_received_is_refused_no_more() -> None:
    with refuses(""):
        refuse(given(RECEIVED), reason=WORDS, rules=RULES, officer="o", now=NOW)
    with refuses("Điều 17 khoản 1"):
        refuse(given(RECEIVED, asked(stage="processing")), reason=WORDS, rules=RULES, officer="o", now=NOW)


@pytest.mark.req("IN-17")
def test_the_right_agency_is_a_known_one_and_another() -> None:
    dossier = given(settling=samples.DEPARTMENT.code)
    check_competent(dossier, samples.COMMUNE.code, AGENCIES, RULES)
    for code in ("H60.NOBODY", samples.DEPARTMENT.code):
        with refuses("Điều 17 khoản 2 điểm a", field="competent", status=422):
            check_competent(dossier, code, AGENCIES, RULES)
