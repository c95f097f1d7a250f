"""Consultations: given a holder, when an agency is asked, answers or is silent, then facts or a refusal."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.fact import Fact, VaultRef
from routing.domain import Case, consultation, fold
from routing.events import (
    ConsultationAnswered,
    ConsultationLate,
    ConsultationRequested,
)
from tests.refusing import refuses
from tests.routing.known import ANSWER, ANSWERED, DAY, MINUTE, POLICE, SECOND, SETTLING, SILENT, START, TAX, WORDS, asked, case, transferred

# consultations
HELD = transferred(3)
Keep = Callable[[], VaultRef]


def consult(
    known: Case | None = None, *facts: Fact, now: datetime = START, keep: Keep = lambda: WORDS, **changes: object
) -> ConsultationRequested:
    wished = {"asking": SETTLING, "asked": TAX, "reply_by": START + DAY, "way": "document", "officer": "o", **changes}
    return consultation.consult(known or case(), fold([HELD, *facts]), now=START, keep=keep, **wished)  # type: ignore[arg-type]


@pytest.mark.req("PR-04")
def test_given_a_holder_when_an_agency_is_asked_then_content_deadline_and_way_are_kept() -> None:
    fact = ConsultationRequested(
        effective_at=START,
        recorded_at=START,
        consultation=1,
        asking=SETTLING,
        asked=TAX,
        question=WORDS,
        reply_by=START + DAY,
        way_of_replying="document",
        officer="o",
    )
    assert consult() == fact
    answered = (replace(ANSWERED, consultation=number) for number in (1, 4))
    assert consult(case(), asked(1), asked(4), *answered) == replace(fact, consultation=5)


@pytest.mark.req("PR-04")
def test_the_same_agency_is_not_asked_again_while_it_has_time_to_answer() -> None:
    with refuses("NĐ 118/2025/NĐ-CP Điều 19 khoản 4", field="asked"):
        consult(case(), asked(1), keep=_nothing_is_kept)
    assert consult(case(), asked(1), asked=POLICE).consultation == 2
    assert consult(case(), replace(asked(1), asking=TAX)).consultation == 2
    assert consult(case(), replace(asked(1), reply_by=START - MINUTE)).consultation == 2


@pytest.mark.req("PR-04")
@pytest.mark.parametrize(
    ("changes", "field", "status"),
    [
        ({"asking": TAX}, "asking", 409),
        ({"asked": SETTLING}, "asked", 422),
        ({"reply_by": START}, "reply_by", 422),
        ({"reply_by": START + 30 * DAY + SECOND}, "reply_by", 422),
    ],
)
def test_a_consultation_is_the_holders_of_another_agency_and_inside_the_total_time(
    changes: dict[str, Any], field: str, status: int
) -> None:
    with refuses("Điều 19 khoản 4", field=field, status=status):
        consult(keep=_nothing_is_kept, **changes)


@pytest.mark.req("PR-04")
def test_a_consultation_may_last_to_the_last_moment_and_beyond_a_date_that_has_passed_or_that_nobody_set() -> None:
    assert consult(reply_by=START + 30 * DAY).reply_by == START + 30 * DAY
    assert consult(case(due_at=START), reply_by=START + DAY)
    assert consult(case(due_at=None), reply_by=START + 99 * DAY)
    with refuses("Điều 19 khoản 4"):
        consult(case(ended=True), keep=_nothing_is_kept)


def _nothing_is_kept() -> VaultRef:
    raise AssertionError("what is refused puts nothing into the vault")


@pytest.mark.req("PR-04")
def test_the_asked_agency_answers_once() -> None:
    at = START + 5 * DAY
    fact = ConsultationAnswered(effective_at=at, recorded_at=at, consultation=1, asked=TAX, answer=ANSWER, officer="o")
    assert consultation.answer(case(), fold([asked()]), 1, "o", at, lambda: ANSWER) == fact
    with refuses("Điều 19 khoản 4"):
        consultation.answer(case(), fold([asked(), ANSWERED]), 1, "o", at, _nothing_is_kept)
    with refuses("Điều 19 khoản 4", field="consultation", status=404):
        consultation.answer(case(), fold([asked()]), 2, "o", at, _nothing_is_kept)


@pytest.mark.req("PR-05")
def test_silence_is_told_once_from_the_minute_after_the_deadline() -> None:
    limit = START + 2 * DAY
    assert consultation.late_from(limit + 59.5 * SECOND) == limit + MINUTE
    assert consultation.late(fold([asked()]), 1, limit + MINUTE - SECOND) is None
    at = limit + MINUTE
    assert consultation.late(fold([asked()]), 1, at) == ConsultationLate(effective_at=at, recorded_at=at, consultation=1, asked=TAX)
    for facts, number in (([asked(), ANSWERED], 1), ([asked(), SILENT], 1), ([asked()], 2)):
        assert consultation.late(fold(facts), number, at) is None
