"""The words of a printed page, as a person who copies them gets them."""

import io
import unicodedata

from pypdf import PdfReader

from forms import AnyForm, render


def words_of(pdf: bytes) -> str:
    """All text, spaces of every kind made one."""
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return unicodedata.normalize("NFC", " ".join(text.split()))


def letters_of(pdf: bytes) -> str:
    """All text without the ends of lines: a word that was broken is whole again."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).replace("\n", "")


def printed(form: AnyForm) -> str:
    return words_of(render(form))


def pages(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in millimetres."""
    boxes = [page.mediabox for page in PdfReader(io.BytesIO(pdf)).pages]
    return [(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in boxes]
