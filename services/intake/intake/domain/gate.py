"""Who still waits at the gate."""

from datetime import datetime

from contracts.national_status import Status


def at_gate(status: int, supplement_arrived_at: datetime | None) -> bool:
    """The one-stop has to act: accept, ask or refuse; or say whether the supplement that came is complete (Đ17.2c)."""
    return status == Status.REGISTERED or (status == Status.SUPPLEMENT and supplement_arrived_at is not None)
