"""What a page of notices needs is read from the vault at once, and not kept for long."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event
from typing import Any, get_args

import pytest

from chassis.errors import Retry, Stop
from chassis.vault import MemoryVault
from contracts.dossier.parts import SupplementItem
from contracts.fact import VaultRef
from notifications.reading import KEPT_SECONDS, ReadAhead
from notifications.views import Channel, Delivery
from tests.harness import START
from tests.tracking import story


class CountingVault(MemoryVault):
    """Counts the questions; says no to questions for many while `refusing`, and to all while `away`."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[list[str]] = []
        self.refusing: Exception | None = None
        self.away: Exception | None = None
        self.together: Barrier | None = None
        """Where a question waits for another one at the same time, in vain if nobody asks."""
        self.longest = 0.2

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        if self.refusing is not None:
            raise self.refusing
        refs = list(refs)
        self.questions.append([ref.key for ref in refs])
        if self.together is not None:
            with suppress(BrokenBarrierError):
                self.together.wait(self.longest)
        return {ref.key: self.rows[ref.key] for ref in refs if ref.key in self.rows}

    def get(self, ref: VaultRef, purpose: str) -> Any:
        self.questions.append([ref.key])
        if self.away is not None:
            raise self.away
        return super().get(ref, purpose)


def notice(form: VaultRef, channel: Channel, *reasons: VaultRef) -> Delivery:
    items = tuple(SupplementItem(component="TP01", defect="missing", reason=reason) for reason in reasons)
    return Delivery(
        fact=story.ID,
        channel=channel,
        event="received",
        dossier=story.ID,
        applicant="citizen-1",
        number="H60-1",
        procedure="1",
        procedure_version=1,
        form=form,
        due_at=None,
        amount_vnd=None,
        items=items,
        reason=None,
        happened_at=START,
        queued_at=START,
        next_try_at=START,
    )


@pytest.fixture
def vault() -> CountingVault:
    return CountingVault()


def test_the_notices_of_a_page_over_all_channels_ask_the_vault_once(vault: CountingVault) -> None:
    forms = [vault.put(story.ID, "form", {"phone": str(number)}) for number in range(50)]
    pages = [[notice(form, channel) for form in forms] for channel in get_args(Channel)]
    vault.together = Barrier(2)
    with ThreadPoolExecutor(3) as channels:
        readers = list(channels.map(ReadAhead(vault).reader_for, pages))
    assert [[read(form) for form in forms] for read in readers] == [[{"phone": str(number)} for number in range(50)]] * 3
    assert vault.questions == [[form.key for form in forms]]


def test_a_text_message_reads_no_words_of_an_officer(vault: CountingVault) -> None:
    form, reason = vault.put(story.ID, "form", {"phone": "1"}), vault.put(story.ID, "reason", {"reason": "a"})
    ReadAhead(vault).reader_for([notice(form, "sms", reason)])
    ReadAhead(vault).reader_for([notice(form, "email", reason)])
    assert vault.questions == [[form.key], [form.key, reason.key]]


def test_what_was_erased_is_empty_and_not_asked_for_again(vault: CountingVault) -> None:
    erased = VaultRef(key="erased", digest="")
    assert ReadAhead(vault).reader_for([notice(erased, "account")])(erased) == {}
    assert vault.questions == [["erased"]]


@pytest.mark.parametrize("refusing", [Retry("vault"), Stop("vault refuses with 422")])
def test_a_vault_that_does_not_answer_for_many_is_asked_by_each_notice(vault: CountingVault, refusing: Exception) -> None:
    form, vault.refusing = vault.put(story.ID, "form", {"phone": "1"}), refusing
    read = ReadAhead(vault).reader_for([notice(form, "account")])
    assert read(form) == {"phone": "1"} and vault.questions == [[form.key]]


def test_a_page_keeps_what_was_read_for_it_and_the_next_one_reads_anew(vault: CountingVault) -> None:
    """Regression: a page took from the cache what was gone from there before its notices were written, and each asked for itself."""
    form, now = vault.put(story.ID, "form", {"phone": "1"}), [0.0]
    ahead = ReadAhead(vault, lambda: now[0])
    ahead.reader_for([notice(form, "account")])
    now[0] = KEPT_SECONDS - 0.1
    read = ahead.reader_for([notice(form, "email")])
    now[0] = KEPT_SECONDS + 0.1
    assert read(form) == {"phone": "1"} and len(vault.questions) == 1
    ahead.reader_for([notice(form, "sms")])
    assert len(vault.questions) == 2 and KEPT_SECONDS <= 2


def test_a_page_that_needs_nothing_new_does_not_wait_for_one_that_asks(vault: CountingVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.reading.PATIENCE_SECONDS", 60)  # longer than the other one is held: who waits is seen
    known, other = (vault.put(story.ID, "form", {"phone": phone}) for phone in "12")
    ahead = ReadAhead(vault, lambda: 0.0)
    ahead.reader_for([notice(known, "account")])
    vault.together, vault.longest = Barrier(2), 30
    with ThreadPoolExecutor(1) as channel:
        asking = channel.submit(ahead.reader_for, [notice(other, "sms")])
        while len(vault.questions) < 2:
            assert not asking.done()
        assert ahead.reader_for([notice(known, "email")])(known) == {"phone": "1"}
        assert not asking.done()
        vault.together.wait(30)
        assert asking.result()(other) == {"phone": "2"}


def test_once_the_vault_is_seen_to_be_away_the_rest_of_a_page_does_not_wait_for_it_again(vault: CountingVault) -> None:
    forms = [VaultRef(key=str(number), digest="") for number in range(50)]
    vault.refusing = vault.away = Retry("vault")
    read = ReadAhead(vault).reader_for([notice(form, "account") for form in forms])
    for form in forms:
        with pytest.raises(Retry):
            read(form)
    assert vault.questions == [["0"]]


async def test_a_vault_that_hangs_holds_up_neither_the_loop_nor_another_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: letting go of what is old waited for the vault in the loop that serves everybody."""
    monkeypatch.setattr("notifications.reading.PATIENCE_SECONDS", 0.01)
    hangs, asked = Event(), Event()

    class Hanging(CountingVault):
        def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
            if not asked.is_set():
                asked.set()
                hangs.wait(30)
            return super().get_many(refs, purpose)

    vault = Hanging()
    form, ahead = vault.put(story.ID, "form", {"phone": "1"}), ReadAhead(vault)
    first = asyncio.create_task(asyncio.to_thread(ahead.reader_for, [notice(form, "sms")]))
    await asyncio.to_thread(asked.wait, 30)
    ahead.let_go()
    read = await asyncio.to_thread(ahead.reader_for, [notice(form, "email")])
    assert read(form) == {"phone": "1"} and not first.done()
    hangs.set()
    assert (await first)(form) == {"phone": "1"}


def test_what_nobody_asks_for_any_more_is_let_go(vault: CountingVault) -> None:
    """Regression: the last forms stayed in memory until the next notice."""
    form, now = vault.put(story.ID, "form", {"phone": "1"}), [0.0]
    ahead = ReadAhead(vault, lambda: now[0])
    ahead.reader_for([notice(form, "account")])
    ahead.let_go()
    assert form.key in ahead._kept
    now[0] = KEPT_SECONDS + 0.1
    ahead.let_go()
    assert dict.__len__(ahead._kept._Cache__data) == 0  # type: ignore[attr-defined]
