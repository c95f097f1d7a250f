"""Sector law of land lets the clock stand still while the applicant completes: only the working days of waiting are added."""

from contracts.dossier import processing, routing
from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Bổ sung một lần, tạm dừng thời hạn theo pháp luật chuyên ngành"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("09:00")
    applicant.files_at_the_counter("1.013833")
    tale.at("09:20")
    one_stop.receives()
    first = tale.workday(5)
    tale.must_be_due(first)
    office = lead(tale)
    tale.at("14:10")
    one_stop.hands_paper_over(office.leg)
    tale.at("15:40")
    office.receives_paper()
    tale.at("16:00")
    office.assigns()
    tale.on(tale.workday(2), "10:00")
    office.needs_a_supplement("wrong", "Tên trên giấy chứng nhận khác tên trong đơn.")
    tale.at("10:45")
    one_stop.passes_the_wish_on()
    tale.on(tale.workday(4), "09:30")
    applicant.supplements()
    tale.at("10:05")
    one_stop.confirms_the_supplement(tale.moment(tale.now.date(), "09:30"), processing.Rescheduled, routing.LegRescheduled)
    last_day = tale.workday(4, first)
    tale.must_be_due(last_day)
    tale.on(tale.workday(2), "10:00")
    office.drafts()
    tale.on(last_day, "08:30")
    office.approves()
    tale.at("11:00")
    office.issues("1120/VPĐKĐĐ")
    tale.on(tale.workday(1), "14:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "on_time")
