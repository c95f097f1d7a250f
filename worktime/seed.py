"""Writes the packaged calendar: the official tables of 2023–2026, and estimates of the `holidays` library for other years.

    python seed.py worktime/data/calendars/vn-2026.1.json

Only this script needs `holidays`; at run time the written file is read. The library lacks the exchange of
2026-01-02 for 2026-01-10, so official years are written down here and only named by the library.
"""

import sys
from datetime import date
from pathlib import Path

import holidays
import msgspec

from worktime.calendar_data import CalendarData, Holiday, Layer, MakeUp, OfficialYear, Swap

ESTIMATE = "ước tính, chưa có lịch chính thức"
CODE = "BLLĐ 2019 Điều 112"
OFFICIAL = {
    2023: ("01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04", CODE),
    2024: ("01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-30 05-01 09-02 09-03", "Văn bản 2450/VPCP-KGVX"),
    2025: ("01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 09-01 09-02", "Thông báo 6150/TB-BLĐTBXH"),
    2026: ("01-01 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 09-01 09-02 11-24", "Thông báo 9441/TB-BNV"),
}
SWAPS = (
    Swap(off=date(2024, 4, 29), work=date(2024, 5, 4), source="Văn bản 2450/VPCP-KGVX"),
    Swap(off=date(2025, 5, 2), work=date(2025, 4, 26), source="Thông báo 6150/TB-BLĐTBXH"),
    Swap(off=date(2026, 1, 2), work=date(2026, 1, 10), source="Văn bản 12729/VPCP-KGVX"),
    Swap(off=date(2026, 8, 31), work=date(2026, 8, 22), source="Thông báo 9441/TB-BNV"),
)
ESTIMATED = (*range(2018, 2023), *range(2027, 2036))


def days_off(year: int) -> list[Holiday]:
    """The days off of a year that fall on Monday to Friday, without the exchanged ones of official years."""
    named = holidays.country_holidays("VN", years=year, language="vi")
    if year not in OFFICIAL:
        estimated = sorted(named.items())
        return [Holiday(date=day, name=name, source=ESTIMATE) for day, name in estimated if day.weekday() < 5]
    days, source = OFFICIAL[year]
    chosen = (date.fromisoformat(f"{year}-{day}") for day in days.split())
    return [Holiday(date=day, name=named[day], source=source) for day in chosen]


def make_ups(year: int) -> list[MakeUp]:
    """The working Saturdays the library knows for a year without an official table here."""
    known = holidays.country_holidays("VN", years=year).weekend_workdays
    return [MakeUp(date=day, source=ESTIMATE) for day in sorted(known) if day.year == year]


def seeded() -> CalendarData:
    """The calendar of the country as known since the exchange of 2 January 2026 was announced."""
    return CalendarData(
        version="vn-2026.1",
        known_since=date(2025, 12, 25),
        valid_from=date(2026, 1, 1),
        official_years=tuple(OfficialYear(year=year, source=source) for year, (_, source) in OFFICIAL.items()),
        province=Layer(
            holidays=tuple(day for year in sorted((*OFFICIAL, *ESTIMATED)) for day in days_off(year)),
            swaps=SWAPS,
            make_ups=tuple(day for year in ESTIMATED for day in make_ups(year)),
        ),
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(msgspec.json.format(msgspec.json.encode(seeded()), indent=1) + b"\n")
