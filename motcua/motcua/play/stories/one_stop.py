"""The receiving one-stop of a story."""

from datetime import datetime

from contracts.dossier import intake, payments, processing, results, routing
from contracts.fact import Fact
from motcua.client import Client
from motcua.play.stories.tale import Tale


class OneStop:
    """Receives, passes on, extends and returns."""

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        self.officer = self._person("one-stop")
        self.head = self._person("one-stop-head")

    def _person(self, role: str) -> Client:
        return self.tale.stage.person(role, self.tale.receiving.code)

    def _words(self, what: str) -> str:
        return f"Một cửa {self.tale.receiving.name}: {what}"

    def receives(self) -> None:
        """Accepts: code, receipt with its date; the dossier goes at once to the agencies that are due."""
        tale = self.tale
        tale.acts(self._words("tiếp nhận, cấp mã, hẹn ngày trả"), lambda: self.officer.intake.receive(tale.dossier))
        tale.received = self.officer.intake.dossier(tale.dossier)["received"]
        process = tale.received["process"]
        transferred = len(process["legs"]) if process["mode"] == "parallel" else 1
        tale.follows(*tale.by(self.officer, intake.Received), *tale.by_itself(*[routing.Transferred] * transferred))

    def passes_the_wish_on(self) -> datetime:
        """Asks the applicant, once, for what the agency needs; until when."""
        tale = self.tale
        asked = tale.acts(
            self._words("chuyển yêu cầu bổ sung của cơ quan giải quyết đến người dân"),
            lambda: self.officer.intake.pass_supplement_on(tale.dossier),
        )
        tale.follows(*tale.by(self.officer, intake.SupplementRequested))
        return datetime.fromisoformat(asked["answer_by"])

    def confirms_the_supplement(self, arrived: datetime, *moved: type[Fact]) -> None:
        """All is there; the clock counts from the arrival."""
        tale = self.tale
        tale.acts(self._words("xác nhận hồ sơ đã đủ"), lambda: self.officer.intake.confirm_supplement(tale.dossier))
        tale.follows(*tale.by(self.officer, intake.Supplemented, happened=arrived), *tale.by_itself(*moved))

    def hands_paper_over(self, leg: int) -> None:
        """Paper leaves."""
        tale = self.tale
        tale.acts(self._words("giao hồ sơ giấy"), lambda: self.officer.routing.hand_over(tale.dossier, leg, "sent"))
        tale.follows(*tale.by(self.officer, routing.HandedOver))

    def collects_the_fee(self) -> None:
        """Money at the counter."""
        tale, amount = self.tale, self.tale.received["fee"]["amount_vnd"]
        tale.acts(self._words("thu phí tại quầy"), lambda: self.officer.payments.collect(tale.dossier, "fee", amount))
        tale.follows(*tale.by(self.officer, payments.ObligationPaid))

    def extends(self) -> None:
        """Changes the date on the agency's slip."""
        tale = self.tale
        tale.acts(self._words("đổi ngày hẹn trả theo phiếu"), lambda: self.officer.processing.extend(tale.dossier))
        tale.follows(*tale.by(self.officer, processing.Extended))

    def returns_the_result(self) -> None:
        """At the counter."""
        tale = self.tale
        tale.acts(self._words("trả kết quả"), lambda: self.officer.results.give_back(tale.dossier, "counter"))
        tale.follows(*tale.by(self.officer, results.ResultReturned))

    def may_not_return(self, article: str) -> None:
        """The return is refused."""
        tale = self.tale
        tale.is_refused(self._words("trả kết quả"), article, lambda: self.officer.results.give_back(tale.dossier, "counter"))
