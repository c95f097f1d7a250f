"""What the people of the routing tests do over HTTP."""

from typing import Any
from uuid import UUID

from tests.harness import Service
from tests.routing.given import SETTLING, SPECIALIST, TAX, TAX_HEAD, day

QUESTION = "Đề nghị cho ý kiến về nghĩa vụ tài chính của ông Nguyễn Văn Ánh."


def ask(service: Service, dossier: UUID, who: str = SPECIALIST, **changes: Any) -> Any:
    body = {"asking": SETTLING, "asked": TAX, "question": QUESTION, "reply_by": day(5, 10).isoformat(), "way_of_replying": "system"}
    answer = service.post(f"/dossiers/{dossier}/consultations", who, {**body, **changes})
    service.world.settle()
    return answer


def reply(service: Service, dossier: UUID, who: str = TAX_HEAD, number: int = 1) -> Any:
    answer = service.post(f"/dossiers/{dossier}/consultations/{number}/answer", who, {"answer": "Đồng ý."})
    service.world.settle()
    return answer


def hand_over(service: Service, dossier: UUID, movement: str, who: str, leg: int = 1) -> Any:
    answer = service.post(f"/dossiers/{dossier}/legs/{leg}/handovers", who, {"movement": movement})
    service.world.settle()
    return answer


def shown(service: Service, dossier: UUID, who: str = SPECIALIST) -> Any:
    return service.get(f"/dossiers/{dossier}", who).json()
