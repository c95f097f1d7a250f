"""The electronic signature of an agency on a result: made with `forms`, judged before a result is sent."""

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import forms

REASON = "Phát hành kết quả giải quyết thủ tục hành chính"


class NotSignable(Exception):
    """The PDF is damaged, locked or no PDF; `why` is Vietnamese."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Signed:
    """A signed PDF and the SHA-256 of the signer's certificate (hexadecimal)."""

    content: bytes
    certificate: str


class Seal:
    """Signs and judges with the material in `folder`; a development system makes its certificate there at first use."""

    def __init__(self, folder: Path, *, production: bool) -> None:
        self._folder = folder / "signer"
        self._production = production
        self._lock = threading.Lock()

    @cached_property
    def _material(self) -> forms.SignerMaterial:
        with self._lock:
            return forms.load_signer(self._folder) if self._production else forms.development_certificate(self._folder)

    def sign(self, pdf: bytes, *, place: str, at: datetime) -> Signed:
        """The signed file. Raises `NotSignable`."""
        material = self._material
        try:
            content = forms.sign(pdf, material, reason=REASON, location=place, at=at)
        except forms.NotAReadablePdf as broken:
            raise NotSignable(broken.why) from broken
        return Signed(content, hashlib.sha256(material.certificate).hexdigest())

    def fault(self, pdf: bytes) -> str:
        """What is wrong with a signed file, in Vietnamese; empty when it is whole and its signer trusted (RS-08)."""
        try:
            return forms.verify(pdf, self._material.trust_roots).why
        except forms.NotAReadablePdf as broken:
            return broken.why
