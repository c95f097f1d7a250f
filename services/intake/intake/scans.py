"""The personal signature of the officer who digitised a paper: put on a scan, or found on one that is signed already."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import forms
from contracts.refusal import Law, Refused

REASON = "Số hóa giấy tờ của hồ sơ thủ tục hành chính"
ROOTS = "personal-roots.pem"


@dataclass(frozen=True)
class SignedScan:
    """A signed PDF and the SHA-256 of the signer's certificate (hexadecimal)."""

    content: bytes
    certificate: str


class PersonalSignatures:
    """Signs scans in a development system, with a certificate of its own for each account; in production officers sign themselves.

    In production the roots of their certificates lie in `folder` as `personal-roots.pem`, and what is not signed is refused.
    """

    def __init__(self, folder: Path, *, production: bool) -> None:
        self._folder = folder
        self._production = production
        self._known: dict[str, forms.SignerMaterial] = {}
        self._lock = threading.Lock()

    def sign(self, pdf: bytes, officer: str, now: datetime, law: Law) -> SignedScan:
        """The scan with the officer's signature; one that has a trusted one stays as it is. Raises `Refused` with `law`'s article."""
        try:
            return self._signed(pdf, officer, now, law)
        except forms.NotAReadablePdf as broken:
            raise Refused(broken.why, article=law.article("scans"), field="file", status=422) from broken

    def _signed(self, pdf: bytes, officer: str, now: datetime, law: Law) -> SignedScan:
        certificate = forms.signer_certificate(pdf)
        if certificate is None and not self._production:
            own = self._own(officer)
            content = forms.sign(pdf, own, reason=REASON, location="Bộ phận Một cửa", at=now)
            return SignedScan(content, hashlib.sha256(own.certificate).hexdigest())
        verdict = forms.verify(pdf, self._roots(officer))
        if certificate is None or verdict.why:
            raise Refused(verdict.why, article=law.article("scan_signature"), field="file", status=422)
        return SignedScan(pdf, hashlib.sha256(certificate).hexdigest())

    def _roots(self, officer: str) -> tuple[bytes, ...]:
        return forms.load_roots(self._folder / ROOTS) if self._production else self._own(officer).trust_roots

    def _own(self, officer: str) -> forms.SignerMaterial:
        with self._lock:
            if officer not in self._known:
                folder = self._folder / "personal" / hashlib.sha256(officer.encode()).hexdigest()[:32]
                self._known[officer] = forms.development_certificate(folder, f"{officer} – chữ ký cá nhân thử nghiệm")
            return self._known[officer]
