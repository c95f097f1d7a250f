"""The contracts of Motcua: the only thing that services share about dossiers."""

from contracts.envelope import Envelope
from contracts.fact import Fact, VaultRef
from contracts.topics import CATALOGUE, DOSSIERS, PORTAL, RATINGS

__all__ = ["CATALOGUE", "DOSSIERS", "PORTAL", "RATINGS", "Envelope", "Fact", "VaultRef"]
