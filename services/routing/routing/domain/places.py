"""Where agencies stand to each other: their level of government."""

from collections.abc import Mapping

from contracts.catalogue import Agency

Agencies = Mapping[str, Agency]


def other_level(sender: str, receiver: str, agencies: Agencies) -> bool:
    """Whether paper goes to another level of government (Đ20.1a): from a commune to the province, or back."""
    known = [agencies[code] for code in (sender, receiver) if code in agencies]
    return len(known) == 2 and _of_commune(known[0], agencies) != _of_commune(known[1], agencies)


def _of_commune(agency: Agency, agencies: Agencies) -> bool:
    area = agencies.get(agency.area)
    return agency.level == "commune" or (area is not None and area.level == "commune")
