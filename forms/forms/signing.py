"""The electronic signature on a PDF (PAdES), and the judgement on one: signed, complete, whole, by whom (NĐ 45/2020 Đ14)."""

import io
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import CertificateRegistry

from forms.certificates import SignerMaterial
from forms.reading import NotAReadablePdf, require_pdf

_UNSIGNABLE = "Không ký số được tệp PDF này; hãy tạo lại tệp."
_GIVEN_OUT = "Tệp này đã mang chữ ký số của cơ quan, tức là kết quả đã phát hành trước đó; hãy nộp văn bản của chính hồ sơ này."

_ALONE = threading.Lock()
"""asn1crypto fills the tables of each of its types when it first meets it: a thread that comes meanwhile finds them half full, and a
sound signature is broken to it. So signatures are made and read one at a time; files are parsed beside, for one may take seconds."""


@dataclass(frozen=True)
class Verdict:
    """The judgement on all signatures of a file together; name and time are those of the last one.

    `intact`: every signature fits its bytes and the last one covers the whole file. `trusted`: every signer's certificate
    leads to a given root. `why`: in Vietnamese, what is wrong; empty when intact and trusted.
    """

    intact: bool
    trusted: bool
    signer_common_name: str | None
    signing_time: datetime | None
    why: str


class _SignerAt(PdfSigner):
    """Signs with the given time in place of the machine's, so that a virtual clock and the file agree."""

    def __init__(self, metadata: PdfSignatureMetadata, signer: SimpleSigner, at: datetime | None) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._at or session.system_time
        return session


def sign(pdf: bytes, signer: SignerMaterial, *, reason: str, location: str, at: datetime | None = None) -> bytes:
    """The file with an invisible signature added; what it held before stays, earlier signatures too.

    Raises `NotAReadablePdf` for a file that cannot be signed, or that this signer has signed already: it is a paper given out before.
    Not to be called inside a running event loop (use a thread).
    """
    writer = _writer(pdf)
    with _ALONE:
        return _signed(writer, signer, reason, location, at)


def _signed(writer: IncrementalPdfFileWriter, signer: SignerMaterial, reason: str, location: str, at: datetime | None) -> bytes:
    if any(_signed_by(signature, signer) for signature in writer.prev.embedded_signatures):
        raise NotAReadablePdf(_GIVEN_OUT)
    metadata = PdfSignatureMetadata(
        field_name=f"ChuKySo{len(writer.prev.embedded_signatures) + 1}",
        reason=reason,
        location=location,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
    )
    try:
        signed: io.BytesIO = _SignerAt(metadata, _simple_signer(signer), at).sign_pdf(writer)
    except SigningError as error:
        raise NotAReadablePdf(_UNSIGNABLE) from error
    return signed.getvalue()


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    require_pdf(pdf)
    # As in `require_pdf`: whatever the parser dislikes, the file cannot be signed.
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        locked = writer.prev.encrypted
    except Exception as error:
        raise NotAReadablePdf(_UNSIGNABLE) from error
    if locked:
        raise NotAReadablePdf("Tệp PDF bị khóa chỉnh sửa nên không ký số được; hãy tạo lại tệp không khóa.")
    return writer


def verify(pdf: bytes, trust_roots: Sequence[bytes], *, at: datetime | None = None) -> Verdict:
    """Judge every signature against the roots (DER); certificates must be valid `at` that moment, by default now. No network.

    Raises `NotAReadablePdf`. Not to be called inside a running event loop (use a thread).
    """
    require_pdf(pdf)
    # Altered bytes may break the file's own structure: to the reader that is an altered file, not a failure of ours.
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        with _ALONE:
            signatures = reader.embedded_signatures
            if not signatures:
                return Verdict(False, False, None, None, "Tệp chưa được ký số.")
            context = ValidationContext(trust_roots=_certificates(trust_roots), allow_fetching=False, moment=at)
            return _judged([validate_pdf_signature(signature, context) for signature in signatures])
    except Exception:
        return Verdict(False, False, None, None, "Chữ ký số trong tệp bị hỏng hoặc tệp đã bị sửa.")


def signer_certificate(pdf: bytes) -> bytes | None:
    """The certificate (DER) of the last signature, None where there is none; `verify` judges it. Raises `NotAReadablePdf`."""
    require_pdf(pdf)
    # As in `verify`: a structure that the parser dislikes is an altered file.
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        with _ALONE:
            signatures = reader.embedded_signatures
            return bytes(signatures[-1].signer_cert.dump()) if signatures else None
    except Exception as error:
        raise NotAReadablePdf("Chữ ký số trong tệp bị hỏng hoặc tệp đã bị sửa.") from error


def _judged(statuses: list[PdfSignatureStatus]) -> Verdict:
    last = statuses[-1]
    fits = all(status.intact and status.valid and status.docmdp_ok for status in statuses)
    intact = fits and last.coverage == SignatureCoverageLevel.ENTIRE_FILE
    trusted = intact and all(status.trusted for status in statuses)
    name = last.signing_cert.subject.native.get("common_name")
    return Verdict(intact, trusted, name, last.signer_reported_dt, _why(intact, trusted))


def _why(intact: bool, trusted: bool) -> str:
    if not intact:
        return "Tệp đã bị sửa sau khi ký số."
    return "" if trusted else "Chứng thư số của người ký không được tin cậy."


def _signed_by(signature: EmbeddedPdfSignature, signer: SignerMaterial) -> bool:
    # What the parser cannot read was not signed here.
    try:
        return bool(signature.signer_cert.dump() == _certificates([signer.certificate])[0].dump())
    except Exception:
        return False


def _simple_signer(material: SignerMaterial) -> SimpleSigner:
    [certificate] = _certificates([material.certificate])
    return SimpleSigner(
        signing_cert=certificate,
        signing_key=load_private_key_from_pemder_data(material.key, passphrase=None),
        cert_registry=CertificateRegistry.build(_certificates(material.trust_roots)),
    )


def _certificates(encoded: Iterable[bytes]) -> list[Any]:
    """Certificates in the signing library's own type."""
    return [certificate for der in encoded for certificate in load_certs_from_pemder_data(der)]
