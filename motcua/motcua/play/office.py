"""Who plays: the applicant and, at each agency, the persons of the office, each with a token of their own."""

from dataclasses import dataclass

from motcua.client import Client


@dataclass(frozen=True)
class Office:
    """The persons of one agency."""

    client: Client
    agency: str

    def _person(self, role: str) -> Client:
        return self.client.acting(f"{role}.{self.agency}", role, agencies=(self.agency,))

    @property
    def one_stop(self) -> Client:
        return self._person("one-stop")

    @property
    def head(self) -> Client:
        return self._person("department-head")

    @property
    def specialist(self) -> Client:
        return self._person("specialist")

    @property
    def specialist_id(self) -> str:
        return f"specialist.{self.agency}"

    @property
    def leader(self) -> Client:
        return self._person("leader")

    @property
    def clerk(self) -> Client:
        return self._person("clerk")
