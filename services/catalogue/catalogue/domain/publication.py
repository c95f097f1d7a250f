"""What may be published: every element stated (CA-04), the decision's own name (CA-05, CA-10), a process inside its term (PR-19)."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import date
from typing import Any, Literal

import msgspec

from contracts.catalogue import SETTLING, Agency, Decision, Fee, Procedure, Process, ServiceLevel, in_force
from contracts.decoding import converted
from contracts.refusal import Law, Refused, damaged
from worktime.term import Term

ELEMENTS: Mapping[str, str] = {
    "name": "tên thủ tục",
    "field": "lĩnh vực",
    "process": "trình tự thực hiện",
    "channels": "cách thức thực hiện",
    "components": "thành phần hồ sơ",
    "sets": "số lượng hồ sơ",
    "term": "thời hạn giải quyết",
    "subjects": "đối tượng thực hiện",
    "settling": "cơ quan giải quyết",
    "result_types": "kết quả thực hiện",
    "fee": "phí, lệ phí",
    "form": "mẫu đơn, tờ khai",
    "conditions": "yêu cầu, điều kiện",
    "legal_basis": "căn cứ pháp lý",
    "responsibilities": "trách nhiệm của mỗi bên",
}
"""The elements no procedure is published without (SL7.2), with the words of the regulation."""

HOURS_A_DAY = 8


class NotPublishable(Exception):
    """A rule said no. `why` is Vietnamese and may be shown; `point` is what a rule set cites for it; `field` is the element at fault."""

    def __init__(self, why: str, *, point: str, field: str) -> None:
        super().__init__(f"{why} ({point})")
        self.why = why
        self.point = point
        self.field = field

    def under(self, law: Law) -> Refused:
        """The refusal to answer, with the article of those rules."""
        return Refused(self.why, article=law.article(self.point), field=self.field, status=422)


def publish(draft: Mapping[str, Any], standing: Sequence[Procedure], agencies: Iterable[Agency]) -> Procedure:
    """A draft as a record to publish beside the `standing` versions of its code. Raises `NotPublishable` for the first rule it breaks."""
    check_elements(draft)
    try:
        procedure = converted(draft, Procedure)
    except msgspec.ValidationError as broken:
        field, said = damaged(broken)
        raise NotPublishable(f"Dữ liệu thủ tục không đúng định dạng: {said}.", point="publication_elements", field=field) from None
    check_procedure(procedure, standing, agencies)
    return procedure


def check_elements(draft: Mapping[str, Any]) -> None:
    """No element missing or empty (CA-04), and a decision that announced the procedure (CA-10)."""
    for element, words in ELEMENTS.items():
        if _absent(draft.get(element)):
            raise NotPublishable(f"Thiếu {words}, không thể công khai thủ tục.", point="publication_elements", field=element)
    if _absent(draft.get("decision")):
        raise _not_announced()


def _absent(value: object) -> bool:
    return value is None or value == 0 or (isinstance(value, str) and not value.strip()) or (isinstance(value, Sized) and not len(value))


def _not_announced() -> NotPublishable:
    why = "Thủ tục chưa có quyết định công bố của Chủ tịch Ủy ban nhân dân tỉnh."
    return NotPublishable(why, point="publication_decision", field="decision")


def check_procedure(procedure: Procedure, standing: Sequence[Procedure], agencies: Iterable[Agency]) -> None:
    """Every rule for a record that has all its elements, in the order in which a person would look."""
    check_decision(procedure.name, procedure.decision)
    check_code(procedure)
    check_service_level(procedure)
    check_fee(procedure.fee)
    check_unique(procedure)
    check_process(procedure.process, shortest_term(procedure))
    check_roles(procedure, agencies)
    check_version(procedure, standing)


def check_decision(name: str, decision: Decision) -> None:
    """There is a decision (CA-10), and the name is the decision's, letter for letter (CA-05)."""
    if not decision.reference.strip():
        raise _not_announced()
    if name != decision.announced_name:
        raise NotPublishable(
            f"Tên thủ tục khác tên trong quyết định công bố: {decision.announced_name!r}.",
            point="publication_name",
            field="name",
        )


