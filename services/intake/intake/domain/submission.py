"""What may be submitted: the published procedure, its form, its components, its channels."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from contracts.catalogue import Agency, FormField, Procedure
from contracts.dossier.parts import Attachment
from contracts.refusal import Refused
from worktime import RuleSet

CHANNEL_NAMES = {
    "counter": "trực tiếp tại bộ phận một cửa",
    "online": "trực tuyến",
    "post": "bưu chính công ích",
    "agent": "đại lý dịch vụ công",
}
_PATTERNS = {
    "id-number": (re.compile("[0-9]{9}|[0-9]{12}"), "9 hoặc 12 chữ số"),
    "phone": (re.compile(r"\+?[0-9]{9,12}"), "9–12 chữ số"),
    "email": (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), "địa chỉ thư điện tử"),
    "number": (re.compile("[0-9]+([.,][0-9]+)?"), "một số không âm"),
}


def check_channel(procedure: Procedure, channel: str, rules: RuleSet, waybill: str | None = None) -> None:
    """A channel that is not published for the procedure is refused with the published list (Đ5.1b, Đ15); post has a waybill (IN-25)."""
    if channel != "agent" and channel not in procedure.channels:
        published = ", ".join(CHANNEL_NAMES[known] for known in procedure.channels)
        raise Refused(f"Thủ tục này chỉ nhận qua: {published}.", article=rules.article("channels"), field="channel", status=422)
    if channel == "post" and not waybill:
        raise Refused("Hồ sơ qua bưu chính cần số hiệu bưu gửi.", article=rules.article("channels"), field="waybill", status=422)
    if channel != "post" and waybill:
        raise Refused("Chỉ hồ sơ qua bưu chính có số hiệu bưu gửi.", article=rules.article("channels"), field="waybill", status=422)


def choose_return(wished: str | None, receiving: str, agencies: Mapping[str, Agency], rules: RuleSet) -> str | None:
    """The one-stop at which the result is handed over (Đ22.3); None where the dossier was received there."""
    if wished is None or wished == receiving:
        return None
    if wished not in agencies or not agencies[wished].one_stop:
        raise Refused("Nơi trả kết quả không có bộ phận một cửa.", article=rules.article("return_result"), field="return_at", status=422)
    return wished


def check_source(source: str, rules: RuleSet, *, portal_intake: bool) -> None:
    """Where the rules know the National Portal alone, the province's own channel is closed, once that portal's intake is connected
    (conflict 6, IN-02)."""
    if source == "province" and portal_intake and rules.settings.online_channel == "national-portal":
        raise Refused("Nộp trực tuyến tại Cổng Dịch vụ công quốc gia.", article=rules.article("online_channel"), field="channel")


def check_account(account: str, rules: RuleSet) -> None:
    """Where the rules want the national e-ID, an account that the province registered itself files nothing (conflict 7, IN-21)."""
    if account == "own" and rules.settings.accounts == "e-id":
        why = "Chỉ nộp hồ sơ bằng tài khoản định danh điện tử."
        raise Refused(why, article=rules.article("accounts"), field="account", status=403)


def check_level(agency: Agency, field: str, rules: RuleSet) -> None:
    """Where the rules know two levels of government, no agency of a district receives or settles (conflict 12)."""
    if agency.level == "district" and rules.settings.government_levels == 2:
        why = f"{agency.name}: cấp huyện không còn tiếp nhận, giải quyết thủ tục hành chính."
        raise Refused(why, article=rules.article("government_levels"), field=field, status=422)


def check_form(procedure: Procedure, form: Mapping[str, Any], rules: RuleSet, today: date) -> None:
    """Every required field is there and reads as its kind; no field that the form does not have (IN-05)."""
    known = {field.name: field for field in procedure.form.fields}
    for name in form:
        if name not in known:
            raise Refused("Mẫu đơn không có trường này.", article=rules.article("published_only"), field=f"form.{name}", status=422)
    for field in known.values():
        _check_field(field, form.get(field.name), rules, today)


def _check_field(field: FormField, value: Any, rules: RuleSet, today: date) -> None:
    at = f"form.{field.name}"
    if value is None or (isinstance(value, str) and not value.strip()):
        if field.required:
            raise Refused(f"Thiếu trường bắt buộc: {field.label}.", article=rules.article("forms"), field=at, status=422)
        return
    if field.kind != "number" and not isinstance(value, str):
        raise Refused(f"{field.label}: cần một chuỗi ký tự.", article=rules.article("forms"), field=at, status=422)
    text = str(value)
    if field.choices and text not in field.choices:
        raise Refused(f"{field.label}: chọn một trong {', '.join(field.choices)}.", article=rules.article("forms"), field=at, status=422)
    if field.kind == "date" and not _is_date(text):
        raise Refused(f"{field.label}: cần ngày dạng YYYY-MM-DD.", article=rules.article("forms"), field=at, status=422)
    if field.past and date.fromisoformat(text) > today:
        raise Refused(f"{field.label}: không thể sau ngày nộp.", article=rules.article("forms"), field=at, status=422)
    pattern = _PATTERNS.get(field.kind)
    if pattern and not pattern[0].fullmatch(text.replace(" ", "")):
        raise Refused(f"{field.label}: cần {pattern[1]}.", article=rules.article("forms"), field=at, status=422)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_attachments(procedure: Procedure, attachments: Sequence[Attachment], rules: RuleSet) -> None:
    """Only published components, in accepted types; a plain scan is enough (IN-06, IN-19)."""
    known = {component.code: component for component in procedure.components}
    for number, attachment in enumerate(attachments):
        at = f"attachments.{number}"
        component = known.get(attachment.component)
        if component is None:
            raise Refused(
                "Thành phần này không có trong thủ tục đã công bố.",
                article=rules.article("published_only"),
                field=f"{at}.component",
                status=422,
            )
        if attachment.file.media_type not in component.accepted_media:
            accepted = ", ".join(component.accepted_media)
            raise Refused(f"{component.name}: chỉ nhận {accepted}.", article=rules.article("forms"), field=f"{at}.file", status=422)


def check_complete(procedure: Procedure, attachments: Sequence[Attachment], rules: RuleSet) -> None:
    """Online, a required component must be there at once: the answer comes in seconds instead of days."""
    given = {attachment.component for attachment in attachments}
    for component in procedure.components:
        if component.required and component.code not in given:
            raise Refused(
                f"Thiếu thành phần: {component.name} ({component.code}).", article=rules.article("forms"), field="attachments", status=422
            )


def choose_settling(
    procedure: Procedure, competent: Sequence[Agency], wished: str | None, agencies: Mapping[str, Agency], rules: RuleSet
) -> Agency:
    """The agency that settles: the wished one, or the only one competent where it was received; any one-stop may receive for it (IN-35)."""
    if wished is None:
        if len(competent) != 1:
            raise Refused(
                "Chọn cơ quan giải quyết (settling) cho hồ sơ này.", article=rules.article("anywhere"), field="settling", status=422
            )
        return competent[0]
    agency = agencies.get(wished)
    if agency is None or not any(role == agency.code or role in agency.groups for role in procedure.settling):
        raise Refused(
            "Cơ quan này không có thẩm quyền giải quyết thủ tục.", article=rules.article("anywhere"), field="settling", status=422
        )
    return agency
