"""Names from the catalogue; a code that the catalogue does not have stands for itself."""

from datetime import datetime

from chassis.catalogue import Catalogue
from chassis.errors import NotHeardOf
from contracts.catalogue import Heading, Procedure, heading_of
from contracts.places import supervising
from tracking.domain import Dossier


class Names:
    """The catalogue as one answer needs it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._agencies = catalogue.agencies()
        self._procedures = {(p.code, p.version): p for p in catalogue.procedures()}
        self._titles = {p.code: p.name for p in sorted(self._procedures.values(), key=_version)}

    def agency(self, code: str) -> str:
        known = self._agencies.get(code)
        return known.name if known else code

    def heading(self, code: str) -> Heading:
        """What stands above an agency's paper."""
        return heading_of(code, self._agencies)

    def supervising(self, receiving: str, settling: str) -> str | None:
        """The one-stop that supervises what another one received (Đ20.1)."""
        return supervising(receiving, settling, self._agencies)

    def calendar_cause(self, version: str, agency: str, since: datetime, until: datetime) -> str:
        """Why the working hours of that time changed with a version of the calendar; empty where the version is not known here."""
        try:
            return self._catalogue.calendar_cause(version, agency, since, until)
        except NotHeardOf:
            return ""

    def provisional(self, agency: str, since: datetime, until: datetime, version: str | None = None) -> bool:
        """Whether a date that was counted from `since` touches a year whose days off are not announced in that version (the newest)."""
        try:
            return self._catalogue.calendar(agency, version).is_provisional(since, until)
        except NotHeardOf:
            return False

    def is_provisional(self, dossier: Dossier) -> bool:
        """Whether a dossier's date is so, by what is announced today; those of older systems are what they are."""
        began, until = dossier.received_at or dossier.submitted_at, dossier.due_at
        return bool(not dossier.imported and began and until and self.provisional(dossier.settling, began, until))

    def procedure(self, code: str) -> str:
        return self._titles.get(code, code)

    def component(self, procedure: str, version: int, code: str) -> str:
        """A paper of the version that the dossier was filed under."""
        known = self._procedures.get((procedure, version))
        return next((component.name for component in known.components if component.code == code), code) if known else code


def _version(procedure: Procedure) -> int:
    return procedure.version
