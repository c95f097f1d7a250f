"""An asked agency lets its deadline pass: the head of the one-stop is told once, and the settlement clock never stops (NĐ 118 Đ19.4)."""

from contracts.dossier import routing
from contracts.national_status import Status
from motcua.play.stories.agency import Office, lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Lấy ý kiến, cơ quan được hỏi trả lời chậm"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("08:00")
    applicant.files_online("2.000424")
    tale.at("08:50")
    one_stop.receives()
    last_day = tale.workday(10)
    tale.must_be_due(last_day)
    office, asked = lead(tale), Office(tale, 0, "H60.STP")
    tale.at("09:30")
    office.assigns()
    tale.on(tale.workday(1), "14:00")
    reply_by = tale.moment(tale.workday(3), "17:00")
    number = office.consults(asked, "Đề nghị cho ý kiến về mức hỗ trợ cho hòa giải viên.", reply_by)
    tale.on(reply_by.date(), "17:00")
    tale.must_stand(Status.PROCESSING, "open")
    tale.at("17:01")
    tale.must_stand(Status.PROCESSING, "open")
    tale.on(tale.workday(1), "07:00")
    tale.tell("Hết thời hạn trả lời: đầu giờ làm việc, hệ thống báo người đứng đầu bộ phận một cửa")
    tale.follows(*tale.by_itself(routing.ConsultationLate))
    tale.on(tale.workday(1), "10:30")
    asked.answers(number, "Thống nhất mức hỗ trợ.")
    tale.must_be_due(last_day)
    tale.on(tale.workday(1), "09:00")
    office.drafts()
    tale.at("15:20")
    office.approves()
    tale.at("16:30")
    office.issues("96/QĐ-UBND")
    tale.on(tale.workday(1), "08:40")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "early")
