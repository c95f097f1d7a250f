"""What people do with one dossier, as a generator: each `yield` says how long until the next act, in minutes of their office's time."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from motcua.client import Json, Problem
from motcua.play.consulting import reply_by
from motcua.play.people import form_of
from simulation.people import People

Acts = Iterator[float]
Decision = Generator[float, None, bool]
"""Acts, and whether the life goes on."""
REPLY_WITHIN = timedelta(hours=30)
PAPER = b"%PDF-1.4 simulated paper %%EOF"
PICTURE = b"\x89PNG\r\n\x1a\n simulated picture"


@dataclass
class Life(People):
    """All that happens to one dossier. `ended`: nothing more does."""

    ended: bool = False

    def play(self) -> Acts:
        """The whole life."""
        yield from self._filed()
        if (yield from self._at_the_gate()):
            yield from self._received()
            if (yield from self._settled()):
                yield from self._given_back()
        self.ended = True

    # the gate
    def _attachment(self, code: str, accepted: tuple[str, ...]) -> Json:
        file = self.applicant.intake.upload(PAPER if "application/pdf" in accepted else PICTURE)
        return {"component": code, "file": file, "copy_of": "electronic"}

    def _filed(self) -> Acts:
        filer = self.applicant if self.channel == "online" else self.person("one-stop")
        body: Json = {
            "procedure": self.procedure.code,
            "channel": self.channel,
            "receiving": self.receiving.code,
            "settling": self.settling,
            "form": form_of(self.procedure, self.dice),
            "attachments": [self._attachment(part.code, part.accepted_media) for part in self.procedure.components if part.required],
            "return_channel": "counter",
        }
        if self.channel != "online":
            body["applicant"] = self.applicant_name
        yield from self.accepted("filing", lambda: filer.intake.submit(body))
        self.dossier = str(self.answer["id"])

    def _at_the_gate(self) -> Decision:
        yield self.soon()
        one_stop = self.person("one-stop").intake
        match self.kind:
            case "refusal":
                yield from self.accepted("refusal", lambda: one_stop.refuse(self.dossier, "Không thuộc thẩm quyền."))
                return False
            case "withdrawn":
                yield from self.accepted("stop", lambda: self.applicant.intake.request_stop(self.dossier, "stop", "Xin rút."))
                return False
            case "gate-supplement":
                yield from self.accepted("supplement", lambda: one_stop.request_supplement(self.dossier, [self._defect()]))
                yield from self._amended()
        return True

    def _defect(self) -> Json:
        return {"component": self.procedure.components[0].code, "defect": "illegible", "reason": "Bản chụp mờ."}

    def _amended(self) -> Acts:
        yield self.soon()
        part = self.procedure.components[0]
        papers = [self._attachment(part.code, part.accepted_media)]
        yield from self.accepted("amendment", lambda: self.applicant.intake.amend(self.dossier, attachments=papers))
        yield self.soon()
        yield from self.accepted("confirmation", lambda: self.person("one-stop").intake.confirm_supplement(self.dossier))

    def _received(self) -> Acts:
        yield self.soon()
        yield from self.accepted("reception", lambda: self.person("one-stop").intake.receive(self.dossier))
        yield from self.accepted("reading", lambda: self.person("one-stop").intake.dossier(self.dossier))
        self.received = self.answer["received"]
        fee = self.received.get("fee")
        if fee and fee["amount_vnd"] > 0:
            yield self.soon()
            yield from self.pay("fee", fee["amount_vnd"])

    def pay(self, obligation: str, amount: int) -> Acts:
        """The bank's notice; a copy of it may come twice."""
        notice = {
            "obligation": obligation,
            "dossier": self.dossier,
            "amount_vnd": amount,
            "voucher": f"NH{self.number:08}-{obligation[:8]}",
            "succeeded_at": self.shop.clock.now().isoformat(),
        }
        bank = self.client.acting("bank-simulator", "bank", agencies=("*",))
        yield from self.accepted("payment", lambda: bank.payments.bank_notice(notice))

    # the agencies
    def _settled(self) -> Decision:
        legs = sorted(self.received["process"]["legs"], key=lambda leg: (leg["lead"], leg["leg"]))
        for leg in legs[:-1]:
            yield from self._co_ordinated(leg["leg"], leg["agency"])
        number, agency = legs[-1]["leg"], legs[-1]["agency"]
        yield self.soon()
        yield from self._assigned(number, agency)
        if not (yield from self._episode(number, agency)):
            return False
        yield from self._decided(number, agency)
        return True

    def _assigned(self, leg: int, agency: str) -> Acts:
        head = self.person("department-head", agency).processing
        yield from self.accepted("assignment", lambda: head.assign(self.dossier, leg, f"specialist.{agency}"))

    def _co_ordinated(self, leg: int, agency: str) -> Acts:
        yield self.soon()
        yield from self._assigned(leg, agency)
        yield self.soon()
        specialist = self.person("specialist", agency).processing
        file = specialist.upload(PAPER)
        yield from self.accepted("partial result", lambda: specialist.partial_result(self.dossier, leg, file))

    def _episode(self, leg: int, agency: str) -> Decision:
        yield self.soon()
        match self.kind:
            case "supplement":
                yield from self._supplemented(leg, agency)
            case "consultation":
                yield from self._consulted(agency)
            case "obligation":
                raiser = self.person("leader", agency).processing
                yield from self.accepted("obligation", lambda: raiser.raise_obligation(self.dossier, 250_000, "Luật Đất đai 2024 Điều 153"))
                owed = str(self.answer["obligation"])
                yield self.soon() * 12  # some days, so that the clock really stands still
                yield from self.pay(owed, 250_000)
            case "draft-returned":
                yield from self._drafted(leg, agency)
                leader = self.person("leader", agency).processing
                yield from self.accepted("return", lambda: leader.return_draft(self.dossier, leg, "Ghi rõ căn cứ."))
            case "extension":
                yield from self._extended(agency)
            case "stop-granted" | "stop-declined":
                return (yield from self._asked_to_stop(agency))
        return True

    def _supplemented(self, leg: int, agency: str) -> Acts:
        leader, items = self.person("leader", agency).processing, [self._defect()]
        yield from self.accepted("wish", lambda: leader.need_supplement(self.dossier, leg, items, "Cần bản rõ."))
        yield self.soon()
        yield from self.accepted("passing on", lambda: self.person("one-stop").intake.pass_supplement_on(self.dossier))
        yield from self._amended()

    def _consulted(self, agency: str) -> Acts:
        other = next(code for code in (self.another, *self.others) if code != agency)
        specialist = self.person("specialist", agency).routing

        def ask() -> Json:
            by = reply_by(self.shop.clock.now(), specialist.dossier(self.dossier)["due_at"], REPLY_WITHIN)
            return specialist.consult(self.dossier, agency, other, "Cho ý kiến.", by.isoformat())

        yield from self.accepted("consultation", ask)
        number = int(self.answer.get("consultation", 1))
        yield self.soon() * 8
        asked = self.person("specialist", other).routing
        yield from self.accepted("answer", lambda: asked.answer_consultation(self.dossier, number, "Nhất trí."))

    def _extended(self, agency: str) -> Acts:
        """Apology and new date in one slip; the one-stop changes the date. None is asked for where none is left to be offered."""
        leader, one_stop = self.person("leader", agency).processing, self.person("one-stop").processing

        def ask() -> Any:
            offered = leader.extension_dates(self.dossier)["dates"]
            if not offered:
                return None
            return leader.apologise(self.dossier, self._letter() | {"new_date": offered[0], "reason": "Cần thêm thời gian."})

        yield from self.accepted("apology", ask)
        if self.answer is None:
            return
        yield from self.accepted("extension", lambda: one_stop.extend(self.dossier))

    def _asked_to_stop(self, agency: str) -> Decision:
        grant = self.kind == "stop-granted"
        yield from self.accepted("stop", lambda: self.applicant.intake.request_stop(self.dossier, "stop", "Xin rút."))
        yield self.soon()
        leader = self.person("leader", agency).processing
        why = None if grant else "Còn người liên quan."
        yield from self.accepted("answer to stop", lambda: leader.answer_stop(self.dossier, grant, why))
        return not grant

    def _drafted(self, leg: int, agency: str) -> Acts:
        yield self.soon()
        specialist = self.person("specialist", agency).processing
        file = specialist.upload(PAPER)
        yield from self.accepted("draft", lambda: specialist.draft(self.dossier, leg, file))

    def _decided(self, leg: int, agency: str) -> Acts:
        yield from self._drafted(leg, agency)
        yield self.soon()
        leader = self.person("leader", agency).processing
        if self.kind == "declined":
            yield from self.accepted("decision", lambda: leader.decline(self.dossier, leg, "Không đủ điều kiện."))
        else:
            yield from self.accepted("approval", lambda: leader.approve(self.dossier, leg))

    def _given_back(self) -> Acts:
        yield self.soon()
        settling = self.received["settling"]
        clerk = self.person("clerk", settling).results
        file = clerk.upload(PAPER)
        yield from self.accepted("issue", lambda: clerk.issue(self.dossier, f"{self.number}/QĐ", file))
        yield self.soon()
        leader = self.person("leader", settling).processing
        one_stop = self.person("one-stop").results
        try:
            yield from self._returned(one_stop)
        except _NeedsApology:
            yield from self.accepted("apology", lambda: leader.apologise(self.dossier, self._letter()))
            yield from self.accepted("return", lambda: one_stop.give_back(self.dossier, "counter", originals_compared=True))

    def _returned(self, one_stop: Any) -> Acts:
        def give() -> Json:
            try:
                answer: Json = one_stop.give_back(self.dossier, "counter", originals_compared=True)
                return answer
            except Problem as problem:
                if problem.status == 409 and "xin lỗi" in problem.detail.lower():
                    raise _NeedsApology from problem
                raise

        yield from self.accepted("return", give)

    def _letter(self) -> Json:
        return {
            "fault": "settling",
            "name": "Người nộp",
            "dossier_type": self.procedure.name[:200],
            "receipt_number": self.received["code"],
            "state": "Đã có kết quả",
            "reason": "Quá hạn.",
        }


class _NeedsApology(Exception):
    """The dossier is late: form 04 comes first."""
