"""Notices in memory: from a fact to the evidence of each channel."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from chassis.clock import VirtualClock
from chassis.errors import Retry
from contracts.dossier.intake import Closed, Refused, SupplementRequested
from contracts.dossier.parts import Deadline, Fee, SupplementItem
from contracts.dossier.processing import ObligationRaised, Rescheduled
from contracts.dossier.results import ResultIssued, ResultReturned
from contracts.dossier.routing import Transferred
from contracts.fact import Fact, FileRef, VaultRef
from contracts.national_status import MOVES
from notifications import domain
from notifications.delivery import CHANNELS, Sender
from notifications.domain import Case
from notifications.gateway import GatewayRefused, HttpGateway
from notifications.inbound import handler
from notifications.main import BLUEPRINT, sender
from notifications.matrix import matrix
from notifications.views import DELIVERIES, MESSAGES, Delivery
from tests.harness import START, Service, World, token
from tests.results.cases import DUE, HERE, REF, extended, new_dossier, paid, received, stop_requested, submitted

OWNER = token("citizen-1", "citizen", agencies=())
STRANGER = token("citizen-2", "citizen", agencies=())
ONE_STOP = token("officer-1", "one-stop", agencies=(HERE,))
ELSEWHERE = token("officer-2", "one-stop", agencies=("H60.X",))
FORM = {"full_name": "Trần Thị Mận", "phone": "0912345678", "email": "man@example.vn"}


class FakeGateway:
    """Keeps what it takes; a channel in `away` is down, one in `against` refuses."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[str, str, str]] = {}
        self.away: set[str] = set()
        self.against: set[str] = set()

    def send(self, channel: str, key: str, address: str, subject: str, text: str) -> str:
        if channel in self.away:
            raise Retry("answer 500")
        if channel in self.against:
            raise GatewayRefused("answer 422")
        self.taken[key] = (channel, address, text)
        return f"g-{len(self.taken)}"


class Stage:
    def __init__(self) -> None:
        self.real = VirtualClock(START)
        blueprint = BLUEPRINT
        self.world = World()
        self.service: Service = self.world.add(blueprint)
        self.service.inbox._handle = handler(matrix(), self.real)
        self.gateway = FakeGateway()
        self.sender: Sender = sender(self.service.parts, self.gateway)
        self.sender.real = self.real
        self.dossier = new_dossier()
        self.form = self.world.vault.put(self.dossier, "form", FORM)

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            self.service.tell(self.dossier, fact)

    def deliver(self) -> int:
        return sum(1 for channel in CHANNELS for _ in iter(lambda channel=channel: self.sender.step(channel), False))  # type: ignore[misc]

    def deliveries(self, event: str) -> dict[str, Delivery]:
        with self.service.database.session() as session:
            facts = [row.fact for row in session.find(MESSAGES, [("event", "=", event)])]
            return {row.channel: row for row in session.find(DELIVERIES) if row.fact in facts}


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.req("IN-14", "NO-01", "NO-02")
def test_reception_is_told_on_three_channels_with_code_and_due_date(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received())
    stage.deliver()
    sent = {channel: (address, text) for channel, address, text in stage.gateway.taken.values() if "tiếp nhận" in text}
    assert {channel: address for channel, (address, _) in sent.items()} == {"sms": "0912345678", "email": "man@example.vn"}
    own = stage.service.get("/messages", OWNER).json()["items"]
    texts = [text for _, text in sent.values()] + [next(item["text"] for item in own if item["event"] == "received")]
    for text in texts:
        assert "H60.STP-260302-0001" in text and "06/03/2026" in text
    assert {row.state for row in stage.deliveries("received").values()} == {"sent"}


@pytest.mark.req("IN-14")
def test_nothing_is_sent_twice(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received())
    stage.deliver()
    assert len(stage.gateway.taken) == 4
    assert stage.deliver() == 0


@pytest.mark.req("NO-01")
def test_a_failing_channel_does_not_stop_the_others_and_comes_later(stage: Stage) -> None:
    stage.gateway.away = {"sms"}
    stage.tell(submitted(form=stage.form))
    stage.deliver()
    rows = stage.deliveries("submitted")
    assert {channel: row.state for channel, row in rows.items()} == {"portal": "sent", "email": "sent", "sms": "waiting"}
    assert (rows["sms"].attempts, rows["sms"].why) == (1, "answer 500")
    stage.gateway.away = set()
    assert stage.deliver() == 0
    stage.real.advance(timedelta(seconds=5))
    assert stage.deliver() == 1
    assert stage.deliveries("submitted")["sms"].state == "sent"


