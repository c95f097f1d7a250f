"""The forms of a one-stop shop as PDF, and the signature on a result: plain data in, bytes out."""

from typing import TYPE_CHECKING, Any

from forms.certificates import SignerMaterial, development_certificate, load_roots, load_signer
from forms.data import (
    AnyForm,
    ApologyAndExtension,
    BlankForm,
    ControlSlip,
    MissingContent,
    OutageSheet,
    Receipt,
    Refusal,
    Register,
    ResultDocument,
    StopNotice,
    SupplementRequest,
)
from forms.parts import BlankField, Component, Defect, DefectItem, Fee, Handover, Issuer, Outcome, Party, RegisterRow, Signature
from forms.reading import NotAReadablePdf, is_pdf, require_pdf
from forms.rendering import render, result_document

if TYPE_CHECKING:
    from forms.signing import Verdict, sign, signer_certificate, verify

SIGNING = ("Verdict", "sign", "signer_certificate", "verify")


def __getattr__(name: str) -> Any:
    """Signing is loaded when it is first asked for: most who render never sign, and it takes half a second of a start."""
    if name not in SIGNING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import forms.signing

    return getattr(forms.signing, name)


__all__ = [
    "AnyForm",
    "ApologyAndExtension",
    "BlankField",
    "BlankForm",
    "Component",
    "ControlSlip",
    "Defect",
    "DefectItem",
    "Fee",
    "Handover",
    "Issuer",
    "MissingContent",
    "NotAReadablePdf",
    "OutageSheet",
    "Outcome",
    "Party",
    "Receipt",
    "Refusal",
    "Register",
    "RegisterRow",
    "ResultDocument",
    "Signature",
    "SignerMaterial",
    "StopNotice",
    "SupplementRequest",
    "Verdict",
    "development_certificate",
    "is_pdf",
    "load_roots",
    "load_signer",
    "render",
    "require_pdf",
    "result_document",
    "sign",
    "signer_certificate",
    "verify",
]