def check_code(procedure: Procedure) -> None:
    """A code is official only when it was found in a source; any other is visibly local."""
    found = procedure.code_provenance.confidence == "found"
    if procedure.official_code != found or procedure.official_code == procedure.code.startswith("MC-"):
        raise NotPublishable("Mã chưa đối chiếu được phải dùng mã nội bộ MC-.", point="publication_name", field="code")


def check_service_level(procedure: Procedure) -> None:
    """`một phần` says why (CA-29); `toàn trình` can be filed online."""
    if procedure.service_level == "một phần" and not procedure.partial_reason:
        raise NotPublishable(
            "Dịch vụ công một phần phải nêu lý do.",
            point="publication_level",
            field="partial_reason",
        )
    if procedure.service_level == "toàn trình" and "online" not in procedure.channels:
        raise NotPublishable(
            "Dịch vụ công toàn trình phải có kênh trực tuyến.",
            point="publication_level",
            field="channels",
        )


def check_fee(fee: Fee) -> None:
    """No fee means 0 đồng and nothing else; an amount set elsewhere says where."""
    if (fee.when == "none") != (fee.amount_vnd == 0 and not fee.amount_online_vnd):
        raise NotPublishable("Mức thu và thời điểm thu không khớp nhau.", point="publication_elements", field="fee")
    if fee.amount_vnd is None and not fee.note:
        raise NotPublishable("Mức thu do nơi khác quy định phải ghi rõ nơi quy định.", point="publication_elements", field="fee.note")


def check_unique(procedure: Procedure) -> None:
    """Codes of components and names of form fields occur once."""
    for field, names in (
        ("components", [component.code for component in procedure.components]),
        ("form", [field.name for field in procedure.form.fields]),
    ):
        if len(names) != len(set(names)):
            raise NotPublishable("Mã thành phần hồ sơ hoặc tên trường bị trùng.", point="publication_elements", field=field)


def check_process(process: Process, term: str) -> None:
    """Hours of the steps, terms of the legs and of consultations lie inside the procedure's term (PR-19); one leg leads."""
    check_legs(process)
    total = working_hours(term)
    legs = [working_hours(leg.term) for leg in process.legs]
    if sum(step.hours for step in process.steps) > total:
        raise NotPublishable("Tổng số giờ các bước vượt quá thời hạn giải quyết.", point="term", field="process.steps")
    if (sum(legs) if process.mode == "sequential" else max(legs)) > total:
        raise NotPublishable(
            "Thời hạn của các cơ quan vượt quá thời hạn giải quyết.",
            point="term",
            field="process.legs",
        )
    if any(working_hours(asked.term) > total for asked in process.consultations):
        raise NotPublishable("Thời hạn lấy ý kiến vượt quá thời hạn giải quyết.", point="consultation", field="process.consultations")


def check_legs(process: Process) -> None:
    """There are steps and legs; legs count from 1, the settling agency's and only it leads, and `single` has one (NĐ 118 Đ20.2)."""
    if not process.steps:
        raise NotPublishable("Thiếu các bước của trình tự thực hiện.", point="publication_elements", field="process.steps")
    orders = [leg.order for leg in process.legs]
    leads = [leg.agency_role for leg in process.legs if leg.lead]
    if orders != list(range(1, len(orders) + 1)) or leads != [SETTLING] or (process.mode == "single") != (len(orders) == 1):
        raise NotPublishable("Phân công cơ quan chủ trì, phối hợp không hợp lệ.", point="partial", field="process.legs")


def check_roles(procedure: Procedure, agencies: Iterable[Agency]) -> None:
    """Every agency or group that the procedure names exists."""
    known = {SETTLING} | {role for agency in agencies for role in (agency.code, *agency.groups)}
    process = procedure.process
    named = [*procedure.settling, *(leg.agency_role for leg in process.legs), *(asked.agency_role for asked in process.consultations)]
    for role in named:
        if role not in known:
            raise NotPublishable(f"Không có cơ quan {role} trong danh mục.", point="publication_agencies", field="settling")


