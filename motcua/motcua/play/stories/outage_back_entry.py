"""The power failed: received on paper under a code allotted in advance, entered next day with both times and a second person (DN18.1b)."""

from datetime import timedelta

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Mất điện, nhận trên giấy, ghi bù ngày hôm sau"
REASON = "Mất điện toàn xã từ 08:00 đến 15:30; nhận theo sổ giấy."


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.procedure = tale.stage.procedure("1.001731")
    tale.begins("16:00")
    one_stop.keeps_codes_ready()
    day = tale.workday(1)
    began, received, ended = (tale.moment(day, hour) for hour in ("08:00", "09:40", "15:30"))
    tale.on(tale.workday(2), "07:30")
    one_stop.declares_an_outage(began, ended, "05/BB-SC")
    one_stop.may_not_enter(applicant, began - timedelta(minutes=1), "trước khi có sự cố", "Điều 11")
    one_stop.may_not_enter(applicant, tale.now + timedelta(hours=1), "ở tương lai", "Điều 11")
    tale.at("07:45")
    one_stop.enters_what_was_received(applicant, "1.001731", received, REASON)
    last_day = tale.workday(5, day)
    tale.must_be_due(last_day)
    office = lead(tale)
    tale.at("08:00")
    one_stop.enters_that_paper_left(office.leg, tale.moment(day, "14:00"), REASON)
    tale.at("08:05")
    office.enters_that_paper_came(tale.moment(day, "14:10"), REASON)
    tale.at("08:30")
    office.assigns()
    tale.on(tale.workday(2), "10:00")
    office.drafts()
    tale.on(last_day, "09:00")
    office.approves()
    tale.at("10:30")
    office.issues("61/QĐ-UBND")
    tale.at("15:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "on_time")
