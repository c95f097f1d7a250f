"""The receiving one-stop of a story."""

from collections.abc import Callable
from datetime import datetime

from contracts.dossier import intake, payments, processing, results, routing
from contracts.fact import Fact
from motcua.client import Client, Json
from motcua.play.stories.applicant import Applicant
from motcua.play.stories.tale import Line, Tale
from motcua.waiting import until


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
        tale.follows(*tale.by(self.officer, intake.Received), *self._transferred())

    def refuses(self, reason: str, guidance: str) -> None:
        """Does not accept: why, and what to do instead."""
        tale = self.tale
        tale.acts(self._words(f"từ chối tiếp nhận: {reason}"), lambda: self.officer.intake.refuse(tale.dossier, reason, guidance))
        tale.follows(*tale.by(self.officer, intake.Refused))

    def may_not_receive(self, article: str) -> None:
        """The reception is refused."""
        tale = self.tale
        tale.is_refused(self._words("tiếp nhận lại hồ sơ đã từ chối"), article, lambda: self.officer.intake.receive(tale.dossier))

    def _transferred(self, happened: datetime | None = None) -> list[Line]:
        self.tale.received = self.officer.intake.dossier(self.tale.dossier)["received"]
        process = self.tale.received["process"]
        legs = len(process["legs"]) if process["mode"] == "parallel" else 1
        return self.tale.by_itself(*[routing.Transferred] * legs, happened=happened)

    # the paper book
    def keeps_codes_ready(self) -> None:
        """Codes for the next working days."""
        self.tale.tell(self._words("lấy mã cấp trước cho sổ giấy"))
        self.officer.intake.allot_codes(self.tale.receiving.code, 3)

    def declares_an_outage(self, began: datetime, ended: datetime, report: str) -> None:
        """The head says when there was no system; waits until intake has heard it."""
        tale, here = self.tale, self.tale.receiving.code
        tale.tell(self._words(f"người đứng đầu công bố sự cố từ {began:%H:%M} đến {ended:%H:%M} ngày {ended:%d/%m/%Y}"))
        code = self.head.catalogue.declare_outage(here, began.isoformat(), ended.isoformat(), "power", report)["code"]

        def heard() -> bool | None:
            known = self.officer.intake.paper_codes(here, began.date().isoformat())["outages"]
            return True if code in [outage["code"] for outage in known] else None

        until("the outage in intake", heard, tale.stage.patience)

    def enters_what_was_received(self, applicant: Applicant, procedure: str, received: datetime, reason: str, *more: type[Fact]) -> None:
        """Submission and reception at the paper's time, under the paper's code, approved by the head."""
        tale = self.tale
        tale.procedure = tale.stage.procedure(procedure)
        enter = self._entry(applicant, received, reason)
        entered = tale.acts(self._words(f"ghi bù hồ sơ nhận trên giấy lúc {received:%H:%M %d/%m/%Y}"), enter)
        tale.dossier = str(entered["id"])
        entries = tale.by(self.officer, intake.Submitted, intake.Received, happened=received)
        tale.follows(*entries, *self._transferred(received), *tale.by_itself(*more))

    def may_not_enter(self, applicant: Applicant, received: datetime, words: str, article: str) -> None:
        """A paper time that is refused."""
        self.tale.is_refused(self._words(f"ghi bù với giờ {words}"), article, self._entry(applicant, received, "Mất điện."))

    def enters_that_paper_left(self, leg: int, sent: datetime, reason: str) -> None:
        """Paper left during the outage."""
        tale, entry = self.tale, {"effective_at": sent.isoformat(), "reason": reason}
        tale.acts(
            self._words(f"ghi bù việc giao hồ sơ giấy lúc {sent:%H:%M %d/%m/%Y}"),
            lambda: self.officer.routing.hand_over(tale.dossier, leg, "sent", entry, self.head.actor),
        )
        tale.follows(*tale.by(self.officer, routing.HandedOver, happened=sent))

    def _entry(self, applicant: Applicant, received: datetime, reason: str) -> Callable[[], Json]:
        here, approver = self.tale.receiving.code, self.head.actor
        assert approver is not None
        book = self.officer.intake.paper_codes(here, received.date().isoformat())["items"]
        code = next((line["code"] for line in book if line["state"] == "allotted"), f"{here}-{received:%y%m%d}-9001")
        body = applicant.submission("counter", self.officer)
        return lambda: self.officer.intake.enter_reception(body, code, received.isoformat(), reason, approver)

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
        """Changes the date on the agency's slip; who leads has until then too."""
        tale = self.tale
        tale.acts(self._words("đổi ngày hẹn trả theo phiếu"), lambda: self.officer.processing.extend(tale.dossier))
        tale.follows(*tale.by(self.officer, processing.Extended), *tale.by_itself(routing.LegRescheduled))

    def returns_the_result(self) -> None:
        """At the counter."""
        tale = self.tale
        tale.acts(self._words("trả kết quả"), lambda: self.officer.results.give_back(tale.dossier, "counter"))
        tale.follows(*tale.by(self.officer, results.ResultReturned))

    def may_not_return(self, article: str) -> None:
        """The return is refused."""
        tale = self.tale
        tale.is_refused(self._words("trả kết quả"), article, lambda: self.officer.results.give_back(tale.dossier, "counter"))
