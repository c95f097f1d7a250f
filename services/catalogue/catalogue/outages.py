"""Commands on outages: declared by a one-stop's head or the operator, ended once, heard by every service."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from catalogue.application import alone_with, put
from chassis.catalogue import Catalogue
from chassis.http.problem import ProblemError
from chassis.rules import rules_of_named
from chassis.settings import Settings
from chassis.store import Unit
from contracts.outage import EVERYWHERE, Outage, OutageCause
from contracts.refusal import Law, Refused
from worktime import in_viet_nam


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of an outage; `ended_at` None while it lasts."""

    agency: str
    began_at: datetime
    ended_at: datetime | None
    cause: OutageCause
    report: str


def declare(unit: Unit, catalogue: Catalogue, said: Declaration, by: str, now: datetime, settings: Settings) -> Outage:
    """Declare that an agency works, or had to work, on paper."""
    law = settings.rules_on(now)
    _check(said.began_at, said.ended_at, now, law)
    rules_of_named(settings, said.began_at, field="began_at", point="outage", now=now)
    known = alone_with(unit, catalogue)
    if said.agency != EVERYWHERE and said.agency not in known.agencies():
        raise Refused("Không có cơ quan này trong danh mục.", article=law.article("outage"), field="agency", status=422)
    _must_be_new(known.outages(), said, law)
    outage = Outage(
        code=_code(unit, said.began_at),
        agency=said.agency,
        began_at=said.began_at,
        ended_at=said.ended_at,
        cause=said.cause,
        report=said.report,
        declared_by=by,
        declared_at=now,
        ended_by=by if said.ended_at else None,
    )
    put(unit, outage, now)
    return outage


def end(unit: Unit, catalogue: Catalogue, code: str, ended_at: datetime, by: str, now: datetime, law: Law) -> Outage:
    """Say when it ended, once."""
    outage = named(alone_with(unit, catalogue).outages(), code)
    if outage.ended_at is not None:
        raise Refused("Sự cố này đã kết thúc.", article=law.article("outage"), field="ended_at")
    _check(outage.began_at, ended_at, now, law)
    ended = msgspec.structs.replace(outage, ended_at=ended_at, ended_by=by)
    put(unit, ended, now)
    return ended


def named(outages: Iterable[Outage], code: str) -> Outage:
    """Raises `ProblemError` (404) where there is none of that code."""
    found = next((known for known in outages if known.code == code), None)
    if found is None:
        raise ProblemError(404, "Không có sự cố này.")
    return found


def _code(unit: Unit, began_at: datetime) -> str:
    year = f"{in_viet_nam(began_at):%Y}"
    return f"SC-{year}-{unit.ordinal(f'outage/{year}'):04d}"


def _must_be_new(outages: Iterable[Outage], said: Declaration, law: Law) -> None:
    """An incident report of an agency is declared once: what is entered afterwards stands on one outage."""
    known = next((outage for outage in outages if (outage.agency, outage.report) == (said.agency, said.report)), None)
    if known is not None:
        raise Refused(f"Sự cố theo biên bản này đã khai, mã {known.code}.", article=law.article("outage"), field="report")


def _check(began_at: datetime, ended_at: datetime | None, now: datetime, law: Law) -> None:
    if began_at > now:
        raise Refused("Sự cố không thể bắt đầu ở tương lai.", article=law.article("outage"), field="began_at", status=422)
    if ended_at is not None and not began_at <= ended_at <= now:
        why = "Sự cố kết thúc sau khi bắt đầu và không ở tương lai."
        raise Refused(why, article=law.article("outage"), field="ended_at", status=422)
