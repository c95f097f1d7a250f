"""The applicant withdraws after reception; the holder answers, the dossier stops, and no result can follow (NĐ 118 Đ21)."""

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Người dân rút hồ sơ"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("10:15")
    applicant.files_online("1.001266")
    tale.at("11:05")
    one_stop.receives()
    office = lead(tale)
    tale.at("14:00")
    office.assigns()
    tale.on(tale.workday(1), "08:10")
    office.drafts()
    tale.at("08:50")
    applicant.asks_to_withdraw("Tôi tiếp tục kinh doanh, không chấm dứt nữa.")
    tale.must_stand(Status.WITHDRAWING, "open")
    tale.at("09:00")
    office.may_not_approve("Điều 21")
    tale.at("09:40")
    office.grants_the_withdrawal()
    tale.ends(Status.STOPPED, "none")
