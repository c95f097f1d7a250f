"""Reading and writing the intake's vault from other services: by service role and purpose, for rendering and sending only.

Free text written elsewhere (reasons, opinions, questions) is put there too, so that no topic and no other schema holds it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Protocol, TypeVar, get_args
from uuid import UUID

import httpx
import msgspec

from chassis.errors import Retry, Stop
from chassis.http.problem import MEDIA_TYPE
from chassis.ids import new_salt
from contracts.decoding import decoder
from contracts.fact import VaultRef

T = TypeVar("T")
Content = Mapping[str, Any]
"""A JSON object."""
Purpose = Literal["notify", "render", "handle", "synchronise", "own"]
"""Why somebody may read: to send a notice, to print a form, to handle the dossier, to tell the portal, one's own data."""
PURPOSES: frozenset[str] = frozenset(get_args(Purpose))
MOST_AT_ONCE = 100
"""Keys in one question."""
KEY = "key"
"""The field that the vault's own 404 names."""
NOT_ABOUT_THIS = frozenset({401, 403, 404, 408, 425, 429})
"""Refusals that the same question may not meet again."""


class Vault(Protocol):
    """Where personal data and free text lie."""

    def put(self, dossier: UUID, kind: str, content: Content) -> VaultRef:
        """Keep `content` and return its reference. Raises `Retry`, and `Stop` for what is not an object."""
        ...

    def get(self, ref: VaultRef, purpose: str) -> Any:
        """The content, or None when it was erased. Raises `Retry`, and `Stop` for a purpose that is not one of `PURPOSES`."""
        ...

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        """Contents by key, of those that were not erased; in few questions, each content logged as read. Raises as `get` does."""
        ...


def salted(content: Any, salt: str | None = None) -> tuple[str, str]:
    """A salt (hexadecimal) and the SHA-256 of salt and JSON content: what a `VaultRef` carries cannot be guessed back."""
    salt = salt or new_salt()
    text = msgspec.json.encode(content, order="deterministic")
    return salt, hashlib.sha256(salt.encode() + text).hexdigest()


def is_key(text: str) -> bool:
    """Whether the vault may have given it out; the words of an imported case stay with the older system, and its reference says so."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


class HttpVault:
    """The vault over HTTP. `base` is intake's address, `token` a service token with the role `service`."""

    def __init__(self, base: str, token: str) -> None:
        self._client = httpx.Client(base_url=base, headers={"Authorization": f"Bearer {token}"}, timeout=10)

    def put(self, dossier: UUID, kind: str, content: Content) -> VaultRef:
        answer = self._ask("POST", f"/vault/{dossier}", json={"kind": kind, "content": content})
        return _told(answer, VaultRef)

    def get(self, ref: VaultRef, purpose: str) -> Any:
        if not is_key(ref.key):
            return None
        answer = self._ask("GET", f"/vault/{ref.key}", params={"purpose": purpose})
        return None if answer.status_code == 404 else _told(answer, _One).content

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        keys = list(dict.fromkeys(ref.key for ref in refs if is_key(ref.key)))
        found: dict[str, Any] = {}
        for first in range(0, len(keys), MOST_AT_ONCE):
            answer = self._ask("GET", "/vault", params={"purpose": purpose, "key": keys[first : first + MOST_AT_ONCE]})
            found |= {item.key: item.content for item in _told(answer, _Many).items if item.content is not None}
        return {key: found[key] for key in keys if key in found}

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = self._client.request(method, path, **options)
        except httpx.HTTPError as away:
            raise Retry("vault") from away
        status = answer.status_code
        if 400 <= status < 500 and status not in NOT_ABOUT_THIS:
            raise Stop(f"vault refuses with {status}")
        if status not in (200, 201) and not _says_erased(answer):
            raise Retry(f"vault answers {status}")
        return answer


def _says_erased(answer: httpx.Response) -> bool:
    """A 404 of the vault itself, which names the key: another's, in front of it or in its place, would be taken for an erasure, and a
    paper would go out without its words."""
    if answer.status_code != 404 or not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
        return False
    return _told(answer, _Refusal).field == KEY


class _Refusal(msgspec.Struct):
    field: str | None = None


class _One(msgspec.Struct):
    content: Any


class _Item(msgspec.Struct):
    key: str
    content: Any


class _Many(msgspec.Struct):
    items: list[_Item]


def _told(answer: httpx.Response, wanted: type[T]) -> T:
    """What stands between here and the vault may answer in its place, with anything."""
    try:
        return decoder(wanted).decode(answer.content)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as garbled:
        raise Retry("vault's answer cannot be read") from garbled


class MemoryVault:
    """The in-memory twin."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}

    def put(self, dossier: UUID, kind: str, content: Content) -> VaultRef:
        if not isinstance(content, dict):
            raise Stop("vault keeps objects")
        _, digest = salted(content)
        key = f"{dossier}.{len(self.rows)}"
        self.rows[key] = content
        return VaultRef(key=key, digest=digest)

    def get(self, ref: VaultRef, purpose: str) -> Any:
        if purpose not in PURPOSES:
            raise Stop(f"vault refuses the purpose {purpose}")
        return self.rows.get(ref.key)

    def get_many(self, refs: Iterable[VaultRef], purpose: str) -> dict[str, Any]:
        return {ref.key: content for ref in refs if (content := self.get(ref, purpose)) is not None}
