"""What follows from the records: which version holds, who settles, and the process as a dossier pins it."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple, TypeVar

from contracts.catalogue.records import SETTLING, Agency, Leg, Procedure, Process, holds
from contracts.dossier import parts

Dated = TypeVar("Dated", Agency, Procedure)
_AUTHORITY = re.compile("^Ủy ban nhân dân (tỉnh|thành phố|phường|xã|đặc khu) ")


def in_force(versions: Iterable[Dated], on: date) -> Dated | None:
    """Of the versions of one agency or procedure, the one in force on a date: the latest to begin, then the highest version."""
    standing = [version for version in versions if holds(version, on)]
    return max(standing, key=lambda version: (version.valid_from, getattr(version, "version", 0)), default=None)


class Heading(NamedTuple):
    """What stands above an agency's paper: its name, the agency above it, the place of the date line, its telephone."""

    agency: str
    superior: str | None
    place: str
    phone: str | None


def heading_of(code: str, agencies: Mapping[str, Agency]) -> Heading:
    """The heading of an agency's papers; a code that the catalogue does not have stands for itself."""
    agency = agencies.get(code)
    if agency is None:
        return Heading(code, None, code, None)
    above = agencies.get(agency.parent or "")
    return Heading(agency.name, above.name if above else None, place_of(agency, agencies), agency.phone)


def place_of(agency: Agency, agencies: Mapping[str, Agency]) -> str:
    """Where an agency sits, as the date line of a paper says it: `Tuyên Quang` of a provincial centre, `Lũng Cú` of a commune's."""
    return _AUTHORITY.sub("", agencies.get(agency.area, agency).name)


def agencies_for(role: str, area: str, agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    """Who fills a role (agency code or group) for an area. Members of a group elsewhere are left out unless none serves the area."""
    members = tuple(agency for agency in agencies if role == agency.code or role in agency.groups)
    return tuple(agency for agency in members if agency.area == area) or members


def settling_agencies(procedure: Procedure, receiving: Agency, agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    """Who may settle a dossier received by `receiving`: one for a department or inside a commune, several to choose from otherwise."""
    known = tuple(agencies)
    found = {agency.code: agency for role in procedure.settling for agency in agencies_for(role, receiving.area, known)}
    return tuple(found.values())


def pin(process: Process, *, settling: Agency, receiving: Agency, agencies: Mapping[str, Agency]) -> parts.PinnedProcess:
    """The process as a dossier pins it, roles resolved to agencies. Raises LookupError as `resolve` does."""
    return parts.PinnedProcess(
        code=process.code,
        version=process.version,
        mode=process.mode,
        legs=tuple(
            _pin_leg(leg, resolve(leg.agency_role, settling=settling, receiving=receiving, agencies=agencies)) for leg in process.legs
        ),
        steps=tuple(parts.ProcessStep(name=step.name, role=step.role, hours=step.hours) for step in process.steps),
    )


def _pin_leg(leg: Leg, agency: Agency) -> parts.Leg:
    return parts.Leg(leg=leg.order, agency=agency.code, lead=leg.lead, task=leg.task, term=leg.term)


def resolve(role: str, *, settling: Agency, receiving: Agency, agencies: Mapping[str, Agency]) -> Agency:
    """The one agency that a leg's or consultation's role means: `settling`, a code, or a group's member in the area of either agency.

    Raises LookupError where a group has no such member, as when a provincial one-stop receives what some commune has to verify.
    """
    if role == SETTLING:
        return settling
    if role in agencies:
        return agencies[role]
    for area in (settling.area, receiving.area):
        for agency in agencies.values():
            if role in agency.groups and agency.area == area:
                return agency
    raise LookupError(f"no agency fills the role {role!r} in the area of {settling.code} or {receiving.code}")
