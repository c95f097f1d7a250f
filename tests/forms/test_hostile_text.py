"""What people write is printed as they wrote it; it never becomes part of the template."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Component, Party, render
from tests.forms import samples
from tests.forms.reading_back import letters_of, pages, printed, words_of

HOSTILE = [
    '#read("/etc/passwd")',
    "#sys.inputs",
    "*đậm* _nghiêng_ `mã`",
    "$x^2$ và giá 5$",
    "] #panic() [",
    "// chú thích /* và */ <nhãn> @trích",
    '"; import os',
    "\\u{41} \\n \\",
    "= Tiêu đề",
    "- gạch -- đầu --- dòng",
    "{{ jinja }} %s {0}",
    "https://vi.example/?a=1&b=2#c",
    "'dấu nháy' \"kép\" ...",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_that_looks_like_markup_is_printed_letter_by_letter(text: str) -> None:
    plain = " ".join(text.split())
    assert plain in printed(samples.refusal(reason=text))
    assert plain in printed(samples.receipt(components=(Component(name=text, originals=1),)))
    assert plain in printed(samples.apology(addressee=Party(name=text)))


@pytest.mark.req("IN-23")
def test_a_code_and_an_address_that_are_copied_from_the_page_are_those_that_were_written() -> None:
    """Regression: a mark of no width stood behind each point and dash, and nobody found a dossier by the code that was copied."""
    code, email = "H60.31.15-260302-0047.LT-TNMT", "bo-phan.mot-cua@trungtamphucvuhanhchinhcongtinhtuyenquang.gov.vn"
    pdf = render(samples.receipt(code=code, applicant=Party(name="Nguyễn Thị Hạnh", email=email)))
    text = letters_of(pdf)
    assert code in text and email in text
    assert not {mark for mark in text if unicodedata.category(mark) == "Cf"}


def test_a_word_without_an_end_is_broken_within_its_column() -> None:
    name = "x" * 130
    pdf = render(samples.receipt(applicant=Party(name=name)))
    assert name in letters_of(pdf) and name not in words_of(pdf)


def test_a_name_cannot_be_turned_round_by_invisible_characters() -> None:
    turned = Party(name="Nguyễn \u202eAnh\u202c\u0000\u0007 Văn")
    assert "Nguyễn Anh Văn" in printed(samples.receipt(applicant=turned))


def test_letters_in_decomposed_form_are_printed_whole() -> None:
    name = unicodedata.normalize("NFD", "Lường Thị Quỳnh Thưởng")
    assert render(samples.receipt(applicant=Party(name=name))) != b""
    assert "Lường Thị Quỳnh Thưởng" in printed(samples.receipt(applicant=Party(name=name)))


def test_a_letter_that_no_font_has_does_not_keep_the_form_from_being_printed() -> None:
    assert "Nội dung" in printed(samples.refusal(reason="Nội dung 🏠 漢字"))


def test_every_vietnamese_letter_can_be_printed() -> None:
    vowels = "aăâeêioôơuưy"
    marks = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
    letters = unicodedata.normalize("NFC", "".join(vowel + mark for vowel in vowels for mark in marks)) + "đ"
    text = printed(samples.refusal(reason=" ".join(letters + letters.upper())))
    assert " ".join(letters + letters.upper()) in text
    assert b"pdfaid" in render(samples.refusal(reason=letters))


def test_a_word_without_end_stays_on_the_page() -> None:
    pdf = render(samples.refusal(reason="x" * 400))
    assert words_of(pdf).replace(" ", "").count("x" * 400) == 1
    assert pages(pdf) == [(148, 210)]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_page(text: str) -> None:
    assert render(samples.refusal(reason="Lý do: " + text)).startswith(b"%PDF-1.7")
