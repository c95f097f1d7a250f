"""What may be published. Pure: records and times come in as arguments."""

from catalogue.domain.publication import (
    ELEMENTS,
    NotPublishable,
    check_agency,
    check_elements,
    check_procedure,
    current,
    publish,
    service_level_of,
    successor_of,
    working_hours,
)

__all__ = [
    "ELEMENTS",
    "NotPublishable",
    "check_agency",
    "check_elements",
    "check_procedure",
    "current",
    "publish",
    "service_level_of",
    "successor_of",
    "working_hours",
]
