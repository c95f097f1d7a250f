"""Papers to upload: a page of PDF, or a picture of one dot."""

import base64
import random
from io import BytesIO

from pypdf import PdfWriter

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def pdf(dice: random.Random) -> bytes:
    """One blank A4 page that differs from every other."""
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": f"{dice.getrandbits(64):016x}"})
    writer.write(out)
    return out.getvalue()


def paper(accepted: tuple[str, ...], dice: random.Random) -> bytes:
    """A paper of an accepted type."""
    return pdf(dice) if "application/pdf" in accepted else PNG
