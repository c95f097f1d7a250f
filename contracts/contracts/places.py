"""Where agencies stand to each other: the one-stop that serves an agency, and the one that watches over what another received."""

from collections.abc import Iterator, Mapping

from contracts.catalogue import Agency


def supervising(receiving: str, settling: str, agencies: Mapping[str, Agency]) -> str | None:
    """The competent agency's one-stop, which supervises what another one received (Đ20.1, TQ22); None where that is the same."""
    found = next((agency.code for agency in _upwards(settling, agencies) if agency.one_stop), None)
    if found is None and settling in agencies:
        area = agencies[settling].area
        found = next((agency.code for agency in agencies.values() if agency.one_stop and agency.area == area), None)
    return None if found == receiving else found


def _upwards(code: str, agencies: Mapping[str, Agency]) -> Iterator[Agency]:
    agency = agencies.get(code)
    while agency is not None:
        yield agency
        agency = agencies.get(agency.parent) if agency.parent else None
