"""Form 04: apology and proposed extension, from the vault's letter and the dossier's facts."""

from datetime import datetime

import msgspec

from chassis.catalogue import Catalogue
from chassis.http.problem import ProblemError
from chassis.vault import Vault
from contracts.catalogue import place_of
from forms import ApologyAndExtension, Issuer, Party, Signature, render
from processing.domain import Case, State
from processing.events import Apologised


class LetterText(msgspec.Struct, frozen=True, kw_only=True):
    """The five obligatory contents as they lie in the vault (TQ25.2a)."""

    name: str
    dossier_type: str
    receipt_number: str
    state: str
    reason: str


def form_04(case: Case, state: State, vault: Vault, catalogue: Catalogue, lookup_url: str) -> bytes:
    """The PDF of the newest apology; 404 when there is none, 410 once its words were erased. Raises `Retry`."""
    apology = _newest(case, state)
    content = vault.get(apology.letter, "render")
    if content is None:
        raise ProblemError(410, "Nội dung văn bản xin lỗi đã được xóa.", article=case.article("apology"))
    text = msgspec.convert(content, LetterText)
    form = ApologyAndExtension(
        issuer=_issuer(catalogue, case.settling if apology.fault == "settling" else case.receiving),
        issued_at=apology.effective_at,
        number=_number(case.code, len(state.apologies)),
        addressee=Party(name=text.name),
        dossier_type=text.dossier_type,
        receipt_number=text.receipt_number,
        code=case.code,
        state=text.state,
        reason=text.reason,
        received_at=case.received_at,
        original_due_at=_due_then(case, state, apology),
        new_due_at=_proposed(state, apology),
        lookup_url=f"{lookup_url.rstrip('/')}/lookup/{case.code}" if lookup_url else None,
        recipients=("Như trên", "Bộ phận Một cửa"),
        head=Signature(title="THỦ TRƯỞNG CƠ QUAN"),
    )
    return render(form)


def _number(code: str, nth: int) -> str:
    """The code's date and ordinal; a second letter counts on."""
    tail = code.partition("-")[2]
    return f"{tail}/PXL" if nth == 1 else f"{tail}.{nth}/PXL"


def _newest(case: Case, state: State) -> Apologised:
    if not state.apologies:
        raise ProblemError(404, "Hồ sơ chưa có văn bản xin lỗi.", article=case.article("apology"))
    return state.apologies[-1]


def _issuer(catalogue: Catalogue, code: str) -> Issuer:
    agency, agencies = catalogue.agency(code), catalogue.agencies()
    parent = agencies.get(agency.parent or "")
    place = place_of(agency, agencies)
    return Issuer(agency=agency.name, superior=parent.name if parent else None, place=place, phone=agency.phone)


def _proposed(state: State, apology: Apologised) -> datetime | None:
    proposed = state.proposed
    return proposed.new_due_at if proposed and proposed.effective_at == apology.effective_at else None


def _due_then(case: Case, state: State, apology: Apologised) -> datetime:
    """The due date that the letter speaks of: before the extension that it proposes, if it does."""
    extended = state.extended
    if extended is not None and extended.effective_at >= apology.effective_at:
        return extended.old_due_at
    deadline = state.deadline or case.deadline
    return deadline.due_at if deadline else case.received_at
