"""Codes: the next one of a series, and those that came with imported dossiers. No two dossiers have the same one (IN-22)."""

from collections.abc import Callable
from uuid import UUID

from chassis.store import Unit
from contracts.refusal import Refused as Refusal
from intake.domain import reception
from intake.views import IMPORTED_CODE, ImportedCode


def next_code(unit: Unit, series: str, code_of: Callable[[int], str]) -> str:
    """The next code of a series. An ordinal that an imported dossier has is passed over: it is a dossier, so no gap."""
    while True:
        code = code_of(unit.ordinal(series))
        if unit.get(IMPORTED_CODE, code) is None:
            return code


def take_over(unit: Unit, code: str, dossier: UUID, field: str) -> None:
    """Keep an older system's code for an imported dossier. Raises `Refused` where a dossier or a paper book has it already."""
    place = reception.place_of(code)
    issued = place is not None and 0 < place[1] <= unit.last_ordinal(place[0])
    if issued or unit.get(IMPORTED_CODE, code) is not None:
        raise Refusal(f"Mã {code} đã cấp cho hồ sơ khác.", field=field)
    unit.insert(IMPORTED_CODE, ImportedCode(code=code, dossier=dossier))
