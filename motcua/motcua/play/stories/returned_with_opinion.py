"""The leader sends the first draft back with an opinion; paper received after 15:00 moves the next morning (NĐ 118 Đ18.2, Đ19.3)."""

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import Tale

TITLE = "Lãnh đạo trả lại dự thảo kèm ý kiến"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("15:10")
    applicant.files_at_the_counter("1.004837")
    tale.at("15:25")
    one_stop.receives()
    last_day = tale.workday(3)
    tale.must_be_due(last_day)
    office = lead(tale)
    tale.at("16:00")
    office.assigns()
    tale.on(tale.workday(1), "07:30")
    one_stop.hands_paper_over(office.leg)
    tale.at("07:40")
    office.receives_paper()
    tale.at("10:00")
    office.drafts()
    tale.at("14:30")
    office.sends_back("Nêu rõ căn cứ cử người giám hộ và ý kiến của người thân thích.")
    tale.at("14:31")
    office.may_not_approve("Điều 19")
    tale.on(tale.workday(1), "08:30")
    office.drafts()
    tale.at("10:00")
    office.approves()
    tale.at("10:40")
    office.issues("12/QĐ-UBND")
    tale.at("16:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "early")