def test_pauses_grow_up_to_an_hour_and_then_a_delivery_fails(stage: Stage) -> None:
    stage.gateway.away = {"sms"}
    stage.tell(submitted(form=stage.form))
    pauses = []
    while (row := stage.deliveries("submitted")["sms"]).state == "waiting":
        stage.real.move_to(row.next_at)
        stage.deliver()
        pauses.append(stage.deliveries("submitted")["sms"].next_at - stage.real.now())
    assert pauses[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert max(pauses) == timedelta(hours=1)
    assert (row.state, row.attempts) == ("failed", domain.MOST_ATTEMPTS)


def test_a_refused_address_and_a_missing_one_are_not_tried_again(stage: Stage) -> None:
    stage.gateway.against = {"email"}
    form = stage.world.vault.put(stage.dossier, "form", {"full_name": "A", "email": "x"})
    stage.tell(submitted(form=form))
    stage.deliver()
    states = {channel: row.state for channel, row in stage.deliveries("submitted").items()}
    assert states == {"portal": "sent", "email": "refused", "sms": "no-address"}


@pytest.mark.req("NO-01")
def test_personal_data_is_read_when_it_is_sent_and_never_kept(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received())
    stage.deliver()
    assert all("Trần Thị Mận" in text for _, _, text in stage.gateway.taken.values())
    kept = json.dumps([msgspec.to_builtins(row) for rows in stage.service.database.tables.values() for row in rows.values()], default=str)
    assert not any(value in kept for value in FORM.values())


@pytest.mark.req("NO-01")
def test_the_evidence_is_digest_time_and_state_for_the_receiving_one_stop(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form))
    stage.deliver()
    [item] = stage.service.get(f"/dossiers/{stage.dossier}/messages", ONE_STOP).json()["items"]
    by_channel = {row["channel"]: row for row in item["deliveries"]}
    [sms] = [text for channel, _, text in stage.gateway.taken.values() if channel == "sms"]
    assert by_channel["sms"]["text_digest"] == hashlib.sha256(sms.encode()).hexdigest()
    assert by_channel["sms"]["sent_at"] and by_channel["sms"]["proof"].startswith("g-")
    assert stage.service.get(f"/dossiers/{stage.dossier}/messages", ELSEWHERE).status_code == 403
    assert stage.service.get("/messages", STRANGER).json()["items"] == []


def test_an_erased_form_leaves_the_account_only(stage: Stage) -> None:
    stage.tell(submitted(form=VaultRef(key="erased", digest="0" * 64)))
    stage.deliver()
    assert stage.gateway.taken == {}
    assert stage.service.get("/messages", OWNER).json()["items"][0]["text"]


def test_an_imported_dossier_is_told_nothing(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received(imported=True))
    stage.deliver()
    assert stage.deliveries("received") == {}


FILE = FileRef(key="k", digest="0" * 64, size=1, media_type="application/pdf")


def issued(outcome: Any = "granted", days: int = 0) -> ResultIssued:
    at = DUE + timedelta(days=days)
    return ResultIssued(effective_at=at, recorded_at=at, outcome=outcome, number="1", file=FILE, certificate="c", clerk="k")


def returned() -> ResultReturned:
    return ResultReturned(effective_at=DUE, recorded_at=DUE, way="counter", officer="o")


def transferred(leg: int = 1) -> Transferred:
    return Transferred(effective_at=START, recorded_at=START, leg=leg, agency="A", lead=True, task="t")


SUPPLEMENT = SupplementRequested(
    effective_at=START,
    recorded_at=START,
    stage="processing",
    items=(SupplementItem(component="TP01", defect="missing", reason=REF),),
    officer="o",
    answer_by=DUE,
)


