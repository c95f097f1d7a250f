"""What sync-national records."""

from contracts.dossier.national import PortalAcknowledged, PortalParked

OWNED = (PortalAcknowledged, PortalParked)
