"""What every answer must be: no 5xx, every error a problem, every command remembered."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
from psycopg import sql

from tests.fuzz.feeding import Sent

MEDIA_TYPE = "application/problem+json"
SHOWN = 300
AGAIN = 10
"""Of so many accepted commands one is sent again: the same answer must come, marked as a replay."""


class Answer(Protocol):
    """What httpx and the test client answer."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def text(self) -> str: ...


Send = Callable[[Sent], Answer]


@dataclass
class Judge:
    """Sends, counts and judges. `wrong` tells what was found by where and what, with the first request that showed it."""

    send: Send
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    accepted: dict[str, dict[str, int]] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    found: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0

    def __call__(self, sent: Sent) -> None:
        answer = self.send(sent)
        self.answers[sent.service, answer.status_code] += 1
        for wrong in _wrong(answer):
            self._tell(sent, answer, wrong)
        if sent.key and answer.status_code < 300 and _is_command(sent):
            kept = self.accepted.setdefault(sent.service, {})
            kept[sent.key] = answer.status_code
            if len(kept) % AGAIN == 0:
                self._again(sent, answer)

    def _again(self, sent: Sent, first: Answer) -> None:
        second = self.send(sent)
        self.answers[sent.service, second.status_code] += 1
        same = second.status_code == first.status_code and _body(second) == _body(first)
        if not same or second.headers.get("idempotent-replay") != "true":
            self._tell(sent, second, "the same key and body gave another answer")

    def _tell(self, sent: Sent, answer: Answer, wrong: str) -> None:
        name = f"{sent.service} {sent.method} {sent.route}: {answer.status_code} {wrong}"
        self.found[name] += 1
        headers = {name: value for name, value in sent.headers.items() if name != "Authorization"}
        self.wrong.setdefault(name, f"{sent.path[:SHOWN]} {headers} {(sent.content or b'')[:SHOWN]!r} -> {answer.text[:SHOWN]}")

    @property
    def requests(self) -> int:
        return sum(self.answers.values())

    def by_status(self) -> dict[int, int]:
        statuses: Counter[int] = Counter()
        for (_, status), number in self.answers.items():
            statuses[status] += number
        return dict(sorted(statuses.items()))


def _body(answer: Answer) -> Any:
    """What the answer says: the store keeps a JSON value, not the order of its keys."""
    return json.loads(answer.text) if answer.text else None


def _is_command(sent: Sent) -> bool:
    return sent.method == "POST" and sent.route not in ("/files", "/vault/{dossier}")


def _wrong(answer: Answer) -> list[str]:
    status = answer.status_code
    if status < 400:
        return []
    found = []
    if status >= 500:
        found.append("the system broke")
    if answer.headers.get("content-type") != MEDIA_TYPE or not _is_problem(answer):
        found.append("is no problem+json")
    return found


def _is_problem(answer: Answer) -> bool:
    try:
        body: Any = json.loads(answer.text)
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("status") == answer.status_code and bool(body.get("title")) and bool(body.get("detail"))


def not_stored(owner_dsn: str, mark: str, accepted: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Where what was accepted over HTTP and what stands in the database differ: a key's row and its facts are one transaction."""
    different = []
    with psycopg.connect(owner_dsn) as connection:
        for service in sorted(accepted):
            query = sql.SQL("SELECT key, status FROM {}.idempotency WHERE key LIKE %s").format(sql.Identifier(service.replace("-", "_")))
            stored: dict[str, int] = dict(connection.execute(query, (f"{mark}-%",)).fetchall())
            if stored != accepted[service]:
                odd = sorted(stored.items() ^ accepted[service].items())
                different.append(f"{service}: {len(accepted[service])} accepted, {len(stored)} stored, differing: {odd[:5]}")
    return different
