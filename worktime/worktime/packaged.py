"""The calendars that come with the library."""

from functools import cache
from importlib.resources import files

import msgspec

from worktime.calendar_data import CalendarData
from worktime.working_calendar import Calendar


@cache
def calendar_versions() -> dict[str, CalendarData]:
    """The packaged versions by name, in the order in which they became known."""
    folder = files("worktime") / "data" / "calendars"
    found = [msgspec.json.decode(entry.read_bytes(), type=CalendarData) for entry in folder.iterdir() if entry.name.endswith(".json")]
    return {data.version: data for data in sorted(found, key=lambda data: (data.known_since, data.version))}


def calendar(agency: str | None = None, version: str | None = None) -> Calendar:
    """The calendar of an agency (None: the province), newest version unless one is named. Unknown version: KeyError.

    An agency without entries of its own has the calendar of its nearest known ancestor.
    """
    versions = calendar_versions()
    if version is not None and version not in versions:
        raise KeyError(f"no calendar version named {version!r}; known: {', '.join(versions)}")
    data = versions[version or list(versions)[-1]]
    return _built(data.version, data.known(agency))


@cache
def _built(version: str, agency: str | None) -> Calendar:
    return Calendar(calendar_versions()[version], agency)
