"""Imported histories: a whole case of an older system enters through the owner of each fact, under the rule set `imported`.

Intake begins an imported case. Every other owner takes facts only of a dossier that it has heard of as imported: nobody settles a live
dossier through this door.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest
from typing import Annotated, Any, Protocol, TypedDict
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import NotHeardOf, Refused
from chassis.http.answers import answers
from chassis.http.app import Api
from chassis.http.auth import must_be_in
from chassis.http.command import Answer
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.fact import Fact, UnknownFact, decode
from contracts.imported import CAUSE, Fault, Rule, faults, is_imported
from contracts.refusal import damaged

ROLE = "importer"
SAID: dict[Rule, str] = {
    "words": "không phải là mã: chỉ nhận chữ không dấu, chữ số và . _ : / -, không có dấu cách, tối đa 100 ký tự",
    "person": "giống số điện thoại hoặc số định danh của một người",
    "future": "ở tương lai",
    "begin": "phải là Submitted: một vụ việc nhập vào bắt đầu bằng việc nộp hồ sơ",
    "source": "phải là imported",
    "twice": "có hai lần trong một vụ việc",
    "rules": "phải là imported",
    "code": "không phải là mã hồ sơ",
    "receiving": "khác cơ quan tiếp nhận của Submitted",
    "voided": "không nhập được: chỉ sổ giấy của hệ thống này hủy mã",
}


class ImportedFact(BaseModel):
    """A fact's wire type and body; `recorded_at` is set here, `effective_at` is the older system's."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(max_length=100)
    body: dict[str, Any]


class ImportedCase(BaseModel):
    """This service's part of one case, in order."""

    model_config = ConfigDict(extra="forbid")

    facts: list[ImportedFact] = Field(min_length=1, max_length=2000)


class CaseRecorded(TypedDict):
    """How many facts were recorded (0 for the same case again), and the dossier's version here."""

    recorded: int
    version: int


class Known(Protocol):
    """What a service keeps of a dossier that it has heard of."""

    @property
    def receiving(self) -> str: ...
    @property
    def imported(self) -> bool: ...


Admit = Callable[[Unit, UUID, Sequence[Fact], Caller], None]
"""Whether a service takes these facts of this dossier from this caller. Raises `Refused`, `NotHeardOf` or 403."""


def add_import_route(api: Api, service: str, admit: Admit) -> None:
    """`POST /imports/{dossier}` for the role `importer`: no guards, no timers; the whole part is checked before a fact is recorded."""
    importer = Depends(api.auth.needs(ROLE))

    @api.app.post("/imports/{dossier}", status_code=201, tags=["imports"])
    @answers(CaseRecorded)
    def import_case(dossier: UUID, case: ImportedCase, request: Request, caller: Annotated[Caller, importer]) -> JSONResponse:
        """Record this service's part of an imported case; the same case again adds nothing.

        409 for a dossier that lives here or was imported with another history, 404 with `Retry-After` while it is not heard of.
        """
        now = api.clock.now()
        facts = [_fact(service, number, entry, now.isoformat()) for number, entry in enumerate(case.facts)]
        for number, fact in enumerate(facts):
            refuse_first(faults(fact, number, now))

        def act(unit: Unit) -> Answer:
            admit(unit, dossier, facts, caller)
            own = unit.history(dossier)
            if own and not is_imported(own[0]):
                raise lives_here()
            if own:
                _must_be_the_same(own, facts)
                return Answer(body={"recorded": 0, "version": unit.version(dossier)}, status=201)
            unit.record(dossier, *facts)
            return Answer(body={"recorded": len(facts), "version": unit.version(dossier)}, status=201)

        return api.command.run(request, caller, case.model_dump(), act, subject=dossier)


def of_heard(known: Callable[[Unit, UUID], Known | None]) -> Admit:
    """For every owner but intake: the dossier was heard of, as imported, at an agency for which the caller may import."""

    def admit(unit: Unit, dossier: UUID, facts: Sequence[Fact], caller: Caller) -> None:
        case = known(unit, dossier)
        if case is None or not case.receiving:
            raise NotHeardOf(f"dossier {dossier}")
        must_be_in(caller, ROLE, case.receiving)
        if not case.imported:
            raise lives_here()

    return admit


def lives_here() -> Refused:
    """The refusal for a dossier that was not imported."""
    return Refused("Hồ sơ này được giải quyết trên hệ thống; không nhập lịch sử vào được.", field="dossier")


def _must_be_the_same(own: Sequence[Fact], facts: Sequence[Fact]) -> None:
    """A history that was corrected afterwards in the older system is told, not passed over in silence."""
    for number, (known, fact) in enumerate(zip_longest(own, facts)):
        if known is None or fact is None or known != replace(fact, recorded_at=known.recorded_at):
            raise Refused("Vụ việc này đã được nhập với một lịch sử khác.", field=f"facts.{min(number, len(facts) - 1)}")


def refuse_first(found: Iterable[Fault]) -> None:
    """Raises `Refused` for the first fault, with the number of the fact and the field, without its value."""
    for fault in found:
        why = f"Sự kiện thứ {fault.number + 1}, {fault.field}: {SAID[fault.rule]}."
        raise Refused(why, field=f"facts.{fault.number}.{fault.field}", status=422)


def _fact(service: str, number: int, entry: ImportedFact, now: str) -> Fact:
    body = {**entry.body, "recorded_at": now, "back_entry": {"cause": CAUSE}}
    try:
        fact = decode(entry.type, msgspec.json.encode(body))
    except UnknownFact as bad:
        raise Refused(f"Sự kiện thứ {number + 1}: không có loại sự kiện này.", field=f"facts.{number}.type", status=422) from bad
    except msgspec.ValidationError as bad:
        inside, said = damaged(bad)
        raise Refused(f"Sự kiện thứ {number + 1}: {said}.", field=f"facts.{number}.{inside}".rstrip("."), status=422) from None
    if service != fact.OWNER:
        raise Refused(f"{entry.type} không thuộc {service}.", field=f"facts.{number}.type", status=422)
    return fact
