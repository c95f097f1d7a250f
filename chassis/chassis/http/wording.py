"""What a caller is told of a body that does not fit, in Vietnamese."""

from collections.abc import Mapping
from typing import Any

from contracts.moment import FIRST_YEAR, LAST_YEAR
from worktime import SAID_YEARS

NOT_JSON = "Nội dung không phải JSON hợp lệ (lỗi ở ký tự {pos})."
NOT_READ = "Nội dung không đọc được: cần JSON mã UTF-8, không lồng nhau quá sâu, không có số quá dài."
ONLY_FORM = "Tệp được gửi ở trường file của biểu mẫu (Content-Type: multipart/form-data)."
ONLY_JSON = "Nội dung phải là JSON (Content-Type: application/json)."
OTHERWISE = "Giá trị không hợp lệ."
SAID = {
    "missing": "Thiếu nội dung bắt buộc này.",
    "extra_forbidden": "Không có trường này.",
    "string_type": "Cần một chuỗi ký tự.",
    "string_too_short": "Không được để trống; cần ít nhất {min_length} ký tự.",
    "string_too_long": "Quá dài; nhiều nhất {max_length} ký tự.",
    "string_unicode": "Có ký tự không đọc được.",
    "unseen_characters": "Có ký tự điều khiển hoặc ký tự đảo chiều chữ; xin bỏ các ký tự đó.",
    "unreadable": "Không được để trống.",
    "personal_number": "Không ghi số điện thoại, số giấy tờ tùy thân hay thư điện tử của một người vào đây.",
    "pseudonym": "Cần mã giả danh của người này, không phải số điện thoại, số giấy tờ hay thư điện tử.",
    "form_value": "Cần một chuỗi ký tự, một số, true, false hoặc null.",
    "string_pattern_mismatch": "Không đúng dạng {pattern}.",
    "too_short": "Cần ít nhất {min_length} mục.",
    "too_long": "Nhiều nhất {max_length} mục.",
    "literal_error": "Chọn một trong: {expected}.",
    "enum": "Chọn một trong: {expected}.",
    "int_type": "Cần một số nguyên.",
    "int_parsing": "Cần một số nguyên.",
    "int_from_float": "Cần một số nguyên.",
    "float_type": "Cần một số.",
    "float_parsing": "Cần một số.",
    "finite_number": "Cần một số hữu hạn.",
    "bool_type": "Cần true hoặc false.",
    "bool_parsing": "Cần true hoặc false.",
    "greater_than": "Phải lớn hơn {gt}.",
    "greater_than_equal": "Phải từ {ge} trở lên.",
    "less_than": "Phải nhỏ hơn {lt}.",
    "less_than_equal": "Nhiều nhất là {le}.",
    "uuid_type": "Cần một mã UUID.",
    "uuid_parsing": "Cần một mã UUID.",
    "date_type": "Cần một ngày dạng YYYY-MM-DD.",
    "date_parsing": "Cần một ngày dạng YYYY-MM-DD.",
    "date_from_datetime_parsing": "Cần một ngày dạng YYYY-MM-DD.",
    "datetime_type": "Cần một thời điểm, ví dụ 2026-04-24T16:10:00+07:00.",
    "datetime_parsing": "Cần một thời điểm, ví dụ 2026-04-24T16:10:00+07:00.",
    "datetime_from_date_parsing": "Cần một thời điểm, ví dụ 2026-04-24T16:10:00+07:00.",
    "datetime_years": f"Thời điểm phải ở trong các năm {FIRST_YEAR} đến {LAST_YEAR}.",
    "datetime_calendars": f"Thời điểm phải ở trong {SAID_YEARS}.",
    "timezone_aware": "Thời điểm phải kèm múi giờ, ví dụ +07:00.",
    "list_type": "Cần một danh sách.",
    "dict_type": "Cần một đối tượng JSON.",
    "model_type": "Cần một đối tượng JSON.",
    "model_attributes_type": "Cần một đối tượng JSON.",
}
"""By pydantic's name of the error."""
SHAPES = {
    r"\S": "Không được để trống.",
    r"^[0-9A-Za-z.\-]+$": "Chỉ nhận chữ cái không dấu, chữ số, dấu chấm và gạch nối.",
    r"^[0-9A-Za-z._:\-]+$": "Chỉ nhận chữ cái không dấu, chữ số, dấu chấm, gạch dưới, hai chấm và gạch nối.",
    r"^[0-9A-Za-z./_\-]+$": "Chỉ nhận chữ cái không dấu, chữ số, dấu chấm, gạch chéo, gạch dưới và gạch nối.",
    r"^[0-9A-Za-zĐđ./\-]+$": "Chỉ nhận chữ cái, chữ số, dấu chấm, gạch chéo và gạch nối.",
    r"^[0-9A-Za-zÀ-ỹ./\-]+$": "Chỉ nhận chữ cái, chữ số, dấu chấm, gạch chéo và gạch nối.",
    r"^[0-9A-Z\-]*[0-9][0-9A-Z\-]*$": "Cần số hiệu bưu gửi, như EA123456789VN.",
    r"^[0-9a-f]{64}$": "Cần mã băm SHA-256: 64 chữ số thập lục phân.",
}
"""What a pattern asks for, in words."""


def say(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence for one error; `context` is what pydantic knows of it."""
    if kind == "string_pattern_mismatch" and context.get("pattern") in SHAPES:
        return SHAPES[context["pattern"]]
    try:
        told = {name: value.replace("' or '", "' hoặc '") if isinstance(value, str) else value for name, value in context.items()}
        return SAID.get(kind, OTHERWISE).format(**told)
    except (KeyError, IndexError):
        return OTHERWISE
