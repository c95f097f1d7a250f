"""A new version of the calendar in the middle of a run, as the catalogue would publish it once it is approved."""

import hashlib
import random
from datetime import datetime, timedelta

import msgspec

from catalogue.outbound import record_of
from catalogue.views import Outgoing
from chassis.bus import Record
from chassis.ids import new_id
from contracts.calendar_version import CalendarVersion
from worktime import Calendar, Holiday, calendar_to_data, in_viet_nam

SOON = 10
"""Days ahead within which the new day off lies, so that clocks that run now meet it."""


def another(base: Calendar, number: int, now: datetime, dice: random.Random) -> Record:
    """The record of a version with one more day off. Its name follows from what it changes, so it never stands for other data."""
    today = in_viet_nam(now).date()
    day = today + timedelta(days=dice.randint(1, SOON))
    code = "sim-" + hashlib.sha256(f"{base.version} {day}".encode()).hexdigest()[:12]
    changed = base.with_entries(code, [Holiday(date=day, name="nghỉ phòng, chống bão", source="công điện mô phỏng")])
    known = CalendarVersion(
        code=code,
        based_on=base.version,
        document="CĐ-MP",
        known_since=today,
        data=calendar_to_data(changed),
        drafted_by="editor",
        drafted_at=now,
        change=new_id(),
        status="approved",
        number=number,
        decided_by="approver",
        decided_at=now,
    )
    value = msgspec.json.encode(known).decode()
    return record_of(Outgoing(n=number, id=new_id(), key=known.key, kind=known.kind, value=value, recorded_at=now))
