"""The outgoing client of the National Portal."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

import worktime
from chassis.outgoing import Answer, Outside, Unreachable
from contracts.national_status import Status
from sync_national.domain import Again, Outcome, meaning
from sync_national.views import Outgoing

TOKEN = "/portal/token"
UPDATE = "/portal/CapNhatTrangThai"


@dataclass
class Contact:
    """When the portal last answered, and since when it does not."""

    last_answer_at: datetime | None = None
    failing_since: datetime | None = None
    why: str | None = None

    def good(self) -> None:
        self.last_answer_at, self.failing_since, self.why = datetime.now(UTC), None, None

    def bad(self, why: str) -> None:
        self.failing_since, self.why = self.failing_since or datetime.now(UTC), why


def content(message: Outgoing) -> bytes:
    """The body of a message: the same bytes at every try."""
    moment = worktime.in_viet_nam(message.happened_at).isoformat(timespec="milliseconds")
    status = Status(message.status)
    fields = {
        "MaHoSo": message.number,
        "TrangThai": str(status.value),
        "NoiDungXuLy": status.label,
        "PhongBanXuLy": message.department,
        "ThoiDiemXuLy": moment,
    }
    return msgspec.json.encode([fields])


class Portal:
    """Sends one status at a time with a bearer token that is fetched when needed."""

    def __init__(self, outside: Outside, client_id: str, secret: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._outside = outside
        self._credentials = urlencode({"client_id": client_id, "client_secret": secret}).encode()
        self._seconds = seconds
        self._token = ""
        self._valid_until = 0.0
        self.contact = Contact()

    async def beat(self) -> None:
        """The heartbeat (SY-01): ask for a token, so that an outage is known before a message needs the portal."""
        try:
            await self._fetch_token()
            self.contact.good()
        except Unreachable as away:
            self.contact.bad(str(away))

    async def send(self, message: Outgoing) -> Outcome:
        """Send a message. Never raises: what is not certain is `Again`."""
        try:
            outcome = await self._send(message)
        except Unreachable as away:
            outcome = Again(str(away), away=True)
        if isinstance(outcome, Again) and outcome.away:
            self.contact.bad(outcome.why)
        else:
            self.contact.good()
        return outcome

    async def _send(self, message: Outgoing) -> Outcome:
        if self._seconds() >= self._valid_until:
            await self._fetch_token()
        body = content(message)
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(message.fact), "Content-Type": "application/json"}
        answer = await self._outside.post(UPDATE, body, headers)
        if answer.status == 401:
            self._valid_until = 0.0
        outcome = meaning(answer.status, _code(answer), _digest(body), _digest(answer.content), message.attempts)
        return _with_wait(outcome, answer) if isinstance(outcome, Again) else outcome

    async def _fetch_token(self) -> None:
        """Raises `Unreachable`, for an answer without a token too."""
        answer = await self._outside.post(TOKEN, self._credentials, {"Content-Type": "application/x-www-form-urlencoded"})
        given = answer.object()
        if answer.status != 200 or not given.get("access_token"):
            raise Unreachable(f"no token: HTTP {answer.status}")
        self._token = str(given["access_token"])
        self._valid_until = self._seconds() + _seconds(given.get("expires_in")) * 0.9


def _seconds(given: Any) -> float:
    """How long a token is valid; a minute when the portal does not say."""
    return float(given) if isinstance(given, int | float) else float(given) if isinstance(given, str) and given.isdecimal() else 60.0


def _code(answer: Answer) -> str | None:
    found = answer.object()
    return str(found["code"]) if "code" in found else None


def _with_wait(outcome: Again, answer: Answer) -> Again:
    asked = answer.headers.get("retry-after", "")
    return Again(outcome.why, outcome.away, timedelta(seconds=int(asked))) if asked.isdigit() else outcome


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
