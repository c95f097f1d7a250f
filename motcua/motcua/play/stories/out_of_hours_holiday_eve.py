"""Filed online in the evening before a public holiday: the eight working hours begin at the first opening after it (Đ17.2c; DN12.1a)."""

from datetime import date, datetime

from contracts.national_status import Status
from motcua.play.stories.agency import lead
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.one_stop import OneStop
from motcua.play.stories.tale import DAY, NotAsTold, Tale

TITLE = "Nộp ngoài giờ, tối trước ngày nghỉ lễ"
WEEKLY_REST = "nghỉ hằng tuần"


def tell(tale: Tale) -> None:
    applicant, one_stop = Applicant(tale), OneStop(tale)
    tale.begins("20:15", lambda day: _is_eve(tale, day))
    applicant.files_online("1.004873")
    opening = tale.workday(1)
    gate = datetime.fromisoformat(tale.stage.client.intake.dossier(tale.dossier)["gate_due_at"])
    if gate != tale.moment(opening, "17:00"):
        raise NotAsTold(f"the gate is due {gate} instead of the end of {opening}")
    tale.on(opening, "08:05")
    one_stop.receives()
    last_day = tale.workday(3)
    tale.must_be_due(last_day)
    office = lead(tale)
    tale.at("08:40")
    office.assigns()
    tale.at("15:00")
    office.drafts()
    tale.on(tale.workday(1), "09:00")
    office.approves()
    tale.at("09:30")
    office.issues("77/XN-TTHN")
    tale.on(tale.workday(1), "10:00")
    one_stop.returns_the_result()
    tale.ends(Status.RETURNED, "early")


def _is_eve(tale: Tale, day: date) -> bool:
    """A named day off follows before the next working day."""
    following = day + DAY
    while not tale.calendar.is_working(following):
        note = tale.calendar.note(following.toordinal())
        if note is not None and note.name != WEEKLY_REST:
            return True
        following += DAY
    return False
