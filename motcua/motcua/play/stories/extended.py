"""A slip one working day before the due date moves it once, by at most a third; both dates stay (NĐ 118 Đ19.6, TQ25.2)."""

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Gia hạn một lần, trả đúng hạn mới"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("10:00")
    applicant.files_online("1.014027")
    tale.at("11:00")
    one_stop.receives()
    first = tale.workday(10)
    tale.must_be_due(first)
    office = lead(tale)
    tale.on(tale.workday(1), "08:15")
    office.assigns()
    tale.on(tale.workday(8), "09:00")
    new = tale.workday(3, first)
    assert office.legal_dates() == [tale.workday(number, first) for number in (1, 2, 3)]
    office.apologises("Phải xác minh thêm quá trình đóng bảo hiểm xã hội.", applicant.name, new)
    tale.at("10:30")
    one_stop.extends()
    tale.must_be_due(new)
    tale.on(tale.workday(2, first), "15:00")
    office.drafts()
    tale.on(new, "08:30")
    office.approves()
    tale.at("14:00")
    office.issues("208/QĐ-UBND")
    tale.must_stand(Status.FINISHED, "on_time")
    tale.on(tale.workday(1), "09:10")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "on_time")
