"""Dates and moments as they are written: a bare number is neither, where pydantic would count it from 1970."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticKnownError

_BARE = re.compile(r"\s*[+-]?\d+(?:\.\d*)?\s*")


def _no_number(error: Literal["date_parsing", "datetime_parsing"]) -> BeforeValidator:
    def check(value: Any) -> Any:
        if isinstance(value, int | float) or (isinstance(value, str) and _BARE.fullmatch(value)):
            raise PydanticKnownError(error, {"error": "a number"})
        return value

    return BeforeValidator(check)


Day = Annotated[date, _no_number("date_parsing")]
Moment = Annotated[AwareDatetime, _no_number("datetime_parsing")]
"""With its zone."""
