"""A form as the bytes of a PDF: the same data always give the same bytes."""

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import segno
import typst

from forms.data import (
    AnyForm,
    ApologyAndExtension,
    BlankForm,
    ControlSlip,
    OutageSheet,
    Receipt,
    Refusal,
    Register,
    ResultDocument,
    StopNotice,
    SupplementRequest,
)
from forms.parts import Issuer, Party, Signature
from forms.words import in_words

TEMPLATES = Path(__file__).parent / "templates"

_TEMPLATE: dict[type[AnyForm], str] = {
    Receipt: "receipt",
    SupplementRequest: "supplement-request",
    Refusal: "refusal",
    ApologyAndExtension: "apology-and-extension",
    StopNotice: "stop-notice",
    ControlSlip: "control-slip",
    Register: "register",
    OutageSheet: "outage-sheet",
    BlankForm: "blank-form",
    ResultDocument: "result-document",
}

# A compiler keeps fonts and parsed templates between pages, but serves one caller at a time.
_one_at_a_time = Lock()


def render(form: AnyForm) -> bytes:
    """The form as a tagged PDF/A-2 (A5; the register A4 landscape), about 10 ms a page.

    A character that no embedded font can draw makes it an ordinary PDF, since an archive file may not show a blank box.
    Thread-safe. Raises RuntimeError (`typst.TypstError`) only for a fault in a template.
    """
    try:
        return _compile(form, "a-2a")
    except typst.TypstError:
        return _compile(form, "1.7")


def result_document(
    *,
    issuer: Issuer,
    issued_at: datetime,
    number: str,
    code: str,
    procedure: str,
    applicant: Party,
    decision: str,
    head: Signature,
) -> bytes:
    """A plain "Kết quả giải quyết thủ tục hành chính" for systems in development; it says that it has no legal effect."""
    document = ResultDocument(
        issuer=issuer,
        issued_at=issued_at,
        number=number,
        code=code,
        procedure=procedure,
        applicant=applicant,
        decision=decision,
        head=head,
    )
    return render(document)


def _compile(form: AnyForm, standard: Literal["a-2a", "1.7"]) -> bytes:
    with _one_at_a_time:
        pdf = _compiler(_TEMPLATE[type(form)]).compile(
            format="pdf",
            sys_inputs={"data": json.dumps(_content(form), ensure_ascii=False)},
            timestamp=int(form.issued_at.timestamp()),
            pdf_standards=standard,
        )
    assert isinstance(pdf, bytes)
    return pdf


def _content(form: AnyForm) -> dict[str, object]:
    """User text reaches a template only here, as JSON strings: a template shows strings, it never evaluates them."""
    content: dict[str, object] = in_words(form)
    url = getattr(form, "lookup_url", None)
    return {**content, "qr": qr_svg(url) if url else None}


def qr_svg(text: str) -> str:
    """A QR code (error correction M or better) as SVG."""
    return segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True)


@cache
def _fonts() -> typst.Fonts:
    """Only the embedded fonts: the page must not depend on the machine, and they have every Vietnamese letter."""
    return typst.Fonts(include_system_fonts=False)


@cache
def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(TEMPLATES / f"{template}.typ", root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
