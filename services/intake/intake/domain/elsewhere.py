"""What intake has heard of a dossier from others, as far as its rules need it."""

import msgspec

from contracts.dossier.processing import SupplementNeeded


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """`decided`: the result is approved or issued, or the dossier was stopped; `needed`: an unanswered wish for a supplement."""

    decided: bool = False
    stop_open: bool = False
    needed: SupplementNeeded | None = None
