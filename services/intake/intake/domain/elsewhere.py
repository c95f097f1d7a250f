"""What intake has heard of a dossier from others, as far as its rules need it."""

import msgspec

from contracts.dossier.processing import SupplementNeeded


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """`decided`: nothing is left to decide; `issued`: the result is out; `stopped`: the holder granted a stop; `needed`: an unanswered
    wish for a supplement.

    `stop_answers`: how many requests to stop or adjust the holder has answered, None where nobody counted; `consents`: how many of
    them allowed an adjustment. `fee_paid`: the proof of the prepaid fee has come.
    """

    decided: bool = False
    issued: bool = False
    stopped: bool = False
    stop_open: bool = False
    stop_answers: int | None = 0
    consents: int = 0
    needed: SupplementNeeded | None = None
    fee_paid: bool = False
