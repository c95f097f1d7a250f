"""What stands on each form: plain data, one type a form (TT 03/2025/TT-VPCP, Phụ lục I).

All moments are aware; they are printed in Viet Nam time. Amounts are whole đồng. Text is plain text: nothing in it is markup.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

import msgspec

from forms.parts import BlankField, Component, DefectItem, Fee, Handover, Issuer, Party, RegisterRow, Signature


class MissingContent(ValueError):
    """An obligatory content of a form is empty: `field` by its name, and `why` in Vietnamese. Which law asks for it, a rule set knows."""

    def __init__(self, field: str, label: str) -> None:
        self.field = field
        self.why = f"Thiếu nội dung bắt buộc: {label}."
        super().__init__(self.why)


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form; raises `MissingContent` when an obligatory content is empty and ValueError for a moment without a time zone."""

    OBLIGATORY: ClassVar[dict[str, str]] = {}

    issuer: Issuer
    issued_at: datetime

    def __post_init__(self) -> None:
        for field, label in self.OBLIGATORY.items():
            for value in _reach(self, field.split(".")):
                if value is None or value == () or (isinstance(value, str) and not value.strip()):
                    raise MissingContent(field, label)
        if any(moment.utcoffset() is None for moment in _moments(self)):
            raise ValueError("a moment on a form needs a time zone")


class Receipt(Form, frozen=True, kw_only=True):
    """Mẫu 01, Giấy tiếp nhận hồ sơ và hẹn trả kết quả. `derivation`: the sentences that say how `due_at` was computed;
    `fee_note`: where the fee is set, when its amount is not known here."""

    OBLIGATORY: ClassVar[dict[str, str]] = {
        "code": "mã hồ sơ",
        "procedure": "tên thủ tục hành chính",
        "applicant.name": "tên cá nhân, tổ chức",
        "components": "thành phần hồ sơ",
        "term": "thời gian giải quyết theo quy định",
    }

    number: str
    code: str
    procedure: str
    procedure_code: str | None = None
    applicant: Party
    submitter: Party | None = None
    channel: str
    components: tuple[Component, ...]
    sets: int = 1
    term: str
    received_at: datetime
    due_at: datetime
    derivation: tuple[str, ...] = ()
    provisional: bool = False
    result_place: str
    fees: tuple[Fee, ...] = ()
    fee_note: str = ""
    register_book: str | None = None
    register_ordinal: int | None = None
    lookup_url: str
    officer: Signature


class SupplementRequest(Form, frozen=True, kw_only=True):
    """Mẫu 02, Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ: every defect in one request (NĐ 118 Đ16.3).

    `complete_by`: a moment of the last day, which counts to its end. `clock`: what the request does to the settlement time.
    `legal_basis`: what allows a further request; without it the form says that there is only one, where the law says so (`once`).
    """

    OBLIGATORY: ClassVar[dict[str, str]] = {
        "procedure": "tên thủ tục hành chính",
        "applicant.name": "tên cá nhân, tổ chức",
        "items": "nội dung cần bổ sung",
        "items.reason": "lý do bổ sung",
    }

    number: str
    code: str
    procedure: str
    applicant: Party
    items: tuple[DefectItem, ...]
    guidance: str = ""
    complete_by: datetime | None = None
    clock: str = "Thời gian giải quyết được tính lại kể từ khi nhận đủ hồ sơ."
    once: bool = True
    legal_basis: str = ""
    lookup_url: str | None = None
    officer: Signature


class Refusal(Form, frozen=True, kw_only=True):
    """Mẫu 03, Phiếu từ chối tiếp nhận giải quyết hồ sơ; without a written reason there is none (NĐ 118 Đ17.1c)."""

    OBLIGATORY: ClassVar[dict[str, str]] = {
        "procedure": "tên thủ tục hành chính",
        "applicant.name": "tên cá nhân, tổ chức",
        "reason": "lý do từ chối",
    }

    number: str
    code: str
    procedure: str
    applicant: Party
    submitted_at: datetime
    reason: str
    legal_basis: str = ""
    guidance: str = ""
    officer: Signature


