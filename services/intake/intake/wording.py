"""What intake's forms and books say of a channel, a fee, the clock and a day."""

from datetime import datetime

from contracts.catalogue import Fee
from worktime import RuleSet, in_viet_nam, say_date

CHANNELS = {
    "counter": "Trực tiếp tại bộ phận một cửa",
    "online": "Trực tuyến",
    "post": "Bưu chính công ích",
    "agent": "Đại lý dịch vụ công",
}
FEES = {"phi": "phí", "le_phi": "lệ phí", None: "mức thu"}


def fee_note(fee: Fee, channel: str) -> str:
    """What the receipt says of a fee whose amount is set elsewhere: it is owed, and how much is told later."""
    if fee.when == "none" or fee.due(channel) is not None:
        return ""
    return f"{fee.note or 'Theo văn bản quy định mức thu.'} Mức thu và cách nộp do Bộ phận một cửa thông báo."


def clock_after(policy: str, rules: RuleSet) -> str:
    """What a supplement does to the settlement time: by the procedure's policy, or by the rule set (PR-09)."""
    if policy == "pause" or rules.settings.supplement_clock == "pause":
        return "Thời gian chờ bổ sung không tính vào thời gian giải quyết."
    return "Thời gian giải quyết được tính lại từ đầu kể từ khi nhận đủ hồ sơ."


def day(moment: datetime) -> str:
    """In Viet Nam."""
    return say_date(in_viet_nam(moment).date())


__all__ = ["CHANNELS", "FEES", "clock_after", "day", "fee_note"]
