"""An agency that holds a leg of a story's dossier."""

from datetime import date, datetime

from contracts.dossier import processing, results, routing
from motcua.client import Client, Json
from motcua.play.paper import pdf
from motcua.play.stories.tale import Tale


class Office:
    """The persons of one agency, working on one leg."""

    def __init__(self, tale: Tale, leg: int, agency: str) -> None:
        self.tale, self.leg, self.agency = tale, leg, agency
        self.name = tale.stage.agencies[agency].name if agency in tale.stage.agencies else agency
        self.head, self.specialist, self.leader, self.clerk = (
            self._person(role) for role in ("department-head", "specialist", "leader", "clerk")
        )

    def _person(self, role: str) -> Client:
        return self.tale.stage.person(role, self.agency)

    def assigns(self) -> None:
        """The head gives the leg to the specialist."""
        tale, who = self.tale, self.specialist.actor
        assert who is not None
        tale.acts(
            f"Trưởng phòng, {self.name}: phân công chuyên viên",
            lambda: self.head.processing.assign(tale.dossier, self.leg, who.subject),
        )
        tale.follows(*tale.by(self.head, processing.Assigned))

    def receives_paper(self) -> None:
        """Paper arrives."""
        tale = self.tale
        tale.acts(f"{self.name}: nhận hồ sơ giấy", lambda: self.specialist.routing.hand_over(tale.dossier, self.leg, "received"))
        tale.follows(*tale.by(self.specialist, routing.HandedOver))

    def enters_that_paper_came(self, received: datetime, reason: str) -> None:
        """Paper arrived during the outage; the leader approves the entry."""
        tale, entry = self.tale, {"effective_at": received.isoformat(), "reason": reason}
        tale.acts(
            f"{self.name}: ghi bù việc nhận hồ sơ giấy lúc {received:%H:%M %d/%m/%Y}",
            lambda: self.specialist.routing.hand_over(tale.dossier, self.leg, "received", entry, self.leader.actor),
        )
        tale.follows(*tale.by(self.specialist, routing.HandedOver, happened=received))

    def ends_its_part(self) -> None:
        """A co-ordinating agency sends its partial result."""
        tale, file = self.tale, self.specialist.processing.upload(pdf(self.tale.dice))
        tale.acts(
            f"Chuyên viên, {self.name}: gửi kết quả phối hợp",
            lambda: self.specialist.processing.partial_result(tale.dossier, self.leg, file),
        )
        tale.follows(*tale.by(self.specialist, processing.StepCompleted))

    def needs_a_supplement(self, defect: str, why: str) -> None:
        """The leader signs the wish for the first component."""
        tale, component = self.tale, self.tale.procedure.components[0]
        items = [{"component": component.code, "defect": defect, "reason": why}]
        tale.acts(
            f"Lãnh đạo {self.name}: ký đề nghị bổ sung {component.name}",
            lambda: self.leader.processing.need_supplement(tale.dossier, self.leg, items, why),
        )
        tale.follows(*tale.by(self.leader, processing.SupplementNeeded))

    def consults(self, asked: "Office", question: str, reply_by: datetime) -> int:
        """Asks another agency; the number of the consultation."""
        tale = self.tale
        answer = tale.acts(
            f"Chuyên viên, {self.name}: lấy ý kiến {asked.name}",
            lambda: self.specialist.routing.consult(tale.dossier, self.agency, asked.agency, question, reply_by.isoformat()),
        )
        tale.follows(*tale.by(self.specialist, routing.ConsultationRequested))
        return int(answer["consultation"])

    def answers(self, consultation: int, opinion: str) -> None:
        """The asked agency's opinion."""
        tale = self.tale
        tale.acts(
            f"Chuyên viên, {self.name}: trả lời ý kiến",
            lambda: self.specialist.routing.answer_consultation(tale.dossier, consultation, opinion),
        )
        tale.follows(*tale.by(self.specialist, routing.ConsultationAnswered))

    def drafts(self) -> None:
        """The specialist sends a draft up."""
        tale, file = self.tale, self.specialist.processing.upload(pdf(self.tale.dice))
        tale.acts(
            f"Chuyên viên, {self.name}: trình dự thảo kết quả", lambda: self.specialist.processing.draft(tale.dossier, self.leg, file)
        )
        tale.follows(*tale.by(self.specialist, processing.DraftSubmitted))

    def sends_back(self, opinion: str) -> None:
        """The leader returns the draft with an opinion."""
        tale = self.tale
        tale.acts(
            f"Lãnh đạo {self.name}: trả lại dự thảo, ý kiến: {opinion}",
            lambda: self.leader.processing.return_draft(tale.dossier, self.leg, opinion),
        )
        tale.follows(*tale.by(self.leader, processing.DraftReturned))

    def approves(self) -> None:
        """The leader approves."""
        tale = self.tale
        tale.acts(f"Lãnh đạo {self.name}: phê duyệt", lambda: self.leader.processing.approve(tale.dossier, self.leg))
        tale.follows(*tale.by(self.leader, processing.Approved))

    def may_not_approve(self, article: str) -> None:
        """The approval is refused."""
        tale = self.tale
        tale.is_refused(f"Lãnh đạo {self.name}: phê duyệt", article, lambda: self.leader.processing.approve(tale.dossier, self.leg))

    def issues(self, number: str) -> None:
        """The clerk numbers, signs and issues."""
        tale, file = self.tale, self.clerk.results.upload(pdf(self.tale.dice))
        words = f"Văn thư {self.name}: phát hành kết quả số {number}"
        answer = tale.acts(words, lambda: self.clerk.results.issue(tale.dossier, number, file))
        announced = [results.EarlyReturnAnnounced] if answer["announced"] else []
        tale.follows(*tale.by(self.clerk, results.ResultIssued, *announced))

    def apologises(self, reason: str, applicant: str, new_date: date | None = None, state: str = "Đang thẩm định") -> None:
        """Form 04 with how far the dossier has come, and with a new date where one is proposed."""
        tale, letter = self.tale, self._letter(reason, applicant, new_date) | {"state": state}
        proposal = f" và đề nghị gia hạn đến {new_date:%d/%m/%Y}" if new_date else ""
        tale.acts(f"Lãnh đạo {self.name}: ký phiếu xin lỗi{proposal}", lambda: self.leader.processing.apologise(tale.dossier, letter))
        proposed = [processing.ExtensionProposed] if new_date else []
        tale.follows(*tale.by(self.leader, processing.Apologised, *proposed))

    def _letter(self, reason: str, applicant: str, new_date: date | None) -> Json:
        letter: Json = {
            "fault": "settling",
            "name": applicant,
            "dossier_type": self.tale.procedure.name[:200],
            "receipt_number": self.tale.received["code"],
            "reason": reason,
        }
        return letter | ({"new_date": new_date.isoformat()} if new_date else {})

    def legal_dates(self) -> list[date]:
        """The dates to which the due date may be moved."""
        offered = self.leader.processing.extension_dates(self.tale.dossier)["dates"]
        return [date.fromisoformat(day) for day in offered]

    def grants_the_withdrawal(self) -> None:
        """The holder stops the dossier."""
        tale = self.tale
        tale.acts(f"Lãnh đạo {self.name}: đồng ý dừng giải quyết", lambda: self.leader.processing.answer_stop(tale.dossier, True))
        tale.follows(*tale.by(self.leader, processing.Stopped))


def lead(tale: Tale) -> Office:
    """The agency that answers for the whole."""
    leg = next(leg for leg in tale.received["process"]["legs"] if leg["lead"])
    return Office(tale, leg["leg"], leg["agency"])


def co_ordinating(tale: Tale) -> list[Office]:
    """The agencies that take part."""
    return [Office(tale, leg["leg"], leg["agency"]) for leg in tale.received["process"]["legs"] if not leg["lead"]]
