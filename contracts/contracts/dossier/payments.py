"""Facts that payments records."""

from typing import Literal

from contracts.fact import Fact, owned_by

SERVICE = "payments"
FEE = "fee"
"""The obligation that the procedure's own fee stands under."""


@owned_by(SERVICE, "vn.motcua.dossier.obligation-paid.v1")
class ObligationPaid(Fact):
    """Paid: `effective_at` is when the payer had the bank's success notice (DNG9.2c); `voucher` is the bank's own number."""

    obligation: str
    amount_vnd: int
    method: Literal["bank", "counter"]
    voucher: str
