"""The state of a dossier at the one-stop, its gate and its reception: given facts, when a rule is asked, then a fact or a refusal."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from contracts.dossier.parts import Deadline, Fee, PinnedProcess, ProcessStep
from contracts.dossier.parts import Leg as PinnedLeg
from contracts.fact import Fact
from contracts.national_status import Status
from intake.domain import Dossier, Elsewhere, Phase, fold, reception
from intake.domain.assistance import ask_originals, guide, show_originals
from intake.domain.gate import at_gate
from intake.domain.outage import check_usable, closing_day, code_of, next_days, series, sheet_id
from intake.domain.reception import check_competent, check_digitised, check_may_receive, pinned_process, receive, refuse
from intake.domain.rescheduling import gate_clock, is_at_gate, moved
from intake.domain.stopping import is_open, request_stop
from intake.events import (
    Closed,
    GateRescheduled,
    Guided,
    OriginalsAsked,
    OriginalsShown,
    Received,
    Refused,
    StopRequested,
)
from tests.catalogue import samples
from tests.intake.known import (
    CLOSED,
    FORM,
    GATE,
    HERE,
    NOW,
    RECEIVED,
    REFUSED,
    STOPPING,
    THERE,
    WITHDRAWN,
    WORDS,
    arrived,
    asked,
    at,
    given,
    paper,
    procedure,
    submitted,
    supplemented,
)
from tests.refusing import refuses
from worktime import Running, calendar, rule_set

AGENCIES = {a.code: a for a in samples.AGENCIES}
LATER = Deadline(due_at=at(days=2), term="8wh", calendar="d")
RULES = rule_set("tuyen-quang-2025")


# what own facts give
def test_a_dossier_is_submitted_with_form_gate_and_its_papers_by_component() -> None:
    first, second, other = paper(key="a"), paper(key="b"), paper("TP2")
    filed = submitted(attachments=(first, other, second))
    assert fold([filed]) == Dossier(submitted=filed, gate=GATE, form=FORM, attachments={"TP1": [first, second], "TP2": [other]})
    assert fold([]) is None
    assert fold([RECEIVED, CLOSED]) is None


@pytest.mark.req("IN-34")
def test_an_amendment_takes_the_place_of_the_papers_it_brings_and_of_no_other() -> None:
    filed = (paper(key="a"), paper("TP2", key="b"))
    state = given(arrived(attachments=(paper(key="c"),), amendment=3, form=WORDS), attachments=filed)
    assert (state.amendments, state.form, state.adjustments) == (3, WORDS, 0)
    assert state.attachments == {"TP1": [paper(key="c")], "TP2": [paper("TP2", key="b")]}
    assert given(arrived()).form == FORM


def test_an_amendment_arrives_only_as_the_answer_to_a_request() -> None:
    assert given(asked(), arrived()).last_arrival == at(days=3)
    assert given(asked(), arrived(answers_supplement=False)).last_arrival is None
    assert given(asked(), arrived(), supplemented(), asked(at(days=5))).last_arrival is None


@pytest.mark.req("PR-20")
def test_amendments_after_reception_are_counted_as_adjustments() -> None:
    assert given(RECEIVED, arrived(answers_supplement=False), arrived(answers_supplement=False)).adjustments == 2


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ([], Phase.SUBMITTED),
        ([asked()], Phase.SUPPLEMENTING),
        ([asked(), arrived(), supplemented()], Phase.SUBMITTED),
        ([RECEIVED], Phase.RECEIVED),
        ([RECEIVED, asked(stage="processing"), arrived(), supplemented("processing")], Phase.RECEIVED),
        ([REFUSED], Phase.REFUSED),
        ([asked(), CLOSED], Phase.CLOSED),
    ],
)
def test_each_fact_leads_to_its_phase(facts: list[Fact], phase: Phase) -> None:
    assert given(*facts).phase is phase


def test_reception_refusal_closing_and_stop_are_kept() -> None:
    assert (given().code, given().received, given(RECEIVED).received, given(RECEIVED).code) == (None, None, RECEIVED, RECEIVED.code)
    assert given(REFUSED).refused == REFUSED
    assert (given(CLOSED).closed, given(CLOSED).withdrawn_at) == (CLOSED, None)
    assert (given(WITHDRAWN).closed, given(WITHDRAWN).withdrawn_at) == (WITHDRAWN, at(days=1))
    stopped = given(STOPPING, replace(STOPPING, effective_at=at(hours=6)))
    assert (stopped.stop_requests, stopped.stop_reason, stopped.stop_asked_at) == (2, WORDS, at(hours=6))


def test_requests_stand_in_their_order_and_the_last_is_open_while_it_waits() -> None:
    first, second = asked(), asked(at(days=5))
    state = given(first, arrived(), supplemented(), second)
    assert (state.requests, state.open_request) == ([first, second], second)
    assert given(first, arrived(), supplemented()).open_request is None


def test_originals_are_asked_for_once_each_until_they_are_shown() -> None:
    wanted = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o")
    shown = OriginalsShown(effective_at=NOW, recorded_at=NOW, components=("TP1",), officer="o")
    assert given(wanted, replace(wanted, components=("TP2", "TP3"))).originals_asked == ("TP1", "TP2", "TP3")
    assert given(wanted, shown).originals_asked == ("TP2",)


def test_what_a_phase_does_not_allow_is_refused_with_the_phases_that_would() -> None:
    given().must_be(RULES, Phase.RECEIVED, Phase.SUBMITTED)
    with pytest.raises(Exception, match=r"trạng thái “mới đăng ký”.*trạng thái “đã tiếp nhận hoặc đã đóng”"):
        given().must_be(RULES, Phase.RECEIVED, Phase.CLOSED)


# the gate
@pytest.mark.req("IN-10")
def test_the_one_stop_has_to_act_on_what_was_filed_and_on_a_supplement_that_came() -> None:
    assert at_gate(Status.REGISTERED, None)
    assert at_gate(Status.SUPPLEMENT, NOW)
    assert not at_gate(Status.SUPPLEMENT, None)
    assert not at_gate(Status.PROCESSING, NOW)


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ([], True),
        ([asked()], False),
        ([asked(), arrived()], True),
        ([RECEIVED], False),
        ([RECEIVED, asked(stage="processing"), arrived()], False),
        ([REFUSED], False),
        ([CLOSED], False),
    ],
)
def test_the_gates_clock_runs_while_the_one_stop_has_to_act(facts: list[Fact], waits: bool) -> None:
    assert is_at_gate([submitted(), *facts]) is waits
    assert not is_at_gate([])


@pytest.mark.req("IN-13")
def test_the_gate_starts_where_the_rules_of_the_day_say() -> None:
    by_portal = rule_set("nd-118-2025")
    for rules, start in ((by_portal, at(hours=1)), (replace(by_portal, settings=replace(by_portal.settings, gate_start="submitted")), NOW)):
        clock = gate_clock("8wh", NOW, at(hours=1), rules=rules)
        assert clock == Running(term="8wh", start=start, rule_set="nd-118-2025", point="gate_term")


@pytest.mark.req("PR-19")
def test_a_move_of_the_gate_names_both_limits_and_is_kept() -> None:
    fact = GateRescheduled(effective_at=at(days=1), recorded_at=at(days=1), old_due_at=NOW, gate=LATER, cause="calendar")
    assert moved(NOW, LATER, at(days=1)) == fact
    assert given(fact).gate == LATER


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


# stop
@pytest.mark.req("PR-20")
def test_before_reception_a_stop_is_answered_at_once_and_afterwards_by_the_holder() -> None:
    wish = StopRequested(effective_at=NOW, recorded_at=NOW, wish="stop", reason=WORDS)
    ended = Closed(effective_at=NOW, recorded_at=NOW, cause="withdrawn")
    assert request_stop(given(), Elsewhere(), wish="stop", reason=WORDS, rules=RULES, now=NOW) == [wish, ended]
    assert request_stop(given(RECEIVED), Elsewhere(), wish="stop", reason=WORDS, rules=RULES, now=NOW) == [wish]
    assert request_stop(given(RECEIVED), Elsewhere(), wish="adjust", reason=None, rules=RULES, now=NOW) == [
        replace(wish, wish="adjust", reason=None)
    ]


@pytest.mark.req("PR-20")
@pytest.mark.parametrize("ended", [REFUSED, CLOSED])
def test_an_ended_dossier_is_not_stopped(ended: Fact) -> None:
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        request_stop(given(ended), Elsewhere(), wish="stop", reason=None, rules=RULES, now=NOW)


@pytest.mark.req("PR-20")
def test_one_request_waits_at_a_time_also_before_it_has_come_round() -> None:
    one = given(RECEIVED, STOPPING)
    assert is_open(one, Elsewhere()) and is_open(one, Elsewhere(stop_open=True, stop_answers=1))
    assert not is_open(one, Elsewhere(stop_answers=1))
    assert not is_open(one, Elsewhere(stop_answers=None)) and is_open(given(RECEIVED), Elsewhere(stop_answers=None, stop_open=True))
    with refuses("NĐ 118/2025/NĐ-CP Điều 21"):
        request_stop(one, Elsewhere(), wish="adjust", reason=None, rules=RULES, now=NOW)


# help
@pytest.mark.req("IN-15", "IN-44")
def test_help_is_kept_with_its_means_and_officer() -> None:
    assert guide("phone", words=WORDS, officer="o", now=NOW) == Guided(
        effective_at=NOW, recorded_at=NOW, means="phone", officer="o", words=WORDS
    )


@pytest.mark.req("IN-37")
def test_originals_of_published_papers_are_asked_for_until_the_end() -> None:
    fact = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP2", "TP1"), officer="o")
    assert ask_originals(given(), ["TP2", "TP1", "TP2"], procedure=procedure(), rules=RULES, officer="o", now=NOW) == fact
    with refuses("Điều 5 khoản 1 điểm đ", field="components.1", status=422):
        ask_originals(given(), ["TP1", "TP9"], procedure=procedure(), rules=RULES, officer="o", now=NOW)
    for ended in (REFUSED, CLOSED):
        with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4"):
            ask_originals(given(ended), ["TP1"], procedure=procedure(), rules=RULES, officer="o", now=NOW)


@pytest.mark.req("IN-37")
def test_what_was_asked_for_is_compared_and_what_differs_is_one_of_it() -> None:
    wanted = OriginalsAsked(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o")
    fact = OriginalsShown(effective_at=NOW, recorded_at=NOW, components=("TP1", "TP2"), officer="o", differ=("TP2",))
    assert show_originals(given(wanted), ["TP1", "TP2"], differ=["TP2"], rules=RULES, officer="o", now=NOW) == fact
    assert show_originals(given(wanted), ["TP1"], differ=["TP1"], rules=RULES, officer="o", now=NOW).differ == ("TP1",)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4", field="components.1"):
        show_originals(given(wanted), ["TP1", "TP3"], differ=[], rules=RULES, officer="o", now=NOW)
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 17 khoản 4", field="differ", status=422):
        show_originals(given(wanted), ["TP1"], differ=["TP2"], rules=RULES, officer="o", now=NOW)


# codes
DAY = date(2026, 3, 2)
DAK_NONG = rule_set("dak-nong-2025")


@pytest.mark.req("IN-22")
@pytest.mark.parametrize("ordinal", [1, 9000, 9001, 9002, 99_999])
def test_a_code_that_this_system_would_issue_is_found_again_by_series_and_ordinal(ordinal: int) -> None:
    code = reception.code_of("H60.STP", NOW, ordinal)
    assert reception.place_of(code) == (reception.series("H60.STP", NOW), ordinal)


@pytest.mark.req("IN-22", "OP-05")
@pytest.mark.parametrize("ordinal", [1, 2, 999])
def test_a_code_of_a_paper_book_is_found_again_in_the_books_own_series(ordinal: int) -> None:
    assert reception.place_of(code_of("H60.STP", DAY, ordinal, DAK_NONG)) == (series("H60.STP", DAY), ordinal)


@pytest.mark.req("IN-22")
def test_a_code_of_another_system_has_no_place_and_one_that_is_none_is_never_issued() -> None:
    assert reception.place_of("000.00.00.H30-240823-0001") is None
    with pytest.raises(ValueError, match="h60-260302-0001 is no dossier code"):
        reception.code_of("h60", NOW, 1)


# outage books


@pytest.mark.req("OP-05")
def test_paper_codes_are_a_series_of_their_own_and_end_with_9999() -> None:
    assert series("H60.STP", DAY) == "outage-code/H60.STP/260302"
    assert [code_of("H60.STP", DAY, n, DAK_NONG) for n in (1, 999)] == ["H60.STP-260302-9001", "H60.STP-260302-9999"]
    with refuses("Điều 18 khoản 1", field="count"):
        code_of("H60.STP", DAY, 1000, DAK_NONG)
    with pytest.raises(ValueError, match="no dossier code"):
        code_of("h60", DAY, 1, DAK_NONG)


@pytest.mark.req("OP-05")
def test_books_are_for_the_next_working_days_and_close_with_the_last_day_of_their_entries() -> None:
    late_evening = datetime(2026, 3, 5, 18, 0, tzinfo=UTC)
    assert next_days(late_evening, calendar(HERE), 2) == [date(2026, 3, 9), date(2026, 3, 10)]
    assert next_days(NOW, calendar(HERE), 1) == [date(2026, 3, 3)]
    assert closing_day(date(2026, 3, 6), calendar(HERE), 3).isoformat() == "2026-03-11T17:00:00+07:00"


@pytest.mark.req("OP-05")
def test_a_sheet_is_named_by_holder_agency_and_day() -> None:
    names = {sheet_id(holder, agency, day) for holder in ("a", "b") for agency in ("c", "d") for day in (DAY, date(2026, 3, 3))}
    assert len(names) == 8
    assert sheet_id(HERE, THERE, DAY) == UUID("923643a3-0bc0-508d-9a19-3fa4ce15d3bd")


@pytest.mark.req("OP-05")
def test_a_paper_code_is_used_once_by_its_holder_for_its_agency_on_its_day() -> None:
    use = {"state": "allotted", "holder": HERE, "day": DAY, "receiving": HERE, "agency": "H60.STP", "effective_at": NOW, "rules": DAK_NONG}
    code = "H60.STP-260302-9001"
    check_usable(code, **use)  # type: ignore[arg-type]
    with refuses("Điều 18 khoản 1", field="code"):
        check_usable(code, **{**use, "state": "used"})  # type: ignore[arg-type]
    next_day_in_viet_nam = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    for wrong in ({"receiving": THERE}, {"agency": "H60"}, {"agency": "H60.ST"}, {"effective_at": next_day_in_viet_nam}):
        with refuses("Điều 18 khoản 1", field="code", status=422):
            check_usable(code, **{**use, **wrong})  # type: ignore[arg-type]
