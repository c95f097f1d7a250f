"""One dossier's life, from its filing to its end."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

from contracts.dossier import intake, payments, processing, results, routing
from contracts.fact import Fact
from contracts.national_status import Status
from motcua.client import Client, Json, Problem
from motcua.play.ledger import Entry, Ledger
from motcua.play.office import Office
from motcua.play.paper import paper, pdf
from motcua.play.people import form_of, full_name
from motcua.play.plan import Life
from motcua.waiting import NotInTime, accepted

T = TypeVar("T")
Episodes = Mapping[str, Callable[["Player", Office, int], bool]]


def machine_time() -> datetime:
    return datetime.now(UTC)


class Player:
    """Plays one life. `patience`: seconds within which a service must have heard what another did."""

    def __init__(
        self,
        client: Client,
        life: Life,
        ledger: Ledger,
        patience: float,
        another_agency: str,
        episodes: "Episodes",
        now: Callable[[], datetime] = machine_time,
    ) -> None:
        self.client, self.life, self.ledger, self.patience = client, life, ledger, patience
        self.another_agency, self.episodes, self.now = another_agency, episodes, now
        self.dice = random.Random(life.seed)
        self.receiving = Office(client, life.receiving.code)
        self.applicant = client.acting(f"citizen-{life.seed:08x}-{life.number}", "citizen")
        self.dossier = ""
        self.to_pay: Json | None = None
        self.received: Json = {}

    def play(self) -> None:
        """Play to the end; what goes wrong is written into the ledger."""
        try:
            self._file()
            if self._gate():
                self._receive()
                self._settle()
        except (Problem, NotInTime) as why:
            self.ledger.failed(self.dossier, f"{self.life.kind}, {self.life.procedure.code}: {why}")

    def note(self, *facts: type[Fact], status: Status | None = None) -> None:
        self.ledger.add(self.dossier, *facts, status=status)

    def accepted(self, what: str, act: Callable[[], T]) -> T:
        """The answer of a command that the flow has to reach first: asked again while the service has not heard of what came before."""
        return accepted(what, act, self.patience)

    # at the gate
    def _file(self) -> None:
        life = self.life
        filer = self.applicant if life.channel == "online" else self.receiving.one_stop
        attachments = [
            {"component": part.code, "file": filer.intake.upload(paper(part.accepted_media, self.dice)), "copy_of": "electronic"}
            for part in life.procedure.components
            if part.required
        ]
        submission: Json = {
            "procedure": life.procedure.code,
            "channel": life.channel,
            "receiving": life.receiving.code,
            "settling": life.settling,
            "form": form_of(life.procedure, self.dice),
            "attachments": attachments,
            "return_channel": "counter",
        }
        if life.channel != "online":
            submission["applicant"] = self.applicant.actor.subject if self.applicant.actor else None
        filed = filer.intake.submit(submission)
        self.dossier, self.to_pay = str(filed["id"]), filed.get("to_pay")
        self.ledger.open(self.dossier, Entry(life.number, life.kind, receiving=life.receiving.code))
        self.note(intake.Submitted, status=Status.REGISTERED)

    def _gate(self) -> bool:
        """Until reception; False when the life ends here."""
        match self.life.kind:
            case "refusal":
                self.receiving.one_stop.intake.refuse(self.dossier, "Hồ sơ không thuộc thẩm quyền giải quyết.")
                self.note(intake.Refused, status=Status.REFUSED)
                return False
            case "withdrawn":
                self.applicant.intake.request_stop(self.dossier, "stop", "Tôi xin rút hồ sơ.")
                self.note(intake.StopRequested, intake.Closed, status=Status.STOPPED)
                return False
            case "gate-supplement":
                self.receiving.one_stop.intake.request_supplement(self.dossier, [self._defect()])
                self.note(intake.SupplementRequested, status=Status.SUPPLEMENT)
                self.amend()
                self.note(intake.Supplemented, status=Status.REGISTERED)
        return True

    def _defect(self) -> Json:
        return {"component": self.life.procedure.components[0].code, "defect": "illegible", "reason": "Bản chụp mờ, không đọc được."}

    def amend(self) -> None:
        """The applicant sends the wanted paper anew, and the one-stop confirms that all is there."""
        part = self.life.procedure.components[0]
        file = self.applicant.intake.upload(paper(part.accepted_media, self.dice))
        self.applicant.intake.amend(self.dossier, attachments=[{"component": part.code, "file": file, "copy_of": "electronic"}])
        self.note(intake.Amended)
        self.receiving.one_stop.intake.confirm_supplement(self.dossier)

    def _receive(self) -> None:
        prepaid = self.to_pay
        if prepaid:
            self.pay(prepaid["obligation"], prepaid["amount_vnd"])
        self.accepted("reception", lambda: self.receiving.one_stop.intake.receive(self.dossier))
        self.received = self.receiving.one_stop.intake.dossier(self.dossier)["received"]
        legs = self.received["process"]["legs"]
        self.note(intake.Received, *[routing.Transferred for _ in legs], status=Status.PROCESSING)
        fee = self.received.get("fee")
        if fee and fee["amount_vnd"] > 0 and not prepaid:
            self.pay("fee", fee["amount_vnd"])

    def pay(self, obligation: str, amount_vnd: int) -> None:
        """The bank tells payments that the money came."""
        notice = {
            "obligation": obligation,
            "dossier": self.dossier,
            "amount_vnd": amount_vnd,
            "voucher": f"NH{uuid4().int % 10**12:012}",  # a bank gives a number once; the dice fall alike in every play of a seed
            "succeeded_at": self.now().isoformat(),
        }
        bank = self.client.acting("bank-simulator", "bank", agencies=("*",))
        self.accepted(f"payment of {obligation}", lambda: bank.payments.bank_notice(notice))
        self.note(payments.ObligationPaid)

    # at the agencies
    def _settle(self) -> None:
        legs = sorted(self.received["process"]["legs"], key=lambda leg: (leg["lead"], leg["leg"]))
        for leg in legs[:-1]:
            self._co_ordinate(Office(self.client, leg["agency"]), leg["leg"])
        lead, number = Office(self.client, legs[-1]["agency"]), legs[-1]["leg"]
        self.assign(lead, number)
        episode = self.episodes.get(self.life.kind)
        if episode is not None and not episode(self, lead, number):
            return
        self._decide(lead, number)
        self._finish(Office(self.client, self.received["settling"]))

    def assign(self, office: Office, leg: int) -> None:
        self.accepted(f"transfer of leg {leg}", lambda: office.head.processing.assign(self.dossier, leg, office.specialist_id))
        self.note(processing.Assigned)

    def _co_ordinate(self, office: Office, leg: int) -> None:
        self.assign(office, leg)
        file = office.specialist.processing.upload(pdf(self.dice))
        self.accepted("partial result", lambda: office.specialist.processing.partial_result(self.dossier, leg, file))
        self.note(processing.StepCompleted)

    def draft(self, office: Office, leg: int) -> None:
        """The specialist sends a draft up."""
        file = office.specialist.processing.upload(pdf(self.dice))
        self.accepted("draft", lambda: office.specialist.processing.draft(self.dossier, leg, file))
        self.note(processing.DraftSubmitted)

    def _decide(self, office: Office, leg: int) -> None:
        self.draft(office, leg)
        if self.life.kind == "declined":
            why = "Hồ sơ không đủ điều kiện giải quyết theo quy định."
            self.accepted("decision", lambda: office.leader.processing.decline(self.dossier, leg, why))
            self.note(processing.Declined)
        else:
            self.accepted("approval", lambda: office.leader.processing.approve(self.dossier, leg))
            self.note(processing.Approved)

    def _finish(self, settling: Office) -> None:
        file = settling.clerk.results.upload(pdf(self.dice))
        number = f"{self.life.number}/{self.dice.randrange(10**6):06}"
        self.accepted("decision at the clerk's", lambda: settling.clerk.results.issue(self.dossier, number, file))
        self.note(results.ResultIssued, status=Status.FINISHED)
        self.accepted("fee at the one-stop", self._give_back)
        self.note(results.ResultReturned, status=Status.RETURNED)

    def _give_back(self) -> Json:
        return self.receiving.one_stop.results.give_back(self.dossier, "counter", originals_compared=True)

    @property
    def applicant_name(self) -> str:
        return full_name(self.dice)