def check_version(procedure: Procedure, standing: Sequence[Procedure]) -> None:
    """A published version never changes; the next one has the next number and begins later (CA-05, CA-12)."""
    for version in standing:
        if version.version == procedure.version and version != procedure:
            raise NotPublishable(
                "Phiên bản đã công khai không sửa được; hãy lập phiên bản mới.",
                point="publication_version",
                field="version",
            )
    earlier = [version for version in standing if version.version < procedure.version]
    if procedure.version != len(earlier) + 1 or any(version.valid_from >= procedure.valid_from for version in earlier):
        raise NotPublishable(
            "Phiên bản mới phải có số kế tiếp và ngày hiệu lực muộn hơn.",
            point="publication_version",
            field="version",
        )
    if procedure.valid_to is not None and procedure.valid_to < procedure.valid_from:
        raise NotPublishable("Ngày hết hiệu lực trước ngày có hiệu lực.", point="publication_version", field="valid_to")


def check_agency(agency: Agency, agencies: Iterable[Agency]) -> None:
    """An agency that ended names a successor in the catalogue (CA-01); a parent is in the catalogue too."""
    known = {other.code for other in agencies} - {agency.code}
    if agency.valid_to is not None and agency.successor not in known:
        raise NotPublishable("Cơ quan đã sáp nhập phải có cơ quan kế thừa.", point="publication_agencies", field="successor")
    if agency.parent is not None and agency.parent not in known:
        raise NotPublishable(f"Không có cơ quan cấp trên {agency.parent} trong danh mục.", point="publication_agencies", field="parent")


def shortest_term(procedure: Procedure) -> str:
    """The tightest of the procedure's terms: the process has to fit into it on every channel."""
    return min((term for term in (procedure.term, procedure.term_online) if term), key=working_hours)


def working_hours(term: str) -> int:
    """Working hours that a term surely holds. Calendar days count as the fewest weekdays they can contain (5 in 7); holidays aside."""
    parsed = Term.parse(term)
    if parsed.unit == "same-day":
        return HOURS_A_DAY
    if parsed.unit == "wh":
        return parsed.amount
    return HOURS_A_DAY * (parsed.amount if parsed.unit == "wd" else fewest_weekdays(parsed.amount))


def fewest_weekdays(days: int) -> int:
    """Of `days` consecutive calendar days, how many are Monday to Friday at the least."""
    weeks, rest = divmod(days, 7)
    return weeks * 5 + max(0, rest - 2)


def service_level_of(old: Literal[1, 2, 3, 4]) -> ServiceLevel:
    """The level that one of the former four is now (CA-02; NĐ 42/2022 Đ11.1): 4 is `toàn trình`, whatever falls short is `một phần`."""
    return "toàn trình" if old == 4 else "một phần"


def successor_of(code: str, agencies: Mapping[str, Agency], on: date) -> Agency | None:
    """The agency that stands for `code` on a date: itself while in force, then whoever took over. None for an unknown or unborn one."""
    seen: set[str] = set()
    while code in agencies and code not in seen:
        seen.add(code)
        agency = agencies[code]
        if in_force([agency], on) is not None:
            return agency
        if agency.successor is None or agency.valid_from > on:
            return None
        code = agency.successor
    return None


def current(procedures: Iterable[Procedure], on: date, *, field_code: str | None = None, agency: Agency | None = None) -> list[Procedure]:
    """The procedures in force on a date, one version of each, by code; only a field's (CA-03) or an agency's (CA-02) if asked."""
    versions: dict[str, list[Procedure]] = {}
    for procedure in procedures:
        versions.setdefault(procedure.code, []).append(procedure)
    standing = [found for code in sorted(versions) if (found := in_force(versions[code], on)) is not None]
    roles = None if agency is None else {agency.code, *agency.groups}
    return [
        procedure
        for procedure in standing
        if (field_code is None or procedure.field_code == field_code) and (roles is None or roles & set(procedure.settling))
    ]
