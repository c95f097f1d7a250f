"""A prepaid fee from filing to reception, with payments beside intake, in memory."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from catalogue.province import load_data
from chassis.ids import new_id
from contracts.dossier.intake import Received, Submitted
from contracts.dossier.payments import ObligationPaid
from contracts.fact import BackEntry
from intake.main import BLUEPRINT as INTAKE
from payments.main import BLUEPRINT as PAYMENTS
from tests.harness import START, Service, World, token, types
from tests.intake.cases import CITIZEN, HERE, OFFICER, form, upload
from tests.intake.test_letters import text_of

COSTLY = next(p for p in load_data().procedures if p.code == "2.000720")
BANK = token("bank-1", "bank", agencies=())
HELD = "son-la-2019"


class Town:
    """Intake and payments of a province."""

    def __init__(self, rules: str = HELD) -> None:
        self.world = World()
        self.intake = self.world.add(INTAKE, rule_set=rules)
        self.payments = self.world.add(PAYMENTS, rule_set=rules)

    def file(self, *, settle: bool = True) -> Any:
        papers = [{"component": c.code, "file": upload(self.intake)} for c in COSTLY.components if c.required]
        body = {"procedure": COSTLY.code, "channel": "online", "receiving": HERE.code, "form": form(COSTLY), "attachments": papers}
        answer = self.intake.post("/dossiers", CITIZEN, body)
        assert answer.status_code == 201, answer.text
        if settle:
            self.world.settle()
        return answer.json()

    def pay(self, dossier: str, *, voucher: str = "FT1", amount: int = 100_000, at: datetime | None = None) -> Any:
        succeeded = (at or self.world.clock.now()).isoformat()
        body = {"dossier": dossier, "obligation": "fee", "amount_vnd": amount, "voucher": voucher, "succeeded_at": succeeded}
        answer = self.payments.post("/bank-notices", BANK, body)
        self.world.settle()
        return answer.json()["state"]

    def receive(self, dossier: str, **body: Any) -> Any:
        answer = self.intake.post(f"/dossiers/{dossier}/reception", OFFICER, body)
        self.world.settle()
        return answer

    def shown(self, dossier: str) -> Any:
        return self.intake.get(f"/dossiers/{dossier}", OFFICER).json()

    def owed(self, dossier: str) -> Any:
        (row,) = self.payments.get(f"/dossiers/{dossier}/obligations", CITIZEN).json()["items"]
        return row["state"], row["amount_vnd"], row["due"]

    def queue(self) -> list[str]:
        return [row["dossier"] for row in self.intake.get("/queue", OFFICER, agency=HERE.code).json()["items"]]

    def told(self) -> list[str]:
        return [notice["kind"] for notice in self.intake.get("/notices", OFFICER, agency=HERE.code).json()["items"]]


def supplement(service: Service, dossier: str) -> Any:
    wanted = {"component": COSTLY.components[0].code, "defect": "illegible", "reason": "Bản chụp mờ."}
    return service.post(f"/dossiers/{dossier}/supplement-requests", OFFICER, {"items": [wanted]})


@pytest.mark.req("PY-09", "IN-15")
def test_an_unpaid_prepaid_fee_holds_reception_and_its_payment_lets_it_go_on() -> None:
    town = Town()
    filed = town.file()
    dossier = filed["id"]
    assert (filed["to_pay"], filed["gate_due_at"]) == ({"obligation": "fee", "amount_vnd": 100_000}, None)
    assert town.owed(dossier) == ("open", 100_000, "reception")
    held = town.receive(dossier)
    assert (held.status_code, held.json()["article"], held.json()["field"]) == (409, "QĐ 31/2019/QĐ-UBND Điều 10 khoản 2 điểm c", "fee")
    assert "100.000 đồng (nghĩa vụ fee)" in held.json()["detail"]
    assert town.shown(dossier)["to_pay"] == filed["to_pay"]
    assert town.pay(dossier) == "applied"
    assert town.shown(dossier)["to_pay"] is None
    assert town.receive(dossier).status_code == 200
    assert types(town.world.history(UUID(dossier))) == ["Submitted", "ObligationPaid", "Received"]
    assert town.owed(dossier) == ("paid", 100_000, "reception")


@pytest.mark.req("PY-09")
def test_where_the_rules_do_not_hold_it_is_received_first_and_owes_the_fee_then() -> None:
    town = Town("tuyen-quang-2025")
    filed = town.file()
    assert filed["to_pay"] is None and filed["gate_due_at"] is not None
    assert town.payments.get(f"/dossiers/{filed['id']}/obligations", CITIZEN).json()["items"] == []
    assert town.receive(filed["id"]).status_code == 200
    assert town.owed(filed["id"]) == ("open", 100_000, "reception")


@pytest.mark.req("PY-09")
def test_before_reception_what_if_says_what_holds_it() -> None:
    town = Town()
    dossier = town.file()["id"]

    def told() -> Any:
        return next(a for a in town.intake.get(f"/dossiers/{dossier}/what-if", OFFICER).json()["actions"] if a["action"] == "receive")

    held = told()["refused"]
    assert held["article"] == "QĐ 31/2019/QĐ-UBND Điều 10 khoản 2 điểm c" and "100.000 đồng" in held["why"]
    town.pay(dossier)
    assert told()["refused"] is None and told()["outcomes"]


@pytest.mark.req("PY-09", "IN-11", "IN-13")
def test_the_eight_hours_begin_with_the_payment_and_nobody_is_late_before_it() -> None:
    town = Town()
    dossier = town.file()["id"]
    assert town.queue() == []
    town.world.clock.advance(timedelta(days=7))
    assert town.intake.fire() == 0 and town.told() == ["new"]
    friday_at_ten = datetime(2026, 3, 6, 3, 0, tzinfo=UTC)
    town.pay(dossier, at=friday_at_ten)
    assert datetime.fromisoformat(town.shown(dossier)["gate_due_at"]) == datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
    assert town.queue() == [dossier] and sorted(town.told()) == ["new", "paid"]
    town.world.clock.advance(timedelta(days=7))
    assert town.intake.fire() == 1 and sorted(town.told()) == ["late", "new", "paid"]


@pytest.mark.req("PY-09", "IN-18")
def test_the_notice_to_pay_is_no_supplement_and_both_may_be_waited_for() -> None:
    town = Town()
    dossier = town.file()["id"]
    assert supplement(town.intake, dossier).status_code == 200
    town.world.settle()
    town.pay(dossier)
    assert town.shown(dossier)["gate_due_at"] is None
    paper = {"component": COSTLY.components[0].code, "file": upload(town.intake)}
    assert town.intake.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": [paper]}).status_code == 200
    town.world.settle()
    assert town.shown(dossier)["gate_due_at"] is not None
    assert town.intake.post(f"/dossiers/{dossier}/supplement-confirmation", OFFICER).status_code == 200
    town.world.settle()
    assert town.receive(dossier).status_code == 200


@pytest.mark.req("PY-09", "IN-11")
def test_a_supplement_that_comes_before_the_fee_does_not_start_the_eight_hours() -> None:
    town = Town()
    dossier = town.file()["id"]
    supplement(town.intake, dossier)
    town.world.settle()
    paper = {"component": COSTLY.components[0].code, "file": upload(town.intake)}
    town.intake.post(f"/dossiers/{dossier}/amendments", CITIZEN, {"attachments": [paper]})
    town.world.settle()
    assert town.shown(dossier)["gate_due_at"] is None and town.queue() == []
    town.pay(dossier)
    assert town.queue() == [dossier]


@pytest.mark.req("PY-09", "PY-06")
def test_a_payment_that_the_bank_tells_before_the_submission_is_heard_counts_once() -> None:
    town = Town()
    dossier = town.file(settle=False)["id"]
    body = {"dossier": dossier, "obligation": "fee", "amount_vnd": 100_000, "voucher": "FT1", "succeeded_at": START.isoformat()}
    assert town.payments.post("/bank-notices", BANK, body).json()["state"] == "waiting"
    town.world.settle()
    assert town.pay(dossier, at=START) == "applied"
    assert town.receive(dossier).status_code == 200
    assert sum(isinstance(fact, ObligationPaid) for fact in town.world.history(UUID(dossier))) == 1


@pytest.mark.req("PY-09", "IN-17")
def test_a_dossier_that_ends_unpaid_owes_nothing_and_what_still_comes_waits_for_a_person() -> None:
    town = Town()
    refused, withdrawn = (town.file()["id"] for _ in range(2))
    assert town.intake.post(f"/dossiers/{refused}/refusal", OFFICER, {"reason": "Không nộp phí phải nộp trước."}).status_code == 200
    assert town.intake.post(f"/dossiers/{withdrawn}/stop-requests", CITIZEN, {"wish": "stop"}).status_code == 200
    town.world.settle()
    for number, dossier in enumerate((refused, withdrawn)):
        assert town.owed(dossier) == ("lapsed", 100_000, "reception")
        assert town.pay(dossier, voucher=f"FT{number}") == "surplus"
        assert town.shown(dossier)["to_pay"] is None
        assert town.payments.facts(UUID(dossier)) == []
    counter = token("officer-1", "one-stop", agencies=(HERE.code,))
    taken = town.payments.post(f"/dossiers/{refused}/collections", counter, {"obligation": "fee", "amount_vnd": 100_000})
    assert taken.status_code == 409 and taken.json()["field"] == "obligation"


@pytest.mark.req("PY-09", "PY-02")
def test_a_prepaid_fee_may_be_paid_at_the_counter_too() -> None:
    town = Town()
    dossier = town.file()["id"]
    taken = town.payments.post(f"/dossiers/{dossier}/collections", OFFICER, {"obligation": "fee", "amount_vnd": 100_000})
    assert taken.status_code == 201
    town.world.settle()
    assert town.receive(dossier).status_code == 200


@pytest.mark.req("PY-09")
def test_whom_the_law_exempts_is_received_without_paying_and_owes_nothing() -> None:
    town = Town()
    dossier = town.file()["id"]
    assert town.receive(dossier, fee_exempt="Người thuộc hộ nghèo, NQ 05/2020/NQ-HĐND Điều 3").status_code == 200
    (received,) = [fact for fact in town.intake.facts(UUID(dossier)) if isinstance(fact, Received)]
    assert received.fee is None and received.fee_exempt is not None
    assert town.owed(dossier) == ("lapsed", 100_000, "reception")
    receipt = text_of(town.intake.get(f"/dossiers/{dossier}/forms/01", OFFICER).content)
    assert "Phí, lệ phí: được miễn (Người thuộc hộ nghèo, NQ 05/2020/NQ-HĐND Điều 3)." in receipt


@pytest.mark.req("PY-09")
def test_an_imported_dossier_is_held_by_nothing_and_opens_nothing() -> None:
    town = Town()
    dossier = UUID(town.file()["id"])
    (filed,) = town.world.history(dossier)
    assert isinstance(filed, Submitted) and filed.prepaid is not None
    imported = new_id()
    entry = BackEntry(cause="imported")
    town.payments.tell(imported, replace(filed, source="imported", back_entry=entry), source="other")
    assert town.payments.get(f"/dossiers/{imported}/obligations", CITIZEN).json()["items"] == []
