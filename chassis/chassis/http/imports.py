"""Imported histories: a whole case of an older system enters through the owner of each fact, under the rule set `imported`."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.errors import Refused
from chassis.http.app import Api
from chassis.http.command import Answer
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.fact import Fact, UnknownFact, decode


class ImportedFact(BaseModel):
    """A fact's wire type and body; `recorded_at` is set here, `effective_at` is the older system's."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(max_length=100)
    body: dict[str, Any]


class ImportedCase(BaseModel):
    """This service's part of one case, in order."""

    model_config = ConfigDict(extra="forbid")

    facts: list[ImportedFact] = Field(min_length=1, max_length=2000)


def add_import_route(api: Api, service: str) -> None:
    """`POST /imports/{dossier}` for the role `importer`: no guards, no timers; the whole part is checked before a fact is recorded."""
    importer = Depends(api.auth.needs("importer"))

    @api.app.post("/imports/{dossier}", status_code=201, tags=["imports"])
    def import_case(dossier: UUID, case: ImportedCase, request: Request, caller: Annotated[Caller, importer]) -> JSONResponse:
        """Record this service's part of an imported case; the same case again adds nothing."""
        facts = [_fact(service, number, entry, api.clock.now().isoformat()) for number, entry in enumerate(case.facts)]

        def act(unit: Unit) -> Answer:
            already = unit.version(dossier)
            if already == 0:
                unit.record(dossier, *facts)
            return Answer(body={"recorded": 0 if already else len(facts), "version": unit.version(dossier)}, status=201)

        return api.command.run(request, caller, case.model_dump(), act, subject=dossier)


def _fact(service: str, number: int, entry: ImportedFact, now: str) -> Fact:
    body = {**entry.body, "recorded_at": now, "back_entry": {"cause": "imported"}}
    try:
        fact = decode(entry.type, msgspec.json.encode(body))
    except (UnknownFact, msgspec.ValidationError) as bad:
        raise Refused(f"Sự kiện thứ {number + 1} không đúng: {bad}", field=f"facts.{number}", status=422) from bad
    if service != fact.OWNER:
        raise Refused(f"{entry.type} không thuộc {service}.", field=f"facts.{number}.type", status=422)
    return fact
