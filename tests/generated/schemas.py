"""One JSON Schema for each fact and each catalogue record."""

import json
from typing import Any

import msgspec

from contracts.calendar_version import CalendarVersion
from contracts.catalogue import Agency, Procedure
from contracts.fact import Fact, earlier_types, fact_types
from contracts.outage import Outage

DIALECT = "https://json-schema.org/draft/2020-12/schema"
RECORDS: dict[str, type[Agency] | type[Procedure] | type[Outage] | type[CalendarVersion]] = {
    "vn.motcua.catalogue.agency.v1": Agency,
    "vn.motcua.catalogue.procedure.v1": Procedure,
    "vn.motcua.catalogue.outage.v1": Outage,
    "vn.motcua.catalogue.calendar.v1": CalendarVersion,
}
"""The records of the compacted catalogue topic by `ce_type`."""


def facts() -> dict[str, type[Fact]]:
    """The facts of the contracts by `ce_type`, sorted, earlier versions too; tests may have registered classes of their own."""
    return {name: cls for name, cls in sorted({**fact_types(), **earlier_types()}.items()) if cls.__module__.startswith("contracts.")}


def schema(cls: type[Any]) -> dict[str, Any]:
    """The JSON Schema of a class, in its dialect."""
    return {"$schema": DIALECT, **msgspec.json.schema(cls)}


def files() -> dict[str, str]:
    """Path → text of every schema."""
    known = {**facts(), **RECORDS}
    return {f"contracts/schemas/{name}.json": text(schema(cls)) for name, cls in known.items()}


def text(document: Any) -> str:
    """JSON for people and for comparison: keys sorted, one spelling."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
