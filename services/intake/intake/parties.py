"""Who stands on what intake prints: the applicant from the form, the one-stop from the catalogue."""

from typing import Any

import forms
from chassis.service import Parts
from contracts.catalogue import place_of

ERASED = "(dữ liệu đã xóa theo yêu cầu)"


def party_of(form: dict[str, Any]) -> forms.Party:
    """Who stands in the form that was filed."""

    def field(*names: str) -> str | None:
        return next((str(form[name]) for name in names if form.get(name)), None)

    return forms.Party(
        name=field("full_name", "organisation_name", "organisation_head") or ERASED,
        id_number=field("id_number", "tax_code", "organisation_head_id"),
        address=field("residence", "address"),
        phone=field("phone"),
        email=field("email"),
    )


def issuer_of(parts: Parts, code: str) -> forms.Issuer:
    """The heading of what a one-stop prints."""
    agency, agencies = parts.catalogue.agency(code), parts.catalogue.agencies()
    parent = agencies.get(agency.parent or "")
    place = place_of(agency, agencies)
    return forms.Issuer(agency=agency.name, superior=parent.name if parent else None, place=place, phone=agency.phone)
