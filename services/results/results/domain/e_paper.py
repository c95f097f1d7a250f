"""The six minimum fields of an e-paper (NĐ 118 Đ19.2): what makes a signed result findable and usable again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from contracts.catalogue import Procedure
from contracts.dossier.parts import Outcome
from contracts.fact import VaultRef
from contracts.refusal import Refused

IDENTIFIED_BY = ("id_number", "organisation_head_id")
"""Form fields that name the holder, the likeliest first."""
REFUSAL_TYPE, REFUSAL_NAME = "MC-PTC", "Phiếu từ chối giải quyết hồ sơ"
AS_WRITTEN = "Theo nội dung giấy tờ"


class Holder(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose paper it is: a number; without one, name, year of birth, and when and by whom the paper of identity was issued."""

    id_number: str | None = None
    full_name: str | None = None
    birth_year: int | None = None
    issued_on: date | None = None
    issuer: str | None = None

    @property
    def identified(self) -> bool:
        return bool(self.id_number) or None not in (self.full_name, self.birth_year, self.issued_on, self.issuer)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the clerk wrote; the rest follows from the procedure and the form."""

    document_type: str | None = None
    holder: Holder | None = None
    name: str | None = None
    summary: str | None = None
    validity: str | None = None
    scope: str | None = None


class EPaper(msgspec.Struct, frozen=True, kw_only=True):
    """Document type, holder, name, summary, term of validity, scope of validity. Without a holder it is the one of `form`."""

    document_type: str
    holder: Holder | None
    name: str
    summary: str
    validity: str
    scope: str
    form: VaultRef | None = None


def e_paper(given: Given, *, outcome: Outcome, code: str, procedure: Procedure, form: VaultRef | None, article: str) -> EPaper:
    """All six fields. Refuses a type that is none of the procedure's results, and a holder whom neither clerk nor form names."""
    kinds = {kind.code: kind.name for kind in procedure.result_types} if outcome == "granted" else {REFUSAL_TYPE: REFUSAL_NAME}
    kind = given.document_type or next(iter(kinds))
    if kind not in kinds:
        why = f"Loại giấy tờ phải là một trong: {', '.join(kinds)}."
        raise Refused(why, article=article, field="e_paper.document_type", status=422)
    asked_in_form = form is not None and any(field.name in IDENTIFIED_BY for field in procedure.form.fields)
    if not (given.holder.identified if given.holder else asked_in_form):
        why = "Ghi số định danh của người, tổ chức; nếu không có: họ tên, năm sinh, ngày cấp, nơi cấp."
        raise Refused(why, article=article, field="e_paper.holder", status=422)
    name = given.name or kinds[kind]
    return EPaper(
        document_type=kind,
        holder=given.holder,
        name=name,
        summary=given.summary or f"{name} theo hồ sơ {code}, thủ tục “{procedure.name}”.",
        validity=given.validity or AS_WRITTEN,
        scope=given.scope or AS_WRITTEN,
        form=None if given.holder else form,
    )


def holder_in(form: Mapping[str, Any]) -> Holder | None:
    """Whom a form names; None once it was erased."""
    number = next((str(form[name]) for name in IDENTIFIED_BY if form.get(name)), None)
    return Holder(id_number=number) if number else None
