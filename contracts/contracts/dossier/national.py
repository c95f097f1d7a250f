"""Facts that sync-national records on its own topic: what the National Portal answered."""

from contracts.fact import Fact, owned_by

SERVICE = "sync-national"


@owned_by(SERVICE, "vn.motcua.portal.acknowledged.v1")
class PortalAcknowledged(Fact):
    """The portal took a status: which fact caused it, the code 1–10, and digests of request and answer (SHA-256)."""

    message: str
    status: int
    attempts: int
    request_digest: str
    answer_digest: str


@owned_by(SERVICE, "vn.motcua.portal.parked.v1")
class PortalParked(Fact):
    """The portal refused a message for good; later messages of that dossier wait for an operator."""

    message: str
    status: int
    answer_code: str
