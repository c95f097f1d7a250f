"""Bearer tokens: checked against a JWKS. Development tokens are made here too; production refuses them."""

import hashlib
import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from chassis.errors import Retry
from contracts.pseudonym import is_pseudonym

DEVELOPMENT_ISSUER = "motcua-development"
ALGORITHMS = ("ES256", "RS256", "EdDSA")


Account = Literal["e-id", "own"]
ROLES = frozenset(
    {
        "bank",
        "catalogue-approver",
        "catalogue-editor",
        "citizen",
        "clerk",
        "department-head",
        "importer",
        "leader",
        "one-stop",
        "one-stop-head",
        "operator",
        "service",
        "specialist",
    }
)
"""All that a token may carry; a route that asks for another one could be called by nobody."""


class BadToken(Exception):
    """The token is missing, expired, forged, or from the wrong issuer."""


class PersonalSubject(BadToken):
    """The token's `sub`, which every fact and log line carries, is a name, an address or a number of a person."""


@dataclass(frozen=True)
class Caller:
    """Who calls: a pseudonymous subject, roles, and the agencies those roles hold in. `account`: the national e-ID, or one that the
    province registered itself (conflict 7)."""

    subject: str
    roles: frozenset[str]
    agencies: frozenset[str]
    account: Account = "e-id"

    def may(self, role: str, agency: str | None = None) -> bool:
        """Has the role, and, where an agency is named, has it there (`*` holds everywhere)."""
        return role in self.roles and (agency is None or "*" in self.agencies or agency in self.agencies)


class Checked:
    """Callers of tokens that were checked, for `seconds` and never beyond a token's own `exp`; of the newest `most` tokens.

    A token is known by its SHA-256 alone: this memory holds nothing that could be used to call.
    """

    def __init__(self, seconds: float = 60.0, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._known: OrderedDict[bytes, tuple[float, Caller]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, token: str) -> Caller | None:
        """The caller, unless the token has to be checked again."""
        until, caller = self._known.get(_print_of(token), (0.0, None))
        return caller if time.time() < until else None

    def keep(self, token: str, caller: Caller, expires: float) -> None:
        """Remember a token that was checked just now."""
        with self._lock:
            self._known[_print_of(token)] = (min(expires, time.time() + self._seconds), caller)
            self._known.move_to_end(_print_of(token))
            if len(self._known) > self._most:
                self._known.popitem(last=False)


def _print_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Keys:
    """Checks tokens against the keys of a JWKS address (`https://…`, or `file://…` in development).

    A key that the issuer withdraws is refused when both memories have passed: `fresh_for` seconds for the keys, one minute for a token.
    """

    def __init__(
        self, jwks: str, issuer: str, audience: str, *, production: bool, fresh_for: float = 300.0, checked: Checked | None = None
    ) -> None:
        if production and issuer == DEVELOPMENT_ISSUER:
            raise ValueError("development tokens are refused in production: set MOTCUA_ISSUER and MOTCUA_JWKS")
        self._key_of = _from_file(Path(unquote(urlsplit(jwks).path))) if jwks.startswith("file:") else _from_address(jwks, fresh_for)
        self._issuer = issuer
        self._audience = audience
        self._checked = checked or Checked()

    def known(self, token: str) -> Caller | None:
        """The caller of a token that was checked a moment ago and has not expired since; nothing is waited for."""
        return self._checked.get(token)

    def check(self, token: str) -> Caller:
        """The caller of a valid token. Raises `BadToken`, and `Retry` while the keys cannot be had."""
        caller = self.known(token)
        if caller is None:
            claims = self._claims(token)
            if not is_pseudonym(str(claims["sub"])):
                raise PersonalSubject
            account: Account = "own" if claims.get("account") == "own" else "e-id"
            caller = Caller(str(claims["sub"]), _words(claims.get("roles")), _words(claims.get("agencies")), account)
            self._checked.keep(token, caller, float(claims["exp"]))
        return caller

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            key = self._key_of(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "sub", "iat"]},
            )
        except jwt.PyJWKClientConnectionError as away:
            raise Retry("token keys") from away
        except jwt.PyJWTError as bad:
            raise BadToken(type(bad).__name__) from bad
        return claims


def _from_address(jwks: str, fresh_for: float) -> Callable[[str], jwt.PyJWK]:
    """`cache_keys` stays off: it would keep a withdrawn key for as long as the process runs."""
    return jwt.PyJWKClient(jwks, lifespan=fresh_for).get_signing_key_from_jwt


def _from_file(path: Path) -> Callable[[str], jwt.PyJWK]:
    """Keys of a local file (development): read once, its keys do not change while a process runs."""
    keys = jwt.PyJWKSet.from_json(path.read_text(encoding="utf-8"))

    def key_of(token: str) -> jwt.PyJWK:
        kid = jwt.get_unverified_header(token).get("kid")
        for key in keys.keys:
            if key.key_id == kid:
                return key
        raise jwt.InvalidKeyError("unknown key")

    return key_of


def _words(value: Any) -> frozenset[str]:
    return frozenset(str(word) for word in value) if isinstance(value, list) else frozenset()


def development_keys(folder: Path) -> Path:
    """Make the development key pair once; the path of its JWKS file, which follows from the private key alone.

    Raises:
        DamagedKey: the private key cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / "development-key.pem", folder / "jwks.json"
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(pem)
    jwks = _jwks_of(private)
    if not public.exists() or public.read_bytes() != jwks:
        part = public.with_name(f"{public.name}.{os.getpid()}")
        part.write_bytes(jwks)
        part.replace(public)
    return public


def _jwks_of(private: Path) -> bytes:
    try:
        key = serialization.load_pem_private_key(private.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("another kind of key")
        jwk = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    except (ValueError, TypeError, UnsupportedAlgorithm) as damaged:
        raise DamagedKey(f"{private} is damaged: remove it, and a new one is made; tokens signed with it are refused then.") from damaged
    return json.dumps({"keys": [{**jwk, "kid": "development", "use": "sig", "alg": "ES256"}]}).encode()


class DamagedKey(Exception):
    """The development key is no key; the text says what to do."""


def issue(
    folder: Path,
    subject: str,
    roles: Sequence[str],
    agencies: Sequence[str] = (),
    *,
    seconds: int = 8 * 3600,
    audience: str = "motcua",
    account: Account = "e-id",
) -> str:
    """A development token, signed with the key in `folder`."""
    development_keys(folder)
    now = int(time.time())
    claims = {
        "iss": DEVELOPMENT_ISSUER,
        "aud": audience,
        "sub": subject,
        "iat": now,
        "nbf": now - 5,
        "exp": now + seconds,
        "jti": str(uuid4()),
        "roles": list(roles),
        "agencies": list(agencies),
        **({"account": account} if account != "e-id" else {}),
    }
    return jwt.encode(claims, (folder / "development-key.pem").read_bytes(), algorithm="ES256", headers={"kid": "development"})
