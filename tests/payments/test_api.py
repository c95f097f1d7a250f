"""Payments over HTTP and inbox, in memory."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.store import Because, Unit
from chassis.timers import TIMERS, Timer
from contracts.dossier.parts import Fee
from contracts.dossier.payments import ObligationPaid
from contracts.dossier.processing import ObligationRaised
from contracts.fact import VaultRef
from payments.domain import BankNotice
from payments.main import BLUEPRINT
from payments.views import NOTICES
from tests.harness import START, Service, World, token
from tests.results.cases import HERE, new_dossier, received, submitted

BANK = token("bank-1", "bank", agencies=())
ONE_STOP = token("officer-1", "one-stop", agencies=(HERE,))
OWNER = token("citizen-1", "citizen", agencies=())
STRANGER = token("citizen-2", "citizen", agencies=())
OPERATOR = token("operator-1", "operator")
PAID_AT = START - timedelta(minutes=7)


@pytest.fixture
def service() -> Service:
    return World().add(BLUEPRINT)


def raised(obligation: str = "tax-1", amount: int = 300_000) -> ObligationRaised:
    return ObligationRaised(
        effective_at=START, recorded_at=START, obligation=obligation, amount_vnd=amount, basis=VaultRef(key="k", digest="d"), officer="o"
    )


def owing(service: Service) -> UUID:
    dossier = new_dossier()
    service.tell(dossier, submitted(), received())
    service.tell(dossier, raised())
    return dossier


def notice(service: Service, dossier: UUID, *, key: str | None = None, **changes: Any) -> Any:
    fields = {"obligation": "tax-1", "amount_vnd": 300_000, "voucher": "FT1", "succeeded_at": PAID_AT.isoformat(), **changes}
    answer = service.post("/bank-notices", BANK, {"dossier": str(dossier), **fields}, key=key)
    service.world.settle()
    return answer


def shown(service: Service, dossier: UUID, who: str = OWNER) -> Any:
    return service.get(f"/dossiers/{dossier}/obligations", who).json()["items"]


@pytest.mark.req("PY-07", "PY-08")
def test_a_bank_notice_pays_at_the_banks_own_time_and_is_the_proof(service: Service) -> None:
    dossier = owing(service)
    assert shown(service, dossier)[0]["state"] == "open"
    assert notice(service, dossier).json() == {"voucher": "FT1", "state": "applied"}
    [paid] = service.facts(dossier)
    assert isinstance(paid, ObligationPaid)
    assert (paid.effective_at, paid.recorded_at, paid.voucher, paid.method) == (PAID_AT, START, "FT1", "bank")
    [row] = shown(service, dossier)
    assert (row["state"], row["voucher"]) == ("paid", "FT1")
    assert datetime.fromisoformat(row["paid_at"]) == PAID_AT


@pytest.mark.req("PY-06")
def test_the_same_notice_twice_is_one_payment(service: Service) -> None:
    dossier = owing(service)
    answers = [notice(service, dossier, key=key) for key in ("a", "b", "a")]
    assert [answer.json()["state"] for answer in answers] == ["applied"] * 3
    assert len(service.facts(dossier)) == 1


@pytest.mark.req("PY-06")
def test_a_voucher_with_another_content_is_refused(service: Service) -> None:
    dossier = owing(service)
    notice(service, dossier)
    assert notice(service, dossier, amount_vnd=1).status_code == 409


@pytest.mark.req("PY-06")
def test_a_notice_before_its_obligation_is_kept_and_applied_when_that_arrives(service: Service) -> None:
    dossier = new_dossier()
    early = notice(service, dossier)
    assert (early.status_code, early.json()["state"]) == (202, "waiting")
    service.tell(dossier, submitted(), received())
    assert service.facts(dossier) == []
    service.tell(dossier, raised())
    assert [fact.effective_at for fact in service.facts(dossier)] == [PAID_AT]
    assert notice(service, dossier, key="again").json()["state"] == "applied"


@pytest.mark.req("PY-06")
def test_a_notice_that_crossed_its_obligation_is_matched_by_timer(service: Service) -> None:
    dossier = owing(service)

    with service.database.session() as session:
        unit = Unit(session, Because(actor="test", correlation=dossier))
        row = BankNotice(voucher="FT1", dossier=dossier, obligation="tax-1", amount_vnd=300_000, succeeded_at=PAID_AT, heard_at=START)
        unit.put(NOTICES, row)
        unit.put(TIMERS, Timer(name="match-notice", subject=dossier, due_at=START, detail="FT1"))
        unit.commit()
    assert service.fire() == 1
    assert len(service.facts(dossier)) == 1
    assert service.fire() == 0


def test_a_waiting_notice_is_looked_at_again_with_growing_pauses(service: Service) -> None:
    notice(service, new_dossier())
    clock = service.world.clock
    fired = []
    for _ in range(200):
        clock.advance(timedelta(seconds=1))
        fired.append(service.fire())
    assert 3 <= sum(fired) <= 8


@pytest.mark.req("PY-06")
@pytest.mark.parametrize(("changes", "state"), [({"voucher": "FT2"}, "surplus"), ({"voucher": "FT2", "amount_vnd": 5}, "surplus")])
def test_a_second_payment_is_kept_for_a_person_and_pays_nothing(service: Service, changes: dict[str, Any], state: str) -> None:
    dossier = owing(service)
    notice(service, dossier)
    assert notice(service, dossier, **changes).json()["state"] == state
    assert len(service.facts(dossier)) == 1
    [row] = service.get("/bank-notices", OPERATOR, state=state).json()["items"]
    assert row["voucher"] == "FT2"


@pytest.mark.req("PY-08")
def test_another_amount_than_owed_is_no_proof(service: Service) -> None:
    dossier = owing(service)
    assert notice(service, dossier, amount_vnd=299_999).json()["state"] == "amount-differs"
    assert service.facts(dossier) == [] and shown(service, dossier)[0]["state"] == "open"


@pytest.mark.req("PY-07")
@pytest.mark.parametrize(("ahead", "status"), [(60, 200), (61, 422), (3600, 422)])
def test_a_payment_in_the_future_is_refused_but_for_the_minute_by_which_clocks_differ(service: Service, ahead: int, status: int) -> None:
    dossier = owing(service)
    assert notice(service, dossier, succeeded_at=(START + timedelta(seconds=ahead)).isoformat()).status_code == status


@pytest.mark.parametrize("empty", ["1970-01-01T00:00:00Z", "0002-01-01T00:00:00Z", "2000-01-01T00:00:00+14:00"])
def test_an_empty_date_of_the_bank_is_refused_and_the_obligations_can_be_read(service: Service, empty: str) -> None:
    """Regression: it was recorded, and nobody could read what that dossier owes any more."""
    dossier = owing(service)
    answer = notice(service, dossier, succeeded_at=empty)
    assert (answer.status_code, answer.json()["field"], bool(answer.json()["article"])) == (422, "succeeded_at", True)
    assert shown(service, dossier, ONE_STOP)[0]["state"] == "open"


@pytest.mark.req("PY-06")
def test_money_that_came_days_before_there_was_a_dossier_to_pay_for_waits_for_a_person(service: Service) -> None:
    """Regression: an empty date of 2000 paid a debt of today, and by when it had to be in the budget was a day of 2000."""
    dossier = owing(service)
    for voucher, empty in (("FT1", "2000-01-03T09:00:00+07:00"), ("FT2", (START - timedelta(days=1, seconds=1)).isoformat())):
        assert notice(service, dossier, succeeded_at=empty, voucher=voucher).json()["state"] == "too-early"
    assert service.fire() == 0
    assert service.facts(dossier) == [] and shown(service, dossier)[0]["state"] == "open"
    assert notice(service, dossier, succeeded_at=(START - timedelta(days=1)).isoformat(), voucher="FT3").json()["state"] == "applied"


@pytest.mark.req("PY-06")
def test_a_fee_paid_online_on_friday_evening_is_paid_when_the_dossier_is_received_on_monday(service: Service) -> None:
    """Regression: it was more than a day older than the reception, from which on it is owed, and waited for ever."""
    dossier, friday = new_dossier(), START - timedelta(days=3)
    service.tell(dossier, submitted(at=friday))
    at = friday + timedelta(minutes=2)
    assert notice(service, dossier, obligation="fee", amount_vnd=50_000, succeeded_at=at.isoformat()).json()["state"] == "waiting"
    service.tell(dossier, received(fee=Fee(amount_vnd=50_000, when="result")))
    assert service.get("/bank-notices", OPERATOR).json()["items"][0]["state"] == "applied"
    assert [fact.effective_at for fact in service.facts(dossier)] == [at]


@pytest.mark.req("PY-02", "RS-01")
def test_a_fee_is_collected_at_the_counter_with_a_receipt(service: Service) -> None:
    receipts = []
    for _ in range(2):
        dossier = new_dossier()
        service.tell(dossier, submitted(), received(fee=Fee(amount_vnd=50_000, when="result")))
        body = {"obligation": "fee", "amount_vnd": 50_000}
        receipts.append(service.post(f"/dossiers/{dossier}/collections", ONE_STOP, body).json()["voucher"])
        [paid] = service.facts(dossier)
        assert isinstance(paid, ObligationPaid) and (paid.method, paid.voucher) == ("counter", receipts[-1])
    assert receipts == [f"{HERE}-2026-000001", f"{HERE}-2026-000002"]


@pytest.mark.req("PY-02")
@pytest.mark.parametrize(("obligation", "status"), [("fee", 409), ("tax-1", 422)])
def test_a_wrong_collection_takes_no_receipt_number(service: Service, obligation: str, status: int) -> None:
    dossier = owing(service)
    assert service.post(f"/dossiers/{dossier}/collections", ONE_STOP, {"obligation": obligation, "amount_vnd": 1}).status_code == status
    right = service.post(f"/dossiers/{dossier}/collections", ONE_STOP, {"obligation": "tax-1", "amount_vnd": 300_000})
    assert right.json()["voucher"].endswith("000001")
    service.world.settle()
    again = service.post(f"/dossiers/{dossier}/collections", ONE_STOP, {"obligation": "tax-1", "amount_vnd": 300_000})
    assert again.status_code == 409


def test_only_a_bank_gives_notice_and_only_those_concerned_see(service: Service) -> None:
    dossier = owing(service)
    assert service.post("/bank-notices", ONE_STOP, {}).status_code == 403
    assert service.get(f"/dossiers/{dossier}/obligations", STRANGER).status_code == 403
    assert service.get(f"/dossiers/{new_dossier()}/obligations", OWNER).status_code == 404


def test_an_imported_obligation_never_causes_a_payment(service: Service) -> None:
    dossier = new_dossier()
    notice(service, dossier, obligation="fee", amount_vnd=50_000)
    service.tell(dossier, submitted(), received(fee=Fee(amount_vnd=50_000, when="result"), imported=True))
    assert service.facts(dossier) == []


@pytest.mark.req("PY-14")
@pytest.mark.parametrize(("rules", "by"), [("tuyen-quang-2025", "2026-03-03T08:53:00+07:00"), ("son-la-2019", None)])
def test_money_that_came_online_is_in_the_budget_within_the_term_of_the_rules(service: Service, rules: str, by: str | None) -> None:
    dossier = new_dossier()
    service.tell(dossier, submitted(), received(fee=Fee(amount_vnd=15000, when="result"), rules=rules))
    assert [row["to_budget_by"] for row in shown(service, dossier)] == [None]
    notice(service, dossier, obligation="fee", amount_vnd=15000)
    assert [row["to_budget_by"] for row in shown(service, dossier)] == [by]
