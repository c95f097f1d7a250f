"""Publishing: a record is checked, kept, and put in line for the topic in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from catalogue import domain
from catalogue.views import OUTGOING, Outgoing
from chassis.catalogue import ENTRIES, Catalogue, entry_of, put_entry
from chassis.ids import new_id
from chassis.store import Unit
from contracts.catalogue import Agency, Procedure, Record, encode
from contracts.refusal import Law

LINE = "outgoing"
"""The line for the topic: whoever has its next number is alone until their unit ends."""


def one_after_the_other(unit: Unit) -> None:
    """Whoever decides by what is published waits here for the one before, and then sees what that one has done."""
    unit.last_ordinal(LINE)


def alone_with(unit: Unit, catalogue: Catalogue) -> Catalogue:
    """The whole of what is published, which nobody adds to before this unit has ended."""
    one_after_the_other(unit)
    return catalogue.within(unit.session)


def publish_procedure(unit: Unit, catalogue: Catalogue, draft: Mapping[str, Any], now: datetime, law: Law) -> Procedure:
    """Publish a version of a procedure; a rule that it breaks is named with `law`'s article (CA-04, CA-05, CA-10)."""
    catalogue = alone_with(unit, catalogue)
    standing = [known for known in catalogue.procedures() if known.code == draft.get("code")]
    try:
        procedure = domain.publish(draft, standing, catalogue.agencies().values())
    except domain.NotPublishable as no:
        raise no.under(law) from no
    put(unit, procedure, now)
    return procedure


def publish_agency(unit: Unit, catalogue: Catalogue, agency: Agency, now: datetime, law: Law) -> None:
    """Publish an agency; a merged one names its successor (CA-01)."""
    catalogue = alone_with(unit, catalogue)
    try:
        domain.check_agency(agency, catalogue.agencies().values())
    except domain.NotPublishable as no:
        raise no.under(law) from no
    put(unit, agency, now)


def publish_all(unit: Unit, records: Iterable[Agency | Procedure], now: datetime) -> int:
    """Publish checked records that are new or changed; how many. The same province again publishes nothing."""
    known = list(records)
    unit.prefetch_rows(ENTRIES, [(record.key,) for record in known])
    changed = [record for record in known if unit.get(ENTRIES, record.key) != entry_of(record)]
    for record in changed:
        put(unit, record, now)
    return len(changed)


def put(unit: Unit, record: Record, now: datetime) -> None:
    """Keep a record and put it in line for the topic."""
    put_entry(unit, record)
    row = Outgoing(n=unit.ordinal(LINE), id=new_id(), key=record.key, kind=record.kind, value=encode(record).decode(), recorded_at=now)
    unit.insert(OUTGOING, row)
