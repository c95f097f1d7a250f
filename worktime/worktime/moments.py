"""Moments of Viet Nam time and the Vietnamese words for them."""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

VN = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Viet Nam time; a fixed offset (unchanged since 1975) so that no zone database has to be installed."""

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
DAY = timedelta(days=1)


def in_viet_nam(moment: datetime) -> datetime:
    """The same moment with +07:00. A moment without a zone raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment.isoformat()}")
    return moment.astimezone(VN)


@lru_cache(maxsize=4096)
def moment_of(ordinal: int, minute: int) -> datetime:
    """`minute` minutes after midnight of the date with that ordinal; 1440 is the next midnight."""
    return datetime.combine(date.fromordinal(ordinal), time(), VN) + timedelta(minutes=minute)


def parse_moment(text: str) -> datetime:
    """ISO 8601; without a zone it is Viet Nam time. Anything else raises ValueError."""
    moment = datetime.fromisoformat(text.strip())
    return moment.replace(tzinfo=VN) if moment.tzinfo is None else moment.astimezone(VN)


def say_date(day: date) -> str:
    """`thứ Sáu 24/04/2026`."""
    return _said(day.toordinal())


@lru_cache(maxsize=4096)
def _said(ordinal: int) -> str:
    day = date.fromordinal(ordinal)
    return f"{WEEKDAYS[day.weekday()]} {day.day:02}/{day.month:02}/{day.year}"


PROVISIONAL = " (tạm tính, lịch nghỉ của năm chưa công bố)"
"""Said behind a date that touches a year whose days off are not announced yet."""


def say_moment(moment: datetime) -> str:
    """`16:10 thứ Sáu 24/04/2026`, in Viet Nam time."""
    local = moment.astimezone(VN)
    return f"{local.hour:02}:{local.minute:02} {say_date(local)}"


@lru_cache(maxsize=4096)
def written(moment: datetime) -> str:
    """ISO 8601 of a moment in Viet Nam time; those that many clocks share are written once."""
    return moment.isoformat()
