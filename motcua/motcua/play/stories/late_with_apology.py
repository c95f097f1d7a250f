"""Issued two working days late: the one-stop may not hand the result over before the agency's head has apologised (TQ25, NĐ 118 Đ19.6)."""

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Trả kết quả quá hạn, có phiếu xin lỗi"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("14:05")
    applicant.files_at_the_counter("1.010833")
    tale.at("14:20")
    one_stop.receives()
    last_day = tale.workday(3)
    tale.must_be_due(last_day)
    office = lead(tale)
    tale.at("14:40")
    one_stop.hands_paper_over(office.leg)
    tale.at("14:45")
    office.receives_paper()
    tale.on(tale.workday(1), "08:00")
    office.assigns()
    tale.on(tale.workday(1, last_day), "10:00")
    tale.must_stand(Status.PROCESSING, "late")
    office.drafts()
    tale.on(tale.workday(1), "09:30")
    office.approves()
    tale.at("10:15")
    office.issues("17/GXN-UBND")
    tale.must_stand(Status.FINISHED, "late")
    tale.at("14:00")
    one_stop.may_not_return("Điều 25")
    tale.at("14:30")
    office.apologises("Hồ sơ gốc lưu ở kho huyện cũ nên tìm lâu hơn dự kiến.", applicant.name, state="Đã có kết quả, chờ trả")
    tale.at("15:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "late")
