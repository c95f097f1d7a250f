"""Filed online in the morning, received within two hours, settled on its last day, collected two working days later."""

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Trả kết quả đúng hạn"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("08:10")
    applicant.files_online("1.013227")
    tale.at("09:45")
    one_stop.receives()
    last_day = tale.workday(5)
    tale.must_be_due(last_day)
    office = lead(tale)
    tale.at("10:20")
    office.assigns()
    tale.on(tale.workday(3), "15:30")
    office.drafts()
    tale.on(last_day, "09:00")
    office.approves()
    tale.at("16:40")
    office.issues("41/GPXD-GH")
    tale.must_stand(Status.FINISHED, "on_time")
    tale.on(tale.workday(2), "08:30")
    one_stop.collects_the_fee()
    tale.at("08:35")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "on_time")
