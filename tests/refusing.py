"""That a rule says no: with which article, about which part of the command, and as which kind of answer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from contracts.refusal import Refused, Unheard
from worktime import RuleSet, rule_set, rule_sets

TEXT = re.compile(r"(?:NĐ|QĐ) \d+/\d{4}/[A-ZĐ-]+|QĐ \d+/QĐ-UBND")
COMMON = {"NĐ 42/2022/NĐ-CP", "NĐ 45/2020/NĐ-CP", "NĐ 69/2024/NĐ-CP"}
"""Decrees that stand beside every one-stop decree."""
RULE_SETS = [rules.name for rules in rule_sets()]


def texts_of(rules: RuleSet) -> set[str]:
    """The texts that a rule set may cite: its own decision or decree, and those that it stands on."""
    own = {*TEXT.findall(rules.title), rules.decree}
    return own | (texts_of(rule_set(rules.base)) if rules.base else COMMON)


def foreign(article: str, name: str) -> set[str]:
    """What an article names that is no law for a dossier under that rule set."""
    return set(TEXT.findall(article)) - texts_of(rule_set(name))


def article_of_refusal(ask: Callable[[], object]) -> str:
    """The article with which something is refused."""
    with pytest.raises(Refused) as no:
        ask()
    return no.value.article


@contextmanager
def refuses(article: str, *, field: str = "", status: int = 409, early: bool = False, says: str = "") -> Iterator[None]:
    """What is done inside is refused so; `article` may be a part of the whole citation, `says` of the sentence.

    `early`: a fact may be on its way.
    """
    with pytest.raises(Refused) as no:
        yield
    assert no.value.why
    assert says in no.value.why, no.value.why
    assert article in no.value.article, no.value.article
    assert (no.value.field, no.value.status, isinstance(no.value, Unheard)) == (field, status, early)
