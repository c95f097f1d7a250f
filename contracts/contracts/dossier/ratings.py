"""Facts that ratings records on its own topic."""

from contracts.fact import Fact, owned_by

SERVICE = "ratings"


@owned_by(SERVICE, "vn.motcua.rating.rated.v1")
class Rated(Fact):
    """An owner rated the handling of a finished dossier: nine items, 0 to 2 each (Đ33.1 NĐ 118); who rated stays secret."""

    agency: str
    items: tuple[int, ...]
