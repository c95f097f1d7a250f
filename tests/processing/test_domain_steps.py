"""The steps of the process: told with what was found, in their order, by their role, and listed when left out."""

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.fact import Fact
from processing.domain import Case, State, fold, steps
from processing.events import (
    StepCompleted,
)
from tests.processing.known import (
    APPROVED,
    ASSIGNED,
    DRAFTED,
    LEAD,
    NOW,
    PART,
    STEPS,
    WORDS,
    case,
    made,
    nothing_is_kept,
    rests,
)
from tests.refusing import refuses


# steps
def complete(known: Case, state: State, step: str = "Thẩm định", role: str = "specialist", keep: Any = nothing_is_kept) -> StepCompleted:
    return steps.complete(known, state, leg=1, step=step, roles=[role], officer="o", now=NOW, keep=keep)


@pytest.mark.req("PR-21", "PR-22")
def test_a_step_is_told_with_what_was_found() -> None:
    assert complete(case(), fold([ASSIGNED]), keep=lambda: WORDS) == StepCompleted(
        effective_at=NOW, recorded_at=NOW, leg=1, step="Thẩm định", officer="o", information=WORDS
    )


@pytest.mark.req("PR-21")
def test_a_step_is_one_of_the_process_done_by_its_role_in_its_order() -> None:
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=422):
        complete(case(), fold([ASSIGNED]), "Đóng dấu")
    with pytest.raises(Exception, match="Phân công; Thẩm định; Soát xét; Trình ký"):
        complete(case(), fold([ASSIGNED]), "Đóng dấu")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=422):
        complete(case(), fold([ASSIGNED]), "Trình ký", "leader")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step", status=403):
        complete(case(), fold([ASSIGNED]), role="department-head")
    with refuses("QĐ 06/2025/QĐ-CTUBND Điều 21", field="step"):
        complete(case(), fold([ASSIGNED]), "Soát xét", "department-head")
    with pytest.raises(Exception, match="Chưa xong bước trước: Thẩm định"):
        complete(case(), fold([ASSIGNED]), "Soát xét", "department-head")
    assert complete(case(), fold([ASSIGNED, DRAFTED]), "Soát xét", "department-head", lambda: WORDS).step == "Soát xét"
    rests(complete, ASSIGNED)


@pytest.mark.req("PR-21")
def test_a_step_that_is_told_by_its_own_act_holds_nobody_up() -> None:
    signed_first = case(process=replace(case().process, steps=(STEPS[3], STEPS[1])))
    assert complete(signed_first, fold([ASSIGNED]), keep=lambda: WORDS).step == "Thẩm định"


def test_the_assignment_is_the_opening_step_and_a_draft_the_specialists() -> None:
    def open_steps(*facts: Fact) -> list[str]:
        return [step.name for step in steps.left(STEPS, fold(facts).leg(1))]

    told = StepCompleted(**made(), leg=1, step="Soát xét", officer="o")
    assert open_steps() == ["Phân công", "Thẩm định", "Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED) == ["Thẩm định", "Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED, DRAFTED) == ["Soát xét", "Trình ký"]
    assert open_steps(ASSIGNED, told) == ["Thẩm định", "Trình ký"]
    two = (STEPS[0], STEPS[2], STEPS[1])
    assert [step.name for step in steps.left(two, fold([ASSIGNED]).leg(1))] == ["Thẩm định"]


@pytest.mark.req("PR-21")
def test_what_the_decision_left_out_is_listed_afterwards_and_never_of_an_import() -> None:
    assert steps.skipped(case(), fold([ASSIGNED, APPROVED])) == ("Thẩm định", "Soát xét")
    assert steps.skipped(case(), fold([ASSIGNED])) == ()
    assert steps.skipped(case(imported=True), fold([ASSIGNED, APPROVED])) == ()
    second = case(PART, replace(LEAD, leg=3))
    assert steps.skipped(second, fold([replace(ASSIGNED, leg=3), APPROVED])) == ("Thẩm định", "Soát xét")
    nobody = case(replace(PART, leg=1))
    assert steps.skipped(nobody, fold([ASSIGNED, APPROVED])) == ("Thẩm định", "Soát xét")
