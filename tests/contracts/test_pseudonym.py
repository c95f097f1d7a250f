"""Who does something is told by a pseudonym: what reaches or names a person is none."""

import pytest

from contracts.pseudonym import is_identifier, is_personal


@pytest.mark.parametrize(
    "text", ["0912345678", "+84 912 345 678", "008190001234", "dan@example.vn", "a-0987654321-b", "vneid:008190001234"]
)
def test_a_number_or_an_address_is_personal_also_between_other_signs(text: str) -> None:
    """Regression: a telephone number with a letter before and after it reached the topic."""
    assert is_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "citizen-1",
        "walk-in-01a227c8-1d90-77cd-85de-123456789012",
        "auth0|5f7c8123456789004bbafe82",
        "account-2026-11-29-0001",
        "service:intake",
    ],
)
def test_an_id_a_hash_or_a_day_in_it_is_none(text: str) -> None:
    assert not is_personal(text) and is_identifier(text)


def test_a_name_is_no_identifier() -> None:
    assert not is_identifier("Nguyễn Văn A") and not is_identifier("Nguyen Van A") and not is_identifier("")
