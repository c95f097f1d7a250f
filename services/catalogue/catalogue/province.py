"""The catalogue that ships with the system: Tuyên Quang's agencies and procedures, read from `data/` and checked like any other."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from vietnam_provinces import ProvinceCode, Ward

from catalogue.domain import check_agency, publish
from contracts.catalogue import Agency, Procedure, Provenance
from contracts.decoding import converted

SINCE = date(2025, 7, 1)
"""Two-level local government and the merged provinces begin (Luật 72/2025/QH15)."""
REORGANISED = date(2025, 3, 1)
"""The provincial departments of today begin (Nghị định 45/2025/NĐ-CP)."""
ANY_COMMUNE = "any-commune"
ANY_COMMUNE_POLICE = "any-commune-police"
_DEPARTMENTS = Provenance(source="Nghị định 45/2025/NĐ-CP; Nghị quyết 202/2025/QH15", confidence="recalled-high")
_COMMUNES = Provenance(source="Nghị quyết 1684/NQ-UBTVQH15; thư viện vietnam-provinces", confidence="found")
_POLICE = Provenance(source="Luật Công an nhân dân 37/2018/QH14; mã nội bộ", confidence="recalled-high")


@dataclass(frozen=True, slots=True)
class Records:
    """Everything to publish. A procedure may come in several versions, oldest first."""

    agencies: tuple[Agency, ...]
    procedures: tuple[Procedure, ...]

    def __iter__(self) -> Iterator[Agency | Procedure]:
        """Agencies first, so that whoever reads in order knows them when a procedure names them."""
        yield from self.agencies
        yield from self.procedures


@cache
def load_data() -> Records:
    """The shipped catalogue. Raises `NotPublishable` if a record breaks a rule: such data never reaches the topic."""
    agencies = (*_offices(), *_communes())
    for agency in agencies:
        check_agency(agency, agencies)
    return Records(agencies=agencies, procedures=_procedures(agencies))


def _data() -> Traversable:
    return files("catalogue") / "data"


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_data() / name).read_text("utf-8"))


def _offices() -> list[Agency]:
    """The agencies of the province itself; `parent` defaults to its People's Committee, and "" means none in the province."""
    listed = _read("agencies.toml")
    province = listed["province"]["code"]
    return [_office(row, province) for row in listed["agency"]]


def _office(row: dict[str, Any], province: str) -> Agency:
    parent = row.get("parent", None if row["level"] == "province" else province)
    defaults = {"area": province, "official": False, "one_stop": False, "valid_from": REORGANISED, "provenance": _DEPARTMENTS}
    return converted({**defaults, **row, "parent": parent or None}, Agency)


def _communes() -> Iterator[Agency]:
    """Each commune with its one-stop, and the police of its area: their official codes are unknown, so all are marked unofficial."""
    province = _read("agencies.toml")["province"]
    for ward in sorted(Ward.iter_by_province(ProvinceCode(province["statistics_code"])), key=lambda ward: ward.code.value):
        code = f"{province['code']}.{ward.code.value:05}"
        place = ward.name[0].lower() + ward.name[1:]
        yield Agency(
            code=code,
            name=f"Ủy ban nhân dân {place}",
            level="commune",
            parent=province["code"],
            area=code,
            official=False,
            one_stop=True,
            valid_from=SINCE,
            groups=(ANY_COMMUNE,),
            provenance=_COMMUNES,
        )
        yield Agency(
            code=f"{code}.CA",
            name=f"Công an {place}",
            level="vertical",
            parent=f"{province['code']}.CAT",
            area=code,
            official=False,
            one_stop=False,
            valid_from=SINCE,
            groups=(ANY_COMMUNE_POLICE,),
            provenance=_POLICE,
        )


def _procedures(agencies: tuple[Agency, ...]) -> tuple[Procedure, ...]:
    book = _Book.open()
    standing: dict[str, list[Procedure]] = {}
    for source in sorted((_data() / "procedures").iterdir(), key=lambda path: path.name):
        for row in tomllib.loads(source.read_text("utf-8"))["procedure"]:
            versions = standing.setdefault(row["code"], [])
            versions.append(publish(book.draft(row), versions, agencies))
    return tuple(version for versions in standing.values() for version in versions)


@dataclass(frozen=True, slots=True)
class _Book:
    """What the rows of procedures refer to: forms, results, fields of work, decisions, steps."""

    fields: Mapping[str, str]
    results: Mapping[str, str]
    decisions: Mapping[str, Mapping[str, Any]]
    forms: Mapping[str, Any]
    processes: Mapping[str, Any]

    @staticmethod
    def open() -> "_Book":
        return _Book(
            fields={row["code"]: row["name"] for row in _read("fields.toml")["field"]},
            results={row["code"]: row["name"] for row in _read("results.toml")["result"]},
            decisions={code: _announced(row, code) for row in _read("decisions.toml")["decision"] for code in row["names"]},
            forms=_read("forms.toml"),
            processes=_read("processes.toml"),
        )

    def draft(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row with everything it refers to written out: the same shape that a draft over the API has."""
        return {
            **row,
            "official_code": not row["code"].startswith("MC-"),
            "field": self.fields[row["field"]],
            "field_code": row["field"],
            "sets": row.get("sets", 1),
            "result_types": [{"code": code, "name": self.results[code]} for code in row["results"]],
            "form": {"version": row["version"], "fields": list(self.form(row["form"]))},
            "process": self.process(row),
            "responsibilities": row.get("responsibilities", self.processes["responsibilities"]),
            "decision": self.decisions.get(row["code"]),
            "fee": {"amount_vnd": None, **row["fee"]},
        }

    def form(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        """The fields of an e-form: `@group` stands for several, a final `?` for an optional one."""
        for name in names:
            if name.startswith("@"):
                yield from self.form(self.forms["groups"][name[1:]])
            else:
                bare = name.removesuffix("?")
                yield {"name": bare, "required": bare == name, **self.forms["fields"][bare]}

    def process(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The internal process: the row's hours on the usual steps, the short ones when there are three."""
        process = row["process"]
        steps = self.processes["short" if len(process["hours"]) == 3 else "standard"]
        return {
            **process,
            "code": f"QT-{row['code']}",
            "version": row["version"],
            "steps": [{**step, "hours": hours} for step, hours in zip(steps, process["hours"], strict=True)],
            "approval_number": self.processes["approval_number"],
            "provenance": self.processes["provenance"],
        }


def _announced(decision: Mapping[str, Any], code: str) -> dict[str, Any]:
    return {
        "reference": decision["reference"],
        "announced_name": decision["names"][code],
        "provenance": {"source": "Quyết định mẫu của hệ thống", "confidence": "ours"},
    }