@pytest.mark.req("NO-02")
@pytest.mark.parametrize(
    ("facts", "event", "word"),
    [
        ([], "submitted", "gửi thành công"),
        ([received(limit=False)], "received-without-date", "tiếp nhận"),
        ([Refused(effective_at=START, recorded_at=START, officer="o", reason=REF)], "refused", "mẫu 03"),
        ([received(), transferred()], "processing", "cơ quan giải quyết"),
        ([received(), SUPPLEMENT], "supplement-requested", "06/03/2026"),
        ([Closed(effective_at=START, recorded_at=START, cause="not-supplemented")], "closed", "kết thúc"),
        ([Closed(effective_at=START, recorded_at=START, cause="withdrawn")], "withdrawn", "rút"),
        ([received(), stop_requested()], "stop-requested", "ghi nhận"),
        ([received(fee=Fee(amount_vnd=1, when="result")), paid()], "obligation-paid", "50.000"),
        ([received(), extended(2, late=False)], "extended", "08/03/2026"),
        ([received(), issued(days=-1)], "issued-early", "sớm hơn"),
        ([received(), issued()], "issued", "đã có kết quả"),
        ([received(), issued("declined")], "issued-declined", "không đủ điều kiện"),
        ([received(), issued(), returned()], "returned", "đã được trả"),
    ],
)
def test_each_state_change_has_its_own_words(stage: Stage, facts: list[Fact], event: str, word: str) -> None:
    stage.tell(submitted(form=stage.form), *facts)
    stage.deliver()
    told = {item["event"]: item["text"] for item in stage.service.get("/messages", OWNER).json()["items"]}
    assert word in told[event]


@pytest.mark.req("NO-02")
def test_only_the_first_transfer_is_told(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received(), transferred(), transferred(2))
    with stage.service.database.session() as session:
        assert len(session.find(MESSAGES, [("event", "=", "processing")])) == 1


def test_a_date_that_did_not_move_is_not_told(stage: Stage) -> None:
    same = Deadline(due_at=DUE, term="5wd", calendar="1")
    fact = Rescheduled(effective_at=START, recorded_at=START, old_due_at=DUE, deadline=same, cause="calendar")
    stage.tell(submitted(form=stage.form), received(), fact)
    assert stage.deliveries("rescheduled") == {}


@pytest.mark.req("RS-03")
def test_an_early_result_is_told_before_it_can_be_returned(stage: Stage) -> None:
    stage.tell(submitted(form=stage.form), received(), issued(days=-1))
    assert set(stage.deliveries("issued-early")) == {"portal", "sms", "email"}
    assert stage.deliveries("returned") == {}


@pytest.mark.req("NO-02")
def test_every_fact_that_may_change_the_status_is_told() -> None:
    case = Case(dossier=UUID(int=1), due_at=DUE)
    samples: dict[type[Fact], Fact] = {type(f): f for f in (submitted(), received(), SUPPLEMENT, transferred(), stop_requested(), paid())}
    samples |= {type(f): f for f in (issued(), returned())}
    raised = ObligationRaised(effective_at=START, recorded_at=START, obligation="x", amount_vnd=5, basis="b", officer="o")
    samples[ObligationRaised] = raised
    for cls in samples.keys() & MOVES.keys():
        told = domain.telling(case, samples[cls], True)
        assert told and told.event in matrix().events, cls


def test_every_text_of_the_matrix_can_be_filled() -> None:
    names = ("code", "procedure", "agency", "due", "old_due", "items", "answer_by", "article", "amount", "voucher", "happened", "lookup")
    for entry in matrix().events.values():
        assert entry.text.format_map(dict.fromkeys(names, "x"))


@pytest.mark.parametrize(("status", "error"), [(500, Retry), (429, Retry), (422, GatewayRefused)])
def test_the_gateways_no_is_told_from_its_not_now(status: int, error: type[Exception]) -> None:
    gateway = HttpGateway("http://gateway", transport=httpx.MockTransport(lambda _: httpx.Response(status)))
    with pytest.raises(error):
        gateway.send("sms", "k", "0912345678", "s", "t")


def test_a_gateway_that_is_away_or_unclear_is_tried_again() -> None:
    def down(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down")

    for transport in (httpx.MockTransport(down), httpx.MockTransport(lambda _: httpx.Response(200, text="?"))):
        with pytest.raises(Retry):
            HttpGateway("http://gateway", transport=transport).send("sms", "k", "a", "s", "t")
