"""A province's stores filled by COPY: some hundred dossiers are lived through the services' own code, and copied as often as asked."""

from copies.loading import Filled, fill, sizes
from copies.moulds import NOW, Mould, moulds
from copies.stamping import Stamp

__all__ = ["NOW", "Filled", "Mould", "Stamp", "fill", "moulds", "sizes"]
