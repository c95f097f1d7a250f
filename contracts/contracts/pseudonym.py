"""Who does something stands in facts, logs and traces as a pseudonym: never as what reaches or names a person (DESIGN § 3)."""

import re

_NUMBER = re.compile(r"\+?\d([ ._-]?\d){8,14}")
"""As long as a telephone or identity number, and nothing else."""
_WITHIN = re.compile(r"(?<![0-9A-Za-z])\d{9,15}(?![0-9A-Za-z])")
"""The same between other signs; digits among letters are no number, as in a hash."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTIFIER = re.compile(r"[0-9A-Za-z._:/|\-]{1,200}")


def is_identifier(text: str) -> bool:
    """Whether a text can be an account's identifier: a name of a person has spaces or diacritics."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_pseudonym(text: str) -> bool:
    """Whether a text may stand for somebody in facts: an identifier that neither reaches nor names a person."""
    return is_identifier(text) and not is_personal(text)


def is_personal(text: str) -> bool:
    """Whether a text is an address with `@`, or is or holds a telephone or identity number."""
    return "@" in text or _NUMBER.fullmatch(text) is not None or _WITHIN.search(UUID.sub("", text)) is not None
