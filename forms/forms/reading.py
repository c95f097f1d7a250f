"""Whether bytes are a PDF that a person can open."""

import io

from pypdf import PdfReader

_HEADER = b"%PDF-"
_BEFORE_HEADER = b"\xef\xbb\xbf\x00\t\n\r "


class NotAReadablePdf(ValueError):
    """The file is no PDF, is damaged, or is locked: `why` says so in Vietnamese to the person who sent it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def require_pdf(data: bytes) -> int:
    """The number of pages; raises `NotAReadablePdf`. A file that opens without a password is readable, whatever it forbids."""
    if not data[:64].lstrip(_BEFORE_HEADER).startswith(_HEADER):
        raise NotAReadablePdf("Tệp không phải là tệp PDF.")
    try:
        pages = _count_pages(data)
    except NotAReadablePdf:
        raise
    # A hostile or broken file makes a parser fail in any way (KeyError, RecursionError, its own errors): all mean the same here.
    except Exception as error:
        raise NotAReadablePdf("Tệp PDF bị hỏng, không đọc được.") from error
    if pages == 0:
        raise NotAReadablePdf("Tệp PDF không có trang nào.")
    return pages


def is_pdf(data: bytes) -> bool:
    """Whether `require_pdf` accepts the file."""
    try:
        require_pdf(data)
    except NotAReadablePdf:
        return False
    return True


def _count_pages(data: bytes) -> int:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotAReadablePdf("Tệp PDF được đặt mật khẩu; hãy gửi lại tệp không có mật khẩu.")
    return sum(1 for page in reader.pages if page.mediabox)
