"""A client of the system that runs here, with development tokens."""

from motcua.addresses import addresses, development_token
from motcua.client import Client, Waiting


def connect(subject: str, *roles: str, agencies: tuple[str, ...] = (), patience: float = 120, waiting: Waiting | None = None) -> Client:
    """A client in the name of a development caller."""
    return Client(addresses(), development_token, patience=patience, waiting=waiting).acting(subject, *roles, agencies=agencies)
