"""One supplement in processing: the whole term runs again from the arrival of the last paper (NĐ 118 Đ19.5)."""

from contracts.dossier import processing, routing
from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Bổ sung một lần, tính lại thời hạn từ đầu"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("08:30")
    applicant.files_online("1.004884")
    tale.at("09:15")
    one_stop.receives()
    tale.must_be_due(tale.workday(5))
    office = lead(tale)
    tale.at("10:00")
    office.assigns()
    tale.on(tale.workday(2), "15:00")
    office.needs_a_supplement("illegible", "Bản chụp mờ, không đọc được số hiệu.")
    tale.at("16:10")
    one_stop.passes_the_wish_on()
    tale.must_stand(Status.SUPPLEMENT, "open")
    tale.on(tale.workday(6), "20:40")
    tale.must_stand(Status.SUPPLEMENT, "open")
    applicant.supplements()
    arrived = tale.now
    tale.on(tale.workday(1), "08:20")
    one_stop.confirms_the_supplement(arrived, processing.Rescheduled, routing.LegRescheduled)
    last_day = tale.workday(5, arrived.date())
    tale.must_be_due(last_day)
    tale.on(tale.workday(2), "10:00")
    office.drafts()
    tale.at("15:00")
    office.approves()
    tale.at("16:00")
    office.issues("05/TLKS")
    tale.on(tale.workday(1), "08:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "early")
