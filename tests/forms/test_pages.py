"""Paper, pages, the QR code, and the speed."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
import segno
from pypdf import PdfReader

from forms import AnyForm, Component, OutageSheet, Register, render
from forms.rendering import qr_svg
from tests.forms import samples
from tests.forms.reading_back import pages

A4_LANDSCAPE, A5 = (297, 210), (148, 210)


@pytest.mark.parametrize("form", samples.EVERY_FORM, ids=lambda form: type(form).__name__)
def test_forms_are_one_a5_page_and_the_register_a4_landscape(form: AnyForm) -> None:
    pdf = render(form)
    landscape = {Register: 3, OutageSheet: 2}
    assert pages(pdf) == ([A4_LANDSCAPE] * landscape[type(form)] if type(form) in landscape else [A5])


@pytest.mark.req("IN-29")
def test_twelve_components_and_long_names_fit_on_one_a5_page() -> None:
    assert len(samples.receipt().components) == 12
    assert pages(render(samples.receipt())) == pages(render(samples.receipt(provisional=True))) == [A5]


@pytest.mark.req("IN-29")
def test_a_very_long_receipt_goes_on_with_numbered_pages() -> None:
    pdf = render(samples.receipt(components=tuple(Component(name=f"{paper} {n}") for n in range(4) for paper in samples.PAPERS)))
    assert len(pages(pdf)) > 1
    last = PdfReader(io.BytesIO(pdf)).pages[-1].extract_text()
    assert f"Trang {len(pages(pdf))}/{len(pages(pdf))}" in last
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in last


@pytest.mark.req("IN-31")
def test_a_long_control_slip_was_printed_on_a4_where_the_law_says_a5() -> None:
    assert pages(render(samples.control_slip(20))) == [A5, A5, A5]


@pytest.mark.req("IN-29")
def test_the_qr_code_is_that_of_the_lookup_address() -> None:
    drawn = qr_svg(samples.LOOKUP)
    assert drawn == segno.make(samples.LOOKUP, error="m", micro=False).svg_inline(border=0, omitsize=True)
    assert qr_svg(samples.LOOKUP + "x") != drawn
    assert render(samples.receipt()) != render(samples.receipt(lookup_url=samples.LOOKUP.replace("0047", "0048")))


def test_pages_say_their_language_and_title_and_are_archive_files() -> None:
    for form in samples.EVERY_FORM:
        pdf = render(form)
        reader = PdfReader(io.BytesIO(pdf))
        assert b"pdfaid:part>2<" in pdf
        assert str(reader.root_object["/Lang"]) == "vi-VN"
        assert reader.metadata is not None
        assert reader.metadata.title


def test_forms_can_be_rendered_from_several_threads() -> None:
    expected = [render(form) for form in samples.EVERY_FORM]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(render, samples.EVERY_FORM * 3)) == expected * 3
