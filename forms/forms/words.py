"""Plain data in the words that are printed: moments, names of defects, and text free of characters that steer the eye."""

import unicodedata
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any

import msgspec

VN = timezone(timedelta(hours=7))

# Control, format (among them the right-to-left overrides that can disguise a name), surrogate, private and unassigned characters.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def printable(text: str) -> str:
    """The text in composed form (NFC) without invisible characters; line ends stay."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(c for c in line if unicodedata.category(c) not in _UNPRINTABLE) for line in lines)


def moment_words(moment: datetime) -> dict[str, str]:
    """A moment as the forms write it, in Viet Nam time, to the minute."""
    local = moment.astimezone(VN)
    clock, day = f"{local:%H} giờ {local:%M} phút", f"ngày {local:%d} tháng {local:%m} năm {local.year}"
    date = f"{local:%d/%m}/{local.year}"
    return {
        "long": f"{clock}, {day}",
        "minute": f"{clock}, ngày\N{NO-BREAK SPACE}{date}",
        "line": day,
        "short": f"{local:%H:%M} {date}",
        "date": date,
    }


def in_words(value: Any) -> Any:
    """Data of a form as JSON values: moments in words, enumerations by their Vietnamese value, text made printable."""
    match value:
        case str():
            return printable(value)
        case datetime():
            return moment_words(value)
        case Enum():
            return value.value
        case msgspec.Struct():
            return {field: in_words(getattr(value, field)) for field in value.__struct_fields__}
        case tuple():
            return [in_words(member) for member in value]
    return value
