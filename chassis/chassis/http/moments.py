"""Dates and moments as they are written: a bare number is neither, where pydantic would count it from 1970."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError, PydanticKnownError

from contracts.moment import countable
from worktime import is_in_calendars

_BARE = re.compile(r"\s*[+-]?\d+(?:\.\d*)?\s*")


def _no_number(error: Literal["date_parsing", "datetime_parsing"]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, int | float) or (isinstance(value, str) and _BARE.fullmatch(value)):
            raise PydanticKnownError(error, {"error": "a number"})
        return value

    return BeforeValidator(check)


def _countable(value: datetime) -> datetime:
    if not countable(value):
        raise PydanticCustomError("datetime_years", "a year that not every zone has")
    return value


def _in_calendars(value: datetime) -> datetime:
    if not countable(value) or not is_in_calendars(value):
        raise PydanticCustomError("datetime_calendars", "a year that no calendar counts")
    return value


Day = Annotated[date, _no_number("date_parsing")]
Moment = Annotated[AwareDatetime, _no_number("datetime_parsing"), AfterValidator(_countable)]
"""With its zone, and one that every zone has a date for: what a question may name."""
CalendarMoment = Annotated[AwareDatetime, _no_number("datetime_parsing"), AfterValidator(_in_calendars)]
"""One from which a date can be counted: what a command may say. An empty date of another system (1970) is none."""