class ApologyAndExtension(Form, frozen=True, kw_only=True):
    """Mẫu 04, Văn bản xin lỗi và đề nghị gia hạn, with the five contents of QĐ 06/2025/QĐ-CTUBND Tuyên Quang Đ25.2a.

    Without `new_due_at` it is an apology only; `provisional` says that this date touches a year without an official calendar.
    `ready`: the result is there. `no_extension`: why no new date can follow; without it one still may, by `extension_article`.
    """

    OBLIGATORY: ClassVar[dict[str, str]] = {
        "addressee.name": "tên cá nhân, tổ chức",
        "dossier_type": "loại hồ sơ",
        "receipt_number": "số giấy tiếp nhận, mã hồ sơ",
        "state": "tình trạng giải quyết hồ sơ",
        "reason": "lý do chậm trả kết quả",
    }

    number: str
    addressee: Party
    dossier_type: str
    field: str = ""
    receipt_number: str
    code: str
    state: str
    reason: str
    received_at: datetime
    original_due_at: datetime
    new_due_at: datetime | None = None
    provisional: bool = False
    ready: bool = False
    no_extension: str | None = None
    extension_article: str = ""
    lookup_url: str | None = None
    recipients: tuple[str, ...] = ()
    head: Signature


class StopNotice(Form, frozen=True, kw_only=True):
    """Mẫu 05, Thông báo dừng giải quyết hồ sơ (NĐ 118 Đ21): who asked, when, why, and what is given back."""

    OBLIGATORY: ClassVar[dict[str, str]] = {
        "code": "mã hồ sơ",
        "procedure": "tên thủ tục hành chính",
        "applicant.name": "tên cá nhân, tổ chức",
        "requested_by": "người đề nghị dừng",
        "reason": "lý do dừng",
        "fee_decision": "quyết định về phí, lệ phí",
    }

    number: str
    code: str
    procedure: str
    applicant: Party
    received_at: datetime | None = None
    requested_by: str
    requested_at: datetime
    stopped_at: datetime
    reason: str
    returned_papers: tuple[str, ...] = ()
    fee_decision: str
    officer: Signature


class ControlSlip(Form, frozen=True, kw_only=True):
    """Mẫu 06, Phiếu kiểm soát quá trình giải quyết hồ sơ; it exists from reception and grows by a row a hand-over.

    `original_due_at`: the date before the extension: both stay (PR-13).
    """

    OBLIGATORY: ClassVar[dict[str, str]] = {"code": "mã hồ sơ", "procedure": "tên thủ tục hành chính"}

    code: str
    procedure: str
    applicant: Party
    received_at: datetime
    due_at: datetime
    original_due_at: datetime | None = None
    provisional: bool = False
    handovers: tuple[Handover, ...] = ()


class Register(Form, frozen=True, kw_only=True):
    """Mẫu 07, Sổ theo dõi hồ sơ: one a year, with its rows in the order of their ordinals; `closed_at` when it was closed."""

    year: int
    book: int = 1
    rows: tuple[RegisterRow, ...] = ()
    closed_at: datetime | None = None
    keeper: Signature


class OutageSheet(Form, frozen=True, kw_only=True):
    """A sheet of the paper book for an outage: a line for each code allotted in advance for that `day` (DN18.1b)."""

    OBLIGATORY: ClassVar[dict[str, str]] = {"codes": "mã hồ sơ cấp trước", "settling": "cơ quan giải quyết"}

    day: str
    settling: str
    codes: tuple[str, ...]


class BlankForm(Form, frozen=True, kw_only=True):
    """The form of one version of a procedure, to fill in by hand (SL26.1)."""

    OBLIGATORY: ClassVar[dict[str, str]] = {"procedure": "tên thủ tục hành chính", "fields": "nội dung tờ khai"}

    procedure: str
    procedure_code: str
    version: int
    valid_from: str
    fields: tuple[BlankField, ...]


class ResultDocument(Form, frozen=True, kw_only=True):
    """A plain result for systems in development; it says on its face that it has no legal effect."""

    OBLIGATORY: ClassVar[dict[str, str]] = {"code": "mã hồ sơ", "procedure": "tên thủ tục hành chính"}

    number: str
    code: str
    procedure: str
    applicant: Party
    decision: str
    head: Signature


AnyForm = (
    Receipt
    | SupplementRequest
    | Refusal
    | ApologyAndExtension
    | StopNotice
    | ControlSlip
    | Register
    | OutageSheet
    | BlankForm
    | ResultDocument
)


def _reach(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a dotted path; a tuple on the way stands for each of its members."""
    if not path:
        yield value
    elif isinstance(value, tuple):
        for member in value:
            yield from _reach(member, path)
    else:
        yield from _reach(getattr(value, path[0]), path[1:])


def _moments(value: Any) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, tuple):
        for member in value:
            yield from _moments(member)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _moments(getattr(value, field))
