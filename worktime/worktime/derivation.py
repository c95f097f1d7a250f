"""A due date as a value that explains itself."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, Protocol

import msgspec

from worktime.moments import say_moment


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step: what happened (`step`), from where to where (ISO 8601), why in Vietnamese, and the text it rests on.

    Steps are `term`, `start`, `restart`, `skipped`, `make-up`, `closed`, `rolled`, `pause`, `extension`, `provisional`, `result`; who
    has several dates to keep adds `beyond`.
    """

    step: str
    from_: str | None = msgspec.field(default=None, name="from")
    to: str
    why: str
    source: str


class DueDate(msgspec.Struct, frozen=True, kw_only=True):
    """A due moment (+07:00) with its derivation.

    `provisional`: it touches a year without an official table. `late_notice`: its extension slip came too late, so
    lateness is judged against `original_due_at`. Equal inputs give equal values.
    """

    due_at: datetime
    original_due_at: datetime
    term: str
    calendar: str
    rule_set: str
    derivation: tuple[Step, ...]
    provisional: bool = False
    late_notice: bool = False

    def to_json(self) -> dict[str, Any]:
        """The answer of `motcua due --json`: due_at, provisional, late_notice, derivation."""
        return {
            "due_at": self.due_at.isoformat(),
            "provisional": self.provisional,
            "late_notice": self.late_notice,
            "derivation": msgspec.to_builtins(self.derivation),
        }

    def sentences(self) -> list[str]:
        """The derivation as Vietnamese sentences, days off gathered in one; the last names calendar and rule set."""
        return [*say_steps(self.derivation), f"Tính theo lịch làm việc {self.calendar}, bộ quy tắc {self.rule_set}."]


class Told(Protocol):
    """A step as `due` gives it, or as it was written into a fact."""

    @property
    def step(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def source(self) -> str: ...


def say_steps(derivation: Iterable[Told]) -> Iterator[str]:
    """The steps of a derivation as Vietnamese sentences, each with its article, days off gathered in one."""
    for kind, group in groupby(derivation, key=lambda step: step.step):
        steps = list(group)
        if kind == "skipped":
            yield f"Không tính các ngày nghỉ: {_days_off(steps)}."
        else:
            yield from (f"{step.why[:1].upper()}{step.why[1:]} ({step.source.partition(';')[0]})." for step in steps)


def _days_off(steps: Sequence[Told]) -> str:
    """Days of one cause in a row told together: `thứ Bảy 25/04/2026, Chủ nhật 26/04/2026 (nghỉ hằng tuần)`."""
    parted = [step.why.partition(": ") for step in steps]
    grouped = groupby(parted, key=lambda part: part[2])
    return "; ".join(f"{', '.join(day for day, _, _ in days)} ({_unbracketed(name)})" for name, days in grouped)


def _unbracketed(name: str) -> str:
    """`Quốc khánh (nghỉ bù)` → `Quốc khánh – nghỉ bù`, so that it can stand in brackets."""
    return name.replace(" (", " – ").replace(")", "")


class Refusal(Exception):
    """The law says no: `why` in Vietnamese for the person who asked, and the `article` that says so."""

    def __init__(self, why: str, article: str) -> None:
        super().__init__(f"{why} ({article})")
        self.why = why
        self.article = article

    def to_json(self) -> dict[str, Any]:
        """`{"refused": {"why", "article"}}`."""
        return {"refused": {"why": self.why, "article": self.article}}


@lru_cache(maxsize=4096)
def due_sentence(due_at: datetime) -> str:
    """How a receipt says the due moment."""
    return f"Hẹn trả kết quả chậm nhất {say_moment(due_at)}"
