"""Values that facts are made of."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from contracts.fact import FileRef, VaultRef
from contracts.moment import Moment

Channel = Literal["counter", "online", "post", "agent"]
"""Đ15 NĐ 118: at the one-stop, online, by public post; and a service agent (DNG2.8)."""
Source = Literal["one-stop", "national-portal", "province", "imported"]
"""Where the submission entered (IN-04)."""
Defect = Literal["missing", "illegible", "wrong", "expired"]
DEFECTS: Mapping[Defect, str] = {"missing": "thiếu", "illegible": "mờ, không đọc được", "wrong": "sai", "expired": "hết hiệu lực"}
"""The word for each, the same on form 02, in notices and in histories."""
Stage = Literal["gate", "processing"]
Outcome = Literal["granted", "declined"]


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """Who digitised a paper and signed the scan (Đ17.1c): the account, and the SHA-256 of the personal certificate (hexadecimal)."""

    officer: str
    certificate: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A paper of the dossier: which component it answers, the file, and of a signed scan who made it."""

    component: str
    file: FileRef
    copy: Literal["original", "copy", "electronic"] = "electronic"
    scan: Scan | None = None


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a derivation (why a date is what it is), as `worktime` gives it."""

    step: str
    to: str
    why: str
    source: str
    from_: str | None = msgspec.field(default=None, name="from")


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """A due moment with its derivation, the term it came from, and the calendar version that counted it."""

    due_at: Moment
    term: str
    calendar: str
    derivation: tuple[Reason, ...] = ()
    provisional: bool = False


class SupplementItem(msgspec.Struct, frozen=True, kw_only=True):
    """One published component to complete, what is wrong with it, and the reason (free text, so in the vault)."""

    component: str
    defect: Defect
    reason: VaultRef


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """What the procedure costs, in đồng, and when it is due."""

    amount_vnd: int
    when: Literal["reception", "result"]


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One agency's part of the work: its task, its own term, its place in the order; one leg leads (Đ20.2 NĐ 118)."""

    leg: int
    agency: str
    lead: bool
    task: str
    term: str


class ProcessStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the internal process (quy trình nội bộ): who does it and how many working hours it may take."""

    name: str
    role: str
    hours: int


class PinnedProcess(msgspec.Struct, frozen=True, kw_only=True):
    """The process as it stood at reception; a later version never touches a running dossier (RT-05)."""

    code: str
    version: int
    mode: Literal["single", "sequential", "parallel"]
    legs: tuple[Leg, ...]
    steps: tuple[ProcessStep, ...] = ()
