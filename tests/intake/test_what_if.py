"""What reception now would give, asked before it; nothing is recorded."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.harness import Service, types
from tests.intake.cases import CITIZEN, OFFICER, STRANGER, intake, item, received, submitted


def ask(service: Service, dossier: str, who: str = OFFICER) -> dict[str, Any]:
    answer = service.get(f"/dossiers/{dossier}/what-if", who)
    assert answer.status_code == 200, answer.text
    return {action["action"]: action for action in answer.json()["actions"]}


@pytest.mark.req("PR-19", "IN-11")
def test_before_reception_the_date_that_it_would_give_now_is_the_one_that_it_then_gives() -> None:
    service = intake()
    dossier = submitted(service)
    told = ask(service, dossier)["receive"]
    assert told["refused"] is None and "còn trong hạn" in told["notes"][0]
    assert ask(service, dossier, CITIZEN)["receive"]["outcomes"] == told["outcomes"]
    assert service.get(f"/dossiers/{dossier}/what-if", STRANGER).status_code == 404
    given = service.post(f"/dossiers/{dossier}/reception", OFFICER).json()["deadline"]
    (outcome,) = told["outcomes"]
    assert (outcome["due_at"], outcome["derivation"]) == (given["due_at"], given["derivation"])
    assert types(service.facts(UUID(dossier))) == ["Submitted", "Received"]


@pytest.mark.req("IN-11")
def test_a_reception_after_the_eight_hours_is_told_to_be_late() -> None:
    service = intake()
    dossier = submitted(service)
    service.world.clock.advance(timedelta(days=2))
    (note,) = ask(service, dossier)["receive"]["notes"]
    assert "ghi là trễ (NĐ 118/2025/NĐ-CP Điều 17 khoản 2 điểm c, QĐ 06/2025/QĐ-CTUBND Điều 19)" in note


@pytest.mark.req("IN-11", "IN-18")
def test_once_the_gate_is_past_neither_act_is_possible_and_the_article_says_why() -> None:
    service = intake()
    dossier, _ = received(service)
    for action in ask(service, dossier).values():
        assert "đã tiếp nhận" in action["refused"]["why"] and "Điều 17" in action["refused"]["article"]
    waiting = submitted(service)
    assert "đóng hồ sơ" in ask(service, waiting)["supplement"]["notes"][1]
    assert service.post(f"/dossiers/{waiting}/supplement-requests", OFFICER, {"items": [item()]}).status_code == 200
    service.world.settle()
    assert "chờ bổ sung" in ask(service, waiting)["receive"]["refused"]["why"]
