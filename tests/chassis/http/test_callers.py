"""Who may: tokens, roles and agencies."""

import json
import time
from pathlib import Path

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from chassis.errors import Retry
from chassis.http.auth import Auth
from chassis.tokens import DEVELOPMENT_ISSUER, Keys, issue
from tests.chassis.http.given import problem


async def test_nobody_is_let_in_without_a_token_and_no_role_without_its_agency(client: httpx.AsyncClient, keys: Path) -> None:
    answer = await client.get("/cases", headers={"Authorization": ""})
    problem(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"
    problem(await client.get("/cases", headers={"Authorization": f"Bearer {issue(keys, 'a', ['citizen'])}"}), 403)
    assert (await client.get("/agencies/H60.01")).status_code == 200
    problem(await client.get("/agencies/H60.02"), 403)


@pytest.mark.parametrize("subject", ["0912345678", "+84912345678", "008190001234", "dan@example.vn", "Nguyễn Văn A", "Nguyen Van A"])
async def test_an_account_that_is_a_persons_number_or_address_is_told_to_come_under_a_pseudonym(
    client: httpx.AsyncClient, keys: Path, subject: str
) -> None:
    """Every fact and log line carries the account's id."""
    headers = {"Authorization": f"Bearer {issue(keys, subject, ['clerk'], ['H60.01'])}"}
    assert "mã giả danh" in problem(await client.get("/agencies/H60.01", headers=headers), 401)["detail"]


def _forged(keys: Path, how: str) -> str:
    good = issue(keys, "clerk-1", ["clerk"])
    claims = jwt.decode(good, options={"verify_signature": False})
    headers = {"kid": "development"}
    other = ec.generate_private_key(ec.SECP256R1())
    own = (keys / "development-key.pem").read_bytes()
    public = json.loads((keys / "jwks.json").read_text())["keys"][0]
    now = int(time.time())
    return {
        "alg none": lambda: jwt.encode(claims, None, algorithm="none", headers=headers),  # type: ignore[arg-type, no-untyped-call]
        "another key": lambda: jwt.encode(claims, other, algorithm="ES256", headers=headers),
        "an unknown key id": lambda: jwt.encode(claims, other, algorithm="ES256", headers={"kid": "mine"}),
        "the public key as a secret": lambda: jwt.encode(claims, public["x"] + public["y"], algorithm="HS256", headers=headers),
        "expired": lambda: jwt.encode({**claims, "exp": now - 10}, own, algorithm="ES256", headers=headers),
        "not yet": lambda: jwt.encode({**claims, "nbf": now + 600}, own, algorithm="ES256", headers=headers),
        "another audience": lambda: jwt.encode({**claims, "aud": "bank"}, own, algorithm="ES256", headers=headers),
        "another issuer": lambda: jwt.encode({**claims, "iss": "me"}, own, algorithm="ES256", headers=headers),
        "no expiry": lambda: jwt.encode({k: v for k, v in claims.items() if k != "exp"}, own, algorithm="ES256", headers=headers),
        "no subject": lambda: jwt.encode({k: v for k, v in claims.items() if k != "sub"}, own, algorithm="ES256", headers=headers),
        "changed after signing": lambda: good[:-10] + ("A" * 10),
        "no token at all": lambda: "abc",
    }[how]()


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "how",
    [
        "alg none",
        "another key",
        "an unknown key id",
        "the public key as a secret",
        "expired",
        "not yet",
        "another audience",
        "another issuer",
        "no expiry",
        "no subject",
        "changed after signing",
        "no token at all",
    ],
)
async def test_a_forged_or_foreign_token_is_turned_away(anonymous: httpx.AsyncClient, keys: Path, how: str) -> None:
    problem(await anonymous.get("/cases", headers={"Authorization": f"Bearer {_forged(keys, how)}"}), 401)


def test_production_refuses_development_tokens(keys: Path) -> None:
    with pytest.raises(ValueError, match="production"):
        Keys((keys / "jwks.json").as_uri(), "motcua-development", "motcua", production=True)


def test_keys_that_cannot_be_had_are_a_reason_to_try_again(keys: Path) -> None:
    with pytest.raises(Retry):
        Keys("http://127.0.0.1:1/jwks.json", "motcua-development", "motcua", production=False).check(issue(keys, "a", ["clerk"]))


def test_a_route_for_a_role_that_no_token_carries_is_a_mistake_at_the_start(keys: Path) -> None:
    with pytest.raises(ValueError, match="no such role: king"):
        Auth(Keys((keys / "jwks.json").as_uri(), DEVELOPMENT_ISSUER, "motcua", production=False)).needs("king")
