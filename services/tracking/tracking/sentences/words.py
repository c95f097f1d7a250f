"""Words that sentences share."""

from datetime import datetime, timedelta

import worktime
from contracts.dossier.parts import Deadline

CHANNELS = {
    "counter": "trực tiếp tại bộ phận một cửa",
    "online": "trực tuyến",
    "post": "qua bưu chính công ích",
    "agent": "qua đại lý dịch vụ công",
}
NOTICES = {"system": "qua hệ thống, theo các kênh đã đăng ký", "telephone": "qua điện thoại", "in-person": "trực tiếp"}
FAULTS = {"settling": "cơ quan giải quyết", "one-stop": "bộ phận một cửa", "receiver": "cơ quan tiếp nhận"}
EXTENSION = "extension"
CAUSES = {
    "supplement-restart": "tính lại từ đầu kể từ khi nhận đủ giấy tờ bổ sung",
    "supplement-pause": "không tính thời gian chờ bổ sung",
    "obligation-pause": "không tính thời gian chờ thực hiện nghĩa vụ tài chính",
    "calendar": "lịch làm việc thay đổi",
    EXTENSION: "gia hạn trả kết quả",
    "competent-agency": "thời hạn tính từ khi cơ quan có thẩm quyền nhận được hồ sơ",
}
CAUSE_POINTS = {
    "supplement-restart": "supplement_restart",
    "supplement-pause": "supplement_pause",
    "obligation-pause": "obligation_clock",
    EXTENSION: "extension_slip",
    "competent-agency": "clock_start",
}
"""The point of the rule set behind each cause."""


def moment(when: datetime) -> str:
    """Hour, minute and date in Viet Nam."""
    return f"{worktime.in_viet_nam(when):%H:%M ngày %d/%m/%Y}"


def end(limit: datetime) -> str:
    """A limit at midnight is the end of the day before."""
    local = worktime.in_viet_nam(limit)
    return f"hết ngày {local - timedelta(minutes=1):%d/%m/%Y}" if (local.hour, local.minute) == (0, 0) else moment(limit)


def due(deadline: Deadline) -> str:
    """A due moment; of a year without an official calendar it is said to be provisional."""
    return moment(deadline.due_at) + (worktime.PROVISIONAL if deadline.provisional else "")


def moved(before: datetime, deadline: Deadline) -> str:
    """`đổi từ … thành …`; a date that was computed anew and came out the same is not said to move."""
    if before == deadline.due_at:
        return f"được tính lại, vẫn là {due(deadline)}"
    return f"đổi từ {moment(before)} thành {due(deadline)}"


def term(deadline: Deadline) -> str:
    """`05 ngày làm việc`."""
    return worktime.Term.parse(deadline.term).say()


def dong(amount: int) -> str:
    """An amount with points between thousands."""
    return f"{amount:,}".replace(",", ".") + " đồng"


def capital(words: str) -> str:
    """With a capital at its beginning."""
    return words[:1].upper() + words[1:]


def plain(words: str) -> str:
    """In the middle of a sentence: `Giải quyết hồ sơ` as `giải quyết hồ sơ`."""
    return words[:1].lower() + words[1:]
