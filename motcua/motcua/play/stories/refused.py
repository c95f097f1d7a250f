"""Filed online for what can no longer be had: refused with a written reason and what to do instead; form 03 says both (NĐ 118 Đ17.1c)."""

from contracts.national_status import Status
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Từ chối tiếp nhận, có phiếu từ chối"
REASON = "Giấy phép xây dựng đã hết hiệu lực trước ngày nộp hồ sơ nên không gia hạn được."
GUIDANCE = "Đề nghị làm thủ tục cấp giấy phép xây dựng mới."


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("09:00")
    applicant.files_online("1.013227")
    tale.at("10:30")
    one_stop.refuses(REASON, GUIDANCE)
    tale.at("10:35")
    one_stop.may_not_receive("Điều 17")
    tale.at("19:20")
    applicant.reads_the_refusal()
    tale.ends(Status.REFUSED, "none")
