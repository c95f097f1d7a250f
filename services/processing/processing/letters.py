"""Form 04: apology and proposed extension. State and reason are the letter's; whose dossier it is, and which, says the dossier itself."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from chassis.catalogue import Catalogue
from chassis.http.problem import ProblemError
from chassis.vault import Vault
from contracts.catalogue import heading_of
from contracts.decoding import converted
from forms import ApologyAndExtension, Issuer, Party, Signature, render
from processing.application import law_of
from processing.domain import Case, State, extension
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
    text = converted(content, LetterText)
    law, new = law_of(case, state, catalogue), _proposed(state, apology)
    never = extension.no_extension(case, state, law, before=apology.effective_at)
    procedure = catalogue.procedure(case.procedure, case.procedure_version)
    form = ApologyAndExtension(
        issuer=Issuer(**heading_of(case.settling if apology.fault == "settling" else case.receiving, catalogue.agencies())._asdict()),
        issued_at=apology.effective_at,
        number=_number(case.code, len(state.apologies)),
        addressee=_addressee(case, vault, text.name),
        dossier_type=procedure.name,
        field=procedure.field,
        receipt_number=text.receipt_number if case.imported else case.receipt_number,
        code=case.code,
        state=text.state,
        reason=text.reason,
        received_at=case.received_at,
        original_due_at=_due_then(case, state, apology),
        new_due_at=new,
        provisional=new is not None and law.calendar.is_provisional(apology.effective_at, new),
        ready=case.issued_at is not None and case.issued_at <= apology.effective_at,
        no_extension=f"{never.why[:1].lower()}{never.why[1:]} ({never.article})" if never else None,
        extension_article=law.article("extension_slip"),
        lookup_url=f"{lookup_url.rstrip('/')}/lookup/{case.code}" if lookup_url else None,
        recipients=("Như trên", "Bộ phận Một cửa"),
        head=Signature(title="THỦ TRƯỞNG CƠ QUAN"),
    )
    return render(form)


def _addressee(case: Case, vault: Vault, otherwise: str) -> Party:
    """Who stands in the form that was filed; of what is not known, or was erased, the letter's own name remains."""
    form = vault.get(case.form, "render") if case.form else None
    return replace(Party.filed(form or {}, otherwise), id_number=None)


def _number(code: str, nth: int) -> str:
    """The code's date and ordinal; a second letter counts on."""
    tail = code.partition("-")[2]
    return f"{tail}/PXL" if nth == 1 else f"{tail}.{nth}/PXL"


def _newest(case: Case, state: State) -> Apologised:
    if not state.apologies:
        raise ProblemError(404, "Hồ sơ chưa có văn bản xin lỗi.", article=case.article("apology"))
    return state.apologies[-1]


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
