"""The portal is told every status once and in order, whatever happens to it."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import httpx
import pytest

from chassis.clock import VirtualClock
from contracts.dossier.national import PortalAcknowledged, PortalParked
from contracts.topics import PORTAL
from sync_national.delivery import Delivery
from sync_national.domain import Again, Delivered, Refused, meaning, pause
from sync_national.main import blueprint
from sync_national.portal import Portal
from sync_national.views import OUTGOING, Outgoing
from tests.harness import START, Service, World, token
from tests.outside import FakeOutside
from tests.tracking import story

Answer = Callable[[dict[str, Any], str], httpx.Response]
YES = {"code": "00", "message": "ok"}


class Fake:
    """A portal that remembers what it took; `answers` decides about a message."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.tokens = 0
        self.answers: Answer = lambda body, key: httpx.Response(200, json=YES)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/portal/token":
            self.tokens += 1
            assert set(parse_qs(request.content.decode())) == {"client_id", "client_secret"}
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 300})
        (body,) = json.loads(request.content)
        key = request.headers["Idempotency-Key"]
        self.keys.append(key)
        answer = self.answers(body, key)
        if answer.status_code == 200:
            self.taken.append((body["MaHoSo"], body["TrangThai"]))
        return answer


class Stage:
    """The service, the portal, and a clock for the pauses."""

    def __init__(self) -> None:
        self.world = World()
        self.service: Service = self.world.add(blueprint())
        self.fake = Fake()
        self.real = VirtualClock(START + timedelta(days=3650))
        self.portal = Portal(FakeOutside(self.fake), "id", "secret")
        self.delivery = Delivery(self.service.database, self.portal, self.world.clock, self.real, lambda: None)

    def tell(self, facts: Any, subject: UUID = story.ID) -> None:
        for fact in facts:
            self.service.tell(subject, fact)

    async def turn(self, steps: int = 10) -> None:
        for _ in range(steps):
            await self.delivery.step()

    def rows(self, subject: UUID = story.ID) -> list[Outgoing]:
        with self.service.database.session() as session:
            rows: list[Outgoing] = session.find(OUTGOING, [("dossier", "=", subject)], ("n",))
        return rows


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def facts_told(stage: Stage, facts: Any, subject: UUID = story.ID) -> None:
    import asyncio

    await asyncio.to_thread(stage.tell, facts, subject)


@pytest.mark.req("SY-02")
async def test_every_change_of_status_is_one_message_in_order_with_the_number_of_its_time(stage: Stage) -> None:
    await facts_told(stage, story.walk())
    await stage.turn()
    numbers = [(str(story.ID), "1"), *((story.CODE, code) for code in ("2", "4", "9", "10"))]
    assert stage.fake.taken == numbers
    assert [type(fact) for fact in stage.service.facts(story.ID)] == [PortalAcknowledged] * 5
    assert stage.fake.tokens == 1
    assert stage.service.blueprint.outbound is not None
    assert stage.service.blueprint.outbound(stage.service.database.page(0, 1)[0]).topic == PORTAL


async def test_what_the_portal_answers_continues_the_trace_of_what_it_was_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: a dossier's trace ended before the portal."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    monkeypatch.setattr("chassis.inbox.caused_by", lambda *_: nullcontext(trace))
    await facts_told(stage, story.walk()[:1])
    await stage.turn()
    assert [row.traceparent for row in stage.rows()] == [trace]
    assert stage.service.database.page(0, 1)[0].envelope.traceparent == trace


@pytest.mark.req("SY-02")
async def test_a_failed_message_is_sent_again_under_its_key_and_later_ones_wait(stage: Stage) -> None:
    stage.fake.answers = lambda body, key: httpx.Response(200, json=YES) if len(stage.fake.keys) > 2 else httpx.Response(500)
    await facts_told(stage, story.walk()[:3])
    await stage.turn(1)
    assert [row.state for row in stage.rows()] == ["waiting"] * 3 and len(stage.fake.keys) == 1
    stage.real.advance(timedelta(seconds=1))
    await stage.turn(1)
    stage.real.advance(timedelta(seconds=1))
    await stage.turn(1)
    assert len(stage.fake.keys) == 2, "the second pause is longer than the first"
    for _ in range(3):
        stage.real.advance(timedelta(seconds=2))
        await stage.turn(3)
    assert len(set(stage.fake.keys[:3])) == 1 and [code for _, code in stage.fake.taken] == ["1", "2", "4"]


@pytest.mark.req("SY-02")
async def test_a_refusal_parks_that_dossier_only_until_an_operator_lets_it_go(stage: Stage) -> None:
    other = UUID(int=7)
    stage.fake.answers = lambda body, key: httpx.Response(
        422 if body["MaHoSo"] == str(story.ID) else 200, json={"code": "07"} | ({} if body["MaHoSo"] == str(story.ID) else YES)
    )
    await facts_told(stage, story.walk()[:3])
    await facts_told(stage, [story.submitted()], other)
    for _ in range(4):
        await stage.turn()
        stage.real.advance(timedelta(seconds=3))
    assert [row.state for row in stage.rows()] == ["parked", "held", "held"]
    assert [row.state for row in stage.rows(other)] == ["delivered"]
    assert isinstance(stage.service.facts(story.ID)[0], PortalParked)
    stage.fake.answers = lambda body, key: httpx.Response(200, json=YES)
    operator = token("op", "operator")
    assert stage.service.post(f"/dossiers/{story.ID}/redrive", operator).json() == {"messages": 3}
    stage.real.advance(timedelta(days=3650))
    await stage.turn()
    assert [row.state for row in stage.rows()] == ["delivered"] * 3


