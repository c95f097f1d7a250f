"""Where agencies stand to each other: their level of government, and the one-stop that watches over them."""

from collections.abc import Iterator, Mapping

from contracts.catalogue import Agency

Agencies = Mapping[str, Agency]


def other_level(sender: str, receiver: str, agencies: Agencies) -> bool:
    """Whether paper goes to another level of government (Đ20.1a): from a commune to the province, or back."""
    known = [agencies[code] for code in (sender, receiver) if code in agencies]
    return len(known) == 2 and _of_commune(known[0], agencies) != _of_commune(known[1], agencies)


def _of_commune(agency: Agency, agencies: Agencies) -> bool:
    area = agencies.get(agency.area)
    return agency.level == "commune" or (area is not None and area.level == "commune")


def supervising(receiving: str, settling: str, agencies: Agencies) -> str | None:
    """The competent agency's one-stop, which supervises what another one received (Đ20.1, TQ22); None where that is the same."""
    found = next((agency.code for agency in _upwards(settling, agencies) if agency.one_stop), None)
    if found is None and settling in agencies:
        area = agencies[settling].area
        found = next((agency.code for agency in agencies.values() if agency.one_stop and agency.area == area), None)
    return None if found == receiving else found


def _upwards(code: str, agencies: Agencies) -> Iterator[Agency]:
    agency = agencies.get(code)
    while agency is not None:
        yield agency
        agency = agencies.get(agency.parent) if agency.parent else None
