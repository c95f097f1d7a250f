"""Interlinked: the e-dossier goes to every agency at once; the lead may decide only when all have sent their part (NĐ 118 Đ20.2)."""

from contracts.national_status import Status
from motcua.play.stories.agency import co_ordinating, lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Nhiều cơ quan cùng giải quyết song song"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("08:20")
    applicant.files_online("2.000986")
    tale.at("09:05")
    one_stop.receives()
    last_day = tale.workday(4)
    tale.must_be_due(last_day)
    office, others = lead(tale), co_ordinating(tale)
    tale.at("09:40")
    for each in (office, *others):
        each.assigns()
    tale.on(tale.workday(1), "14:15")
    others[0].ends_its_part()
    tale.on(tale.workday(1), "08:45")
    office.drafts()
    office.may_not_approve("Điều 22")
    tale.at("16:20")
    others[1].ends_its_part()
    tale.on(tale.workday(1), "09:00")
    office.approves()
    tale.at("10:10")
    office.issues("33/KS-LT")
    tale.on(last_day, "15:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "early")