@pytest.mark.req("SY-01")
async def test_an_outage_queues_messages_and_recovery_drains_them_in_order(stage: Stage) -> None:
    def away(body: dict[str, Any], key: str) -> httpx.Response:
        raise httpx.ConnectError("refused")

    stage.fake.answers = away
    await facts_told(stage, story.walk())
    await stage.turn(3)
    assert stage.portal.contact.failing_since is not None
    stage.fake.answers = lambda body, key: httpx.Response(200, json=YES)
    for _ in range(6):
        stage.real.advance(timedelta(seconds=61))
        await stage.turn(6)
    assert [code for _, code in stage.fake.taken] == ["1", "2", "4", "9", "10"]
    assert stage.portal.contact.failing_since is None


@pytest.mark.req("SY-01")
async def test_the_heartbeat_notices_an_outage_without_any_message() -> None:
    portal = Portal(FakeOutside(lambda _: httpx.Response(503)), "id", "secret")
    await portal.beat()
    assert portal.contact.why == "no token: HTTP 503" and portal.contact.failing_since is not None


@pytest.mark.req("SY-02")
async def test_a_token_that_expired_early_is_fetched_again(stage: Stage) -> None:
    stage.fake.answers = lambda body, key: httpx.Response(401) if stage.fake.tokens == 1 else httpx.Response(200, json=YES)
    await facts_told(stage, [story.submitted()])
    await stage.turn(1)
    stage.real.advance(timedelta(seconds=2))
    await stage.turn(1)
    assert [row.state for row in stage.rows()] == ["delivered"]


@pytest.mark.req("SY-02")
async def test_the_answer_to_a_lease_that_passed_on_changes_nothing(stage: Stage) -> None:
    from sync_national import application

    await facts_told(stage, [story.submitted()])
    database = stage.service.database
    (first,) = application.claim(database, stage.real.now(), 10)
    assert application.claim(database, stage.real.now(), 10) == []
    stage.real.advance(timedelta(seconds=61))
    (second,) = application.claim(database, stage.real.now(), 10)
    for sent in (first, second, second):
        application.settle(database, [(sent, Delivered("a", "b"))], real_now=stage.real.now(), now=START)
    assert len(stage.service.facts(story.ID)) == 1


@pytest.mark.req("SY-02")
async def test_of_answers_that_are_written_together_each_keeps_its_own_lease_and_cause(stage: Stage) -> None:
    from sync_national import application

    other = UUID("0192f000-0000-7000-8000-00000000000b")
    await facts_told(stage, [story.submitted()])
    await facts_told(stage, [story.submitted()], other)
    database, yes = stage.service.database, Delivered("a", "b")
    lost = {sent.dossier: sent for sent in application.claim(database, stage.real.now(), 10)}
    stage.real.advance(timedelta(seconds=61))
    held = {sent.dossier: sent for sent in application.claim(database, stage.real.now(), 10)}
    application.settle(database, [(lost[other], yes), (held[story.ID], yes)], real_now=stage.real.now(), now=START)
    assert (len(stage.service.facts(story.ID)), stage.service.facts(other)) == (1, [])
    application.settle(database, [(held[other], yes), (held[story.ID], yes)], real_now=stage.real.now(), now=START)
    causes = {fact.envelope.subject: fact.envelope.causation for fact in database.page(0, 10)}
    assert causes == {subject: sent.fact for subject, sent in held.items()}


@pytest.mark.req("SY-02")
def test_imported_dossiers_are_not_sent(stage: Stage) -> None:
    stage.tell([story.submitted(source="imported"), story.received(rule_set="imported")])
    assert stage.rows() == []


@pytest.mark.req("SY-02")
def test_the_summary_shows_what_waits_and_for_how_long(stage: Stage) -> None:
    stage.tell([story.submitted()])
    summary = stage.service.get("/summary", token("op", "operator")).json()
    assert summary["messages"] == {"waiting": 1, "delivered": 0, "parked": 0, "held": 0} and summary["lag_seconds"] >= 0
    assert len(stage.service.get(f"/dossiers/{story.ID}/messages", token("op", "operator")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("status", "code", "attempts", "kind"),
    [
        (200, "00", 1, Delivered),
        (200, "01", 1, Again),
        (200, None, 1, Again),
        (200, "01", 10, Refused),
        (503, "00", 99, Again),
        (400, "07", 1, Refused),
        (429, None, 1, Again),
    ],
)
def test_only_an_explicit_yes_is_a_yes(status: int, code: str | None, attempts: int, kind: type) -> None:
    assert isinstance(meaning(status, code, "a", "b", attempts), kind)


def test_pauses_grow_to_a_minute_and_respect_what_the_portal_asks() -> None:
    assert [pause(n).seconds for n in (1, 2, 3, 7, 50)] == [1, 2, 4, 60, 60]
    assert pause(1, timedelta(seconds=90)).seconds == 90
