"""Nobody completes: after fifteen calendar days the one-stop closes the dossier at its first working minute, with notice (NĐ 118 Đ19.5)."""

from datetime import timedelta

from contracts.dossier import intake
from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import DAY, Tale

TITLE = "Đóng hồ sơ sau 15 ngày không bổ sung"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("13:40")
    applicant.files_at_the_counter("1.001731")
    tale.at("13:55")
    one_stop.receives()
    office = lead(tale)
    tale.at("14:05")
    one_stop.hands_paper_over(office.leg)
    tale.at("14:10")
    office.receives_paper()
    tale.at("14:30")
    office.assigns()
    tale.on(tale.workday(1), "10:00")
    office.needs_a_supplement("missing", "Thiếu giấy tờ chứng minh người lo mai táng.")
    tale.at("10:30")
    until = one_stop.passes_the_wish_on()
    last_day = tale.now.date() + timedelta(days=15)
    while not tale.calendar.is_working(last_day):
        last_day += DAY
    assert (until - timedelta(minutes=1)).date() == last_day, until
    tale.on(last_day, "23:55")
    tale.must_stand(Status.SUPPLEMENT, "open")
    tale.on(tale.workday(1), "06:59")
    tale.must_stand(Status.SUPPLEMENT, "open")
    tale.at("07:00")
    tale.tell("Hết 15 ngày mà không ai bổ sung: hệ thống đóng hồ sơ")
    tale.follows(*tale.by_itself(intake.Closed))
    tale.ends(Status.STOPPED, "none")
