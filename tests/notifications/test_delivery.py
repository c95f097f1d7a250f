"""A page of notices: what fails, is slow or is erased meanwhile holds up, and tells, nobody else."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from chassis.errors import Retry
from contracts.dossier import processing
from contracts.fact import VaultRef
from notifications.application import LEASE
from notifications.delivery import AT_ONCE
from notifications.domain import LONGEST_PAUSE, pause
from notifications.main import CHANNELS
from notifications.reading import KEPT_SECONDS
from notifications.views import DELIVERY
from tests.notifications.stage import Stage
from tests.tracking import story


@pytest.mark.req("NO-01")
def test_a_channel_that_fails_stops_no_other_and_its_message_comes_later_once(stage: Stage) -> None:
    stage.gateway.answers["sms"] = 500
    stage.tell(story.submitted(form=stage.form))
    stage.deliver()
    rows = stage.rows("submitted")
    assert [rows[channel].state for channel in CHANNELS] == ["delivered", "waiting", "delivered"]
    stage.gateway.answers.clear()
    stage.deliver()
    assert stage.rows("submitted")["sms"].attempts == 1, "not before its pause ended"
    stage.real.advance(timedelta(seconds=3))
    stage.deliver()
    stage.deliver()
    assert stage.rows("submitted")["sms"].state == "delivered" and len(stage.gateway.taken) == 2


@pytest.mark.req("NO-01")
def test_pauses_grow_and_have_an_end() -> None:
    pauses = [pause(n) for n in range(1, 40)]
    assert pauses == sorted(pauses) and pauses[0] < pauses[1] and pauses[-1] == LONGEST_PAUSE


@pytest.mark.req("NO-01")
def test_a_missing_address_and_a_refusal_are_not_tried_again() -> None:
    stage = Stage({"full_name": "Trần Thị Mận", "phone": "1"})
    stage.gateway.answers["sms"] = 422
    stage.tell(story.submitted(form=stage.form))
    stage.deliver()
    states = {channel: row.state for channel, row in stage.rows("submitted").items()}
    assert states == {"account": "delivered", "sms": "refused", "email": "no-address"}


def test_a_page_of_notices_has_one_writer_that_may_read_for_all_of_them(stage: Stage) -> None:
    stage.tell(story.submitted(form=stage.form), story.received())
    stage.deliver("sms")
    assert [{row.event for row in page} for page in stage.pages] == [{"submitted", "received"}]
    stage.deliver("sms")
    assert len(stage.pages) == 1


@pytest.mark.req("NO-01")
def test_a_notice_whose_words_cannot_be_read_waits_and_holds_up_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lost, read = stage.reason("Thiếu bản sao"), stage.vault.get

    def get(ref: VaultRef, purpose: str) -> Any:
        if ref == lost:
            raise Retry("vault")
        return read(ref, purpose)

    monkeypatch.setattr(stage.vault, "get", get)
    sorry = processing.Apologised(**story.at(4), fault="settling", signer="leader-1", letter=lost)
    stage.tell(story.submitted(form=stage.form), story.received(), sorry)
    stage.deliver("email")
    states = {event: (row.state, row.answer) for event in ("received", "apologised") for row in [stage.rows(event)["email"]]}
    assert states == {"received": ("delivered", None), "apologised": ("waiting", "Retry")}


@pytest.mark.req("NO-01")
def test_a_notice_whose_lease_ended_before_its_turn_is_not_sent(stage: Stage) -> None:
    """Somebody else may be at it by then."""
    stage.tell(story.submitted(form=stage.form))
    stage.slow = LEASE
    stage.deliver("sms")
    row = stage.rows("submitted")["sms"]
    assert (row.state, row.answer, stage.gateway.taken) == ("waiting", "late", {})
    stage.slow = timedelta(0)
    stage.real.move_to(row.next_try_at)
    stage.deliver("sms")
    assert stage.rows("submitted")["sms"].state == "delivered"


def test_words_that_were_erased_while_their_notice_waited_for_its_turn_are_not_sent(stage: Stage) -> None:
    """Regression: the notices of a page were all written before the first one went out, and a slow gateway sent what had been erased."""
    stage.tell(story.submitted(form=stage.form), story.received())
    sorry = [processing.Apologised(**story.at(4 + day), fault="settling", signer="leader-1", letter=stage.form) for day in range(6)]
    stage.tell(*sorry)
    real, take = stage.real, stage.gateway

    def slow(request: httpx.Request) -> httpx.Response:
        real.advance(timedelta(seconds=KEPT_SECONDS + 1))
        stage.vault.rows.clear()
        return take(request)

    stage.gateway = slow  # type: ignore[assignment]
    stage.deliver("sms")
    with stage.service.database.session() as session:
        rows = session.find(DELIVERY, [("channel", "=", "sms")])
    assert sorted({row.state for row in rows}) == ["delivered", "no-address"] and len(take.taken) <= AT_ONCE
