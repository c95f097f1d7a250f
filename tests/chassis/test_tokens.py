"""Bearer tokens: checked once a minute, never believed beyond their end, and no longer than their key is published."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jwt
import pytest

from chassis.tokens import BadToken, Caller, Checked, DamagedKey, Keys, development_keys, issue


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    development_keys(folder)
    return folder


def of(keys: Path, checked: Checked | None = None) -> Keys:
    return Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=False, checked=checked)


def test_a_checked_token_is_known_again_without_a_second_signature_check(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checking, token = of(keys), issue(keys, "clerk-1", ["clerk"], ["H60.01"])
    first = checking.check(token)
    monkeypatch.setattr(jwt, "decode", None)
    assert checking.check(token) == checking.known(token) == first == Caller("clerk-1", frozenset({"clerk"}), frozenset({"H60.01"}))


def test_a_known_token_is_refused_from_the_second_it_expires(keys: Path) -> None:
    checking, token = of(keys), issue(keys, "clerk-1", ["clerk"], seconds=2)
    assert checking.check(token).subject == "clerk-1"
    time.sleep(2.1)
    assert checking.known(token) is None
    with pytest.raises(BadToken, match="ExpiredSignatureError"):
        checking.check(token)


def test_a_token_that_differs_from_a_known_one_in_a_single_character_is_checked_and_refused(keys: Path) -> None:
    checking, token = of(keys), issue(keys, "clerk-1", ["clerk"])
    checking.check(token)
    changed = token[:-20] + ("A" if token[-20] != "A" else "B") + token[-19:]
    assert checking.known(changed) is None
    with pytest.raises(BadToken):
        checking.check(changed)


def test_a_refused_token_is_not_remembered(keys: Path) -> None:
    checking, token = of(keys), issue(keys, "clerk-1", ["clerk"], audience="bank")
    for _ in range(2):
        with pytest.raises(BadToken):
            checking.check(token)
        assert checking.known(token) is None


def test_only_the_newest_tokens_are_remembered(keys: Path) -> None:
    checking = of(keys, Checked(most=2))
    tokens = [issue(keys, f"clerk-{n}", ["clerk"]) for n in range(3)]
    for token in tokens:
        checking.check(token)
    assert [checking.known(token) is not None for token in tokens] == [False, True, True]


@contextmanager
def published(keys: Path) -> Iterator[tuple[str, list[object]]]:
    """A JWKS address, and the keys it answers, to be changed."""
    answered: list[object] = json.loads((keys / "jwks.json").read_text())["keys"]

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": answered}).encode())

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/jwks.json", answered
        server.shutdown()


def test_a_token_whose_key_was_withdrawn_is_refused_when_the_memories_have_passed(keys: Path) -> None:
    with published(keys) as (address, answered):
        checking = Keys(address, "motcua-development", "motcua", production=False, fresh_for=0.2, checked=Checked(0.2))
        token = issue(keys, "clerk-1", ["clerk"])
        assert checking.check(token).subject == "clerk-1"
        answered[:] = [{**answered[0], "kid": "the-next"}]  # type: ignore[dict-item]
        time.sleep(0.5)
        with pytest.raises(BadToken):
            checking.check(token)


def test_a_damaged_list_of_development_keys_is_written_again_from_the_private_one(tmp_path: Path) -> None:
    token = issue(tmp_path, "clerk-1", ["clerk"])
    (tmp_path / "jwks.json").write_bytes(b"\xff{")
    development_keys(tmp_path)
    assert of(tmp_path).check(token).subject == "clerk-1"


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_development_key_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "development-key.pem").write_bytes(content)
    with pytest.raises(DamagedKey, match="remove it"):
        issue(tmp_path, "clerk-1", ["clerk"])
