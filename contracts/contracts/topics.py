"""The topics of the bus. Only `contracts` and a service's `outbound.py` know their names."""

from typing import NewType

Topic = NewType("Topic", str)

DOSSIERS = Topic("dossiers.v1")
"""Every fact about a dossier, keyed by dossier id, kept for ever."""
CATALOGUE = Topic("catalogue.v1")
"""Versioned agencies, procedures, calendars and rule sets; compacted."""
PORTAL = Topic("portal.v1")
"""What the National Portal answered, recorded by sync-national."""
RATINGS = Topic("ratings.v1")
"""Ratings and published indices, recorded by ratings."""
