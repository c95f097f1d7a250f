"""The vault's suite against memory and against intake over HTTP; and what a vault that is away, or says no, means."""

from uuid import UUID

import httpx
import pytest

from chassis.errors import Retry, Stop
from chassis.ids import new_id
from chassis.vault import HttpVault, MemoryVault, Vault, salted
from contracts.fact import VaultRef
from tests.chassis.conformance.vault import WORDS, VaultConformance
from tests.harness import World, token


class TestInMemory(VaultConformance):
    @pytest.fixture
    def vault(self) -> Vault:
        return MemoryVault()


class TestOverHttp(VaultConformance):
    @pytest.fixture
    def vault(self) -> Vault:
        from intake.main import BLUEPRINT

        vault = HttpVault("http://intake", token("routing", "service"))
        client = World().add(BLUEPRINT).client
        client.headers["Authorization"] = vault._client.headers["Authorization"]
        vault._client.close()
        vault._client = client  # type: ignore[assignment]
        return vault


REF = VaultRef(key=str(new_id()), digest="0" * 64)


PROBLEM = {"content-type": "application/problem+json; charset=utf-8"}


def answering(status: int, told: bytes = b"", headers: dict[str, str] | None = None) -> HttpVault:
    vault = HttpVault("http://intake", "token")
    vault._client.close()
    answer = httpx.MockTransport(lambda _: httpx.Response(status, content=told, headers=headers))
    vault._client = httpx.Client(base_url="http://intake", transport=answer)
    return vault


@pytest.mark.parametrize("status", [204, 302, 401, 403, 408, 425, 429, 500, 502, 503])
def test_a_vault_that_cannot_answer_now_is_a_reason_to_try_again(status: int) -> None:
    with pytest.raises(Retry):
        answering(status).get(REF, "render")
    with pytest.raises(Retry):
        answering(status).put(new_id(), "reason", WORDS)


def test_a_vault_that_is_away_is_a_reason_to_try_again() -> None:
    with pytest.raises(Retry):
        HttpVault("http://127.0.0.1:1", "token").get(REF, "render")


def test_an_answer_that_is_no_json_comes_from_somebody_else_and_is_a_reason_to_try_again() -> None:
    with pytest.raises(Retry):
        answering(200).get(REF, "notify")
    with pytest.raises(Retry):
        answering(200).get_many([REF], "notify")


@pytest.mark.parametrize("told", [b"{}", b"[]", b"null", b'{"items":[{}]}', b'"x"', b"\xff"])
def test_an_answer_that_is_not_the_vaults_is_a_reason_to_try_again(told: bytes) -> None:
    """Regression: it broke the whole page of notices, for a minute."""
    with pytest.raises(Retry):
        answering(200, told).get(REF, "notify")
    with pytest.raises(Retry):
        answering(200, told).get_many([REF], "notify")


def test_an_answer_too_deep_to_read_is_a_reason_to_try_again() -> None:
    deep = b"[" * 5000 + b"]" * 5000
    with pytest.raises(Retry):
        answering(200, b'{"content":%b}' % deep).get(REF, "notify")
    with pytest.raises(Retry):
        answering(200, b'{"items":[{"key":"k","content":%b}]}' % deep).get_many([REF], "notify")


def test_a_vault_that_refuses_the_question_is_a_bug() -> None:
    with pytest.raises(Stop):
        answering(422).get(REF, "no such purpose")


def test_what_the_vault_says_is_gone_is_erased() -> None:
    assert answering(404, b'{"field":"key"}', PROBLEM).get(REF, "notify") is None


@pytest.mark.parametrize("told", [b"{}", b'{"field":null}', b'{"field":"dossier"}', b"{"])
def test_a_404_that_names_no_key_is_of_another_service_or_of_an_older_intake_and_no_erasure(told: bytes) -> None:
    """Regression: with the address of another service of ours, whose problems look alike, all that was kept counted as erased."""
    with pytest.raises(Retry):
        answering(404, told, PROBLEM).get(REF, "notify")
    with pytest.raises(Retry):
        answering(404, told, PROBLEM).get_many([REF], "notify")


def test_a_404_of_somebody_in_front_of_the_vault_is_no_erasure() -> None:
    """Regression: a notice went out without its words, once and for good."""
    html = {"content-type": "text/html"}
    with pytest.raises(Retry):
        answering(404, b"<html>", html).get(REF, "notify")
    with pytest.raises(Retry):
        answering(404, b"<html>", html).get_many([REF], "notify")


def test_only_what_was_asked_for_and_not_erased_comes_back() -> None:
    told = b'{"items":[{"key":"other","content":{}},{"key":"%b","content":null}]}' % REF.key.encode()
    assert answering(200, told).get_many([REF], "notify") == {}


@pytest.mark.parametrize("key", ["", "imported", "..", "a/../../health/live?b#c", "k" * 70_000, str(UUID(int=7)).upper() + " "])
def test_a_key_that_the_vault_never_gave_out_holds_nothing_and_is_not_asked_for(key: str) -> None:
    """Regression: an imported case, whose words stay with the older system, had no control slip and no result page, but a 500."""
    vault = answering(500)
    ref = VaultRef(key=key, digest=REF.digest)
    assert (vault.get(ref, "render"), vault.get_many([ref], "render")) == (None, {})


def test_the_digest_of_a_reference_is_that_of_salt_and_words() -> None:
    salt, digest = salted(WORDS)
    assert salted(WORDS, salt) == (salt, digest)
    assert salted(WORDS)[1] != digest
    assert salted({**WORDS, "reason": ""}, salt)[1] != digest
