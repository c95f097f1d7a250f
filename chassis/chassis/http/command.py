"""Running a command: once per Idempotency-Key, up to five tries when another command was faster."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Request
from fastapi.responses import JSONResponse

from chassis.clock import Clock
from chassis.errors import Duplicate, Refused, VersionConflict
from chassis.http.problem import ProblemError
from chassis.ids import Ids, new_id
from chassis.store import Because, Database, Table, Unit
from chassis.telemetry.tracing import caused_by
from chassis.tokens import Caller

TRIES = 5
_ONE_SPELLING = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=str)


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What a key was used for and what was answered; written in the same transaction as the facts."""

    actor: str
    key: str
    digest: str
    status: int
    answer: Any
    headers: dict[str, str]
    recorded_at: datetime


IDEMPOTENCY = Table("idempotency", Remembered, ("actor", "key"))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a command answers: JSON body, status, and the stream version for the ETag."""

    body: Any
    status: int = 200
    version: int | None = None
    location: str | None = None


class Command:
    """Runs command functions for HTTP. One per service; `ring` wakes the relay after a commit."""

    def __init__(self, database: Database, clock: Clock, *, ring: Callable[[], None] | None = None, ids: Ids = new_id) -> None:
        self._database = database
        self.clock = clock
        self._ring = ring
        self._ids = ids

    def run(
        self,
        request: Request,
        caller: Caller,
        payload: Any,
        act: Callable[[Unit], Answer],
        *,
        subject: UUID | None = None,
        begins: bool = False,
    ) -> JSONResponse:
        """Run `act` in a unit. `payload` is what the key stands for; `subject` is the dossier If-Match speaks of.

        `begins`: the dossier's id was made for this command and `act` has no effect outside its unit. Then nothing is read before
        the write, which may travel with those of other commands; the key is looked up only when something is in the way.
        """
        key = request.headers.get("idempotency-key", "").strip()
        if not key or len(key) > 200:
            raise ProblemError(428, "Thiếu tiêu đề Idempotency-Key (1–200 ký tự).", field="Idempotency-Key")
        digest = _digest(request, payload)
        with caused_by(request.headers.get("traceparent"), f"{request.method} {request.scope['path'].split('/')[1]}") as traceparent:
            because = Because(actor=caller.subject, correlation=self._ids(), traceparent=traceparent)
            wished = _version(request.headers.get("if-match"))
            if begins and wished is None:
                with suppress(Refused, ProblemError, Duplicate, VersionConflict):
                    return self._store(key, digest, because, act, together=True)
            for attempt in range(TRIES):
                try:
                    return self._once(key, digest, because, act, subject, wished)
                except VersionConflict:
                    if wished is not None or attempt == TRIES - 1:
                        raise
                except Duplicate as duplicate:
                    if duplicate.table != IDEMPOTENCY.name:
                        raise
        raise VersionConflict(str(subject))

    def _once(
        self, key: str, digest: str, because: Because, act: Callable[[Unit], Answer], subject: UUID | None, wished: int | None
    ) -> JSONResponse:
        def first_time(unit: Unit) -> Answer:
            known = unit.get(IDEMPOTENCY, because.actor, key)
            if known is not None:
                raise _Known(known)
            if wished is not None and subject is not None and unit.version(subject) != wished:
                raise ProblemError(412, "Hồ sơ đã thay đổi từ khi bạn mở; xin tải lại.", field="If-Match")
            return act(unit)

        try:
            return self._store(key, digest, because, first_time)
        except _Known as known:
            return _again(known.row, digest)

    def _store(self, key: str, digest: str, because: Because, act: Callable[[Unit], Answer], *, together: bool = False) -> JSONResponse:
        """Act, and remember the answer in the same transaction."""
        with self._database.session() as session:
            unit = Unit(session, because, ids=self._ids)
            answer = act(unit)
            headers = _headers(answer)
            unit.insert(
                IDEMPOTENCY,
                Remembered(
                    actor=because.actor,
                    key=key,
                    digest=digest,
                    status=answer.status,
                    answer=answer.body,
                    headers=headers,
                    recorded_at=self.clock.now(),
                ),
            )
            unit.commit(together=together)
        if self._ring is not None:
            self._ring()
        return JSONResponse(answer.body, answer.status, headers)


class _Known(Exception):
    """The key was used before."""

    def __init__(self, row: Remembered) -> None:
        super().__init__(row.key)
        self.row = row


def _digest(request: Request, payload: Any) -> str:
    text = _ONE_SPELLING.encode([request.method, request.scope["path"], payload])
    return hashlib.sha256(text.encode()).hexdigest()


def _again(known: Remembered, digest: str) -> JSONResponse:
    if known.digest != digest:
        raise ProblemError(422, "Idempotency-Key này đã dùng cho một yêu cầu khác.", field="Idempotency-Key")
    return JSONResponse(known.answer, known.status, {**known.headers, "Idempotent-Replay": "true"})


def _headers(answer: Answer) -> dict[str, str]:
    headers = {}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.location is not None:
        headers["Location"] = answer.location
    return headers


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise ProblemError(422, "If-Match phải là số phiên bản trong ETag.", field="If-Match")
    return int(text)
