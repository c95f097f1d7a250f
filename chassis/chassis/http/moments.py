"""Dates and moments as they are written: a bare number is neither, where pydantic would count it from 1970."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticKnownError

_BARE = re.compile(r"\s*[+-]?\d+(?:\.\d*)?\s*")


def _is_bare(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and _BARE.fullmatch(value) is not None)


def _no_number_of_days(value: Any) -> Any:
    if _is_bare(value):
        raise PydanticKnownError("date_parsing", {"error": "a number"})
    return value


def _no_number_of_seconds(value: Any) -> Any:
    if _is_bare(value):
        raise PydanticKnownError("datetime_parsing", {"error": "a number"})
    return value


Day = Annotated[date, BeforeValidator(_no_number_of_days)]
Moment = Annotated[AwareDatetime, BeforeValidator(_no_number_of_seconds)]
"""With its zone."""
