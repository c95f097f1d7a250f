"""Who stands on what intake prints: the applicant from the form, the one-stop from the catalogue."""

from typing import Any

import forms
from chassis.service import Parts
from contracts.catalogue import heading_of

ERASED = "(dữ liệu đã xóa theo yêu cầu)"


def party_of(form: dict[str, Any]) -> forms.Party:
    """Who stands in the form that was filed."""
    return forms.Party.filed(form, ERASED)


def issuer_of(parts: Parts, code: str) -> forms.Issuer:
    """The heading of what a one-stop prints."""
    return forms.Issuer(**heading_of(code, parts.catalogue.agencies())._asdict())
