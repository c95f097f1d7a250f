"""The bodies of commands, and the words in them."""

import math
import re
from typing import Annotated, Any, ClassVar, LiteralString

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from contracts.pseudonym import is_personal

LONGEST = 4000
"""Characters of one value of a form: what is printed must not take a service's memory."""
MOST_FIELDS = 100
LARGEST = 10**15
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line ends, what turns the direction of writing, and halves of characters."""


class Body(BaseModel):
    """A command's body: unknown fields are refused. `POINT`: the rule that asks for what it holds, told when something is missing."""

    model_config = ConfigDict(extra="forbid")

    POINT: ClassVar[str] = ""


def _seen(text: str) -> str:
    if _UNSEEN.search(text):
        raise PydanticCustomError("unseen_characters", "control or direction characters")
    return text


def _read(text: str) -> str:
    """Words that somebody can read: spaces of any width, and nothing, are none."""
    if text and not any(char.isprintable() and not char.isspace() for char in text):
        raise PydanticCustomError("unreadable", "nothing to be read")
    return _seen(text)


def _printable(value: Any) -> Any:
    """Before the union is tried, so that an error names the field and not a member of the union."""
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise PydanticKnownError("string_too_long", {"max_length": LONGEST})
        return _seen(value)
    if value is None or isinstance(value, bool):
        return value
    if not isinstance(value, int | float):
        raise PydanticCustomError("form_value", "text, number, true, false or null")
    if not math.isfinite(value):
        raise PydanticKnownError("finite_number")
    if abs(value) > LARGEST:
        raise PydanticKnownError("less_than_equal", {"le": LARGEST})
    return value


def _impersonal(kind: LiteralString, message: LiteralString) -> AfterValidator:
    """No telephone or identity number of a person; what is told otherwise, by its kind."""

    def check(value: str) -> str:
        if is_personal(value):
            raise PydanticCustomError(kind, message)
        return value

    return AfterValidator(check)


IMPERSONAL = _impersonal("personal_number", "no telephone or identity number of a person")
"""For numbers of papers and of postal items: facts carry them, and nothing that reaches a person."""
SEEN = AfterValidator(_read)
"""For words that people write and read: what is kept is what is seen, and there is something to be seen."""
_NOT_PERSONAL = _impersonal("pseudonym", "a pseudonym, not a telephone or identity number")
Pseudonym = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9A-Za-z._:\-]+$"), _NOT_PERSONAL]
"""Who does something, as facts carry it."""
Bounded = Annotated[str, Field(max_length=LONGEST)]
FormValue = Annotated[Bounded | int | float | bool | None, BeforeValidator(_printable)]
FieldName = Annotated[str, Field(max_length=60)]
FormValues = Annotated[dict[FieldName, FormValue], Field(max_length=MOST_FIELDS)]
"""What a form holds, by the names of its fields."""
