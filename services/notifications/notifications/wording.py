"""The matrix of events and channels, and the words of a notice, rendered when it is sent or read."""

import hashlib
import hmac
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from chassis.catalogue import Catalogue
from chassis.errors import NotHeardOf
from contracts.decoding import converted
from contracts.dossier.parts import DEFECTS
from contracts.fact import VaultRef
from notifications.views import Channel, Delivery
from worktime import PROVISIONAL, in_viet_nam, say_date, say_moment

Reader = Callable[[VaultRef], dict[str, Any]]
"""A vault content by reference, read for the purpose `notify`; empty when it was erased. Raises `Retry`."""
APPOINTED = ("verification-scheduled",)
WRITTEN = "nêu trong văn bản trả lời."
"""Where a fact from before carries no reason."""
ERASED = "(dữ liệu đã xóa theo yêu cầu)"


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channels of an event, and its words."""

    channels: tuple[Channel, ...]
    subject: str
    text: str
    sms: str = ""


@dataclass(frozen=True)
class Letter:
    """A rendered notice; `to` is empty where the form names no address."""

    to: str
    subject: str
    text: str
    digest: str


@cache
def notices() -> Mapping[str, Notice]:
    """The matrix, from `notices.toml`."""
    source = (files("notifications") / "notices.toml").read_text(encoding="utf-8")
    return converted(tomllib.loads(source), dict[str, Notice])


def subject_of(delivery: Delivery) -> str:
    """The subject line; it names no person."""
    return notices()[delivery.event].subject.format(number=delivery.number)


class Writer:
    """Renders notices. `read` must read for the purpose `notify`."""

    def __init__(self, catalogue: Catalogue, read: Reader) -> None:
        self._catalogue = catalogue
        self._read = read

    def text(self, delivery: Delivery) -> str:
        """The words of a notice in Vietnamese, without the salutation."""
        notice = notices()[delivery.event]
        sms, unsure = delivery.channel == "sms", self._unsure(delivery)
        return (notice.sms if sms else notice.text).format(
            number=delivery.number,
            procedure="" if sms else self._procedure(delivery),
            when=say_moment(delivery.happened_at),
            due=_long(delivery.due_at) + (PROVISIONAL if unsure else ""),
            due_short=_short(delivery.due_at) + (" (tạm tính)" if unsure else ""),
            old_due=_long(delivery.old_due_at),
            old_due_short=_short(delivery.old_due_at),
            cause="" if sms else self._cause(delivery),
            amount=f"{delivery.amount_vnd or 0:,}".replace(",", "."),
            detail="" if sms else self._detail(delivery),
            agency=self._agency(delivery.settling),
        )

    def letter(self, delivery: Delivery) -> Letter:
        """The notice with its address. Raises `Retry` when the vault is away."""
        form = self._read(delivery.form)
        text = self.text(delivery)
        name = str(form.get("full_name") or form.get("organisation_name") or "")
        if delivery.channel == "email":
            text = f"Kính gửi {name or 'Quý vị'},\n\n{text}"
        address = {"sms": "phone", "email": "email"}.get(delivery.channel)
        subject = subject_of(delivery)
        return Letter(str(form.get(address) or "") if address else "", subject, text, _digest(form, f"{subject}\n{text}"))

    def _unsure(self, delivery: Delivery) -> bool:
        """Whether a date that was counted touches a year whose days off are not announced yet; an appointment is what it is."""
        if delivery.due_at is None or delivery.event in APPOINTED:
            return False
        return self._catalogue.calendar(delivery.settling).is_provisional(delivery.happened_at, delivery.due_at)

    def _procedure(self, delivery: Delivery) -> str:
        try:
            return self._catalogue.procedure(delivery.procedure, delivery.procedure_version).name
        except NotHeardOf:
            return delivery.procedure

    def _agency(self, code: str) -> str:
        known = self._catalogue.agencies().get(code)
        return known.name if known else code

    def _cause(self, delivery: Delivery) -> str:
        """The paper that changed the calendar, and what it changed."""
        if delivery.calendar is None:
            return ""
        since = delivery.submitted_at or delivery.happened_at
        until = max(filter(None, (delivery.old_due_at, delivery.due_at)), default=delivery.happened_at)
        try:
            return f" theo {self._catalogue.calendar_cause(delivery.calendar, delivery.settling, since, until)}"
        except NotHeardOf:
            return ""

    def _components(self, delivery: Delivery) -> dict[str, str]:
        try:
            procedure = self._catalogue.procedure(delivery.procedure, delivery.procedure_version)
        except NotHeardOf:
            return {}
        return {component.code: component.name for component in procedure.components}

    def _detail(self, delivery: Delivery) -> str:
        if delivery.reason is not None:
            return self._reason(delivery.reason)
        if not delivery.items:
            return WRITTEN
        names = self._components(delivery)
        lines = (f"{names.get(i.component, i.component)} – {DEFECTS[i.defect]}: {self._reason(i.reason)}" for i in delivery.items)
        return "; ".join(f"({number}) {line}" for number, line in enumerate(lines, 1)) + "."

    def _reason(self, ref: VaultRef) -> str:
        return _said(self._read(ref))


APPOINTMENT = {"place": "địa điểm", "participants": "thành phần", "content": "nội dung"}


def _said(words: dict[str, Any]) -> str:
    """A reason, or the contents of an appointment (PR-03), as the vault keeps them."""
    if "place" in words:
        return "; ".join(f"{label}: {words[name]}" for name, label in APPOINTMENT.items() if words.get(name))
    if "basis" in words:
        return str(words["basis"]).rstrip(".")
    guidance = f" Hướng dẫn: {words['guidance']}" if words.get("guidance") else ""
    return str(words.get("reason", ERASED)) + guidance


def _long(moment: datetime | None) -> str:
    if moment is None:
        return "(chưa xác định)"
    last = _last_day(moment)
    return f"hết ngày {say_date(last)}" if last else say_moment(moment)


def _short(moment: datetime | None) -> str:
    if moment is None:
        return "(chưa xác định)"
    last = _last_day(moment)
    return f"hết ngày {last:%d/%m/%Y}" if last else f"{in_viet_nam(moment):%H:%M %d/%m/%Y}"


def _last_day(moment: datetime) -> date | None:
    """A limit at midnight is the end of the day before: nobody reads 00:00 of the next day as that."""
    local = in_viet_nam(moment)
    return (local - timedelta(days=1)).date() if local.time() == time() else None


def _digest(form: dict[str, Any], text: str) -> str:
    # keyed by the form, so that nobody can guess a name back from the digest, and erasing the form ends that for ever
    return hmac.new(msgspec.json.encode(form, order="deterministic"), text.encode(), hashlib.sha256).hexdigest()
