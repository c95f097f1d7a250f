"""The forms intake prints: receipt (01), supplement request (02), refusal (03), stop notice (05).

A form is rendered when it is asked for: its personal data come from the vault at that moment, and each read is logged.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

import forms
from chassis.http.problem import ProblemError
from chassis.service import Parts
from contracts.catalogue import Procedure
from contracts.dossier.parts import DEFECTS
from contracts.dossier.processing import Stopped
from contracts.fact import VaultRef
from contracts.receipt import receipt_number
from intake.domain import Dossier, reception
from intake.events import Closed, Received, Refused
from intake.parties import ERASED, issuer_of, party_of
from intake.wording import CHANNELS, FEES, clock_after, day, fee_note
from worktime import RuleSet, Term, say_steps

Reader = Callable[[VaultRef], dict[str, Any]]
"""A vault content by reference, read for the purpose `render`; empty when it was erased."""

RECEIVER = forms.Signature(title="NGƯỜI TIẾP NHẬN HỒ SƠ")
GUIDE = forms.Signature(title="NGƯỜI HƯỚNG DẪN")
HEAD = forms.Signature(title="THỦ TRƯỞNG CƠ QUAN")
"""Names are written by hand beside the signature: the facts know only the accounts of those who acted."""


class Letters:
    """Renders the forms of one dossier under the rules that it stands under.

    `read` must log what it reads; `numbers`: of papers written before there was a code.
    """

    def __init__(
        self,
        parts: Parts,
        dossier: Dossier,
        rules: RuleSet,
        read: Reader,
        *,
        stopped: Stopped | None,
        numbers: Mapping[tuple[str, int], int],
    ) -> None:
        self._stopped = stopped
        self._numbers = numbers
        self._parts = parts
        self._dossier = dossier
        self._rules = rules
        self._read = read
        self._form = read(dossier.form)

    def render(self, number: str) -> bytes:
        """Form `01`, `02`, `03` or `05` as PDF; 404 when there is no such form of this dossier."""
        made = {"01": self.receipt, "02": self.supplement_request, "03": self.refusal, "05": self.stop_notice}.get(number)
        form = made() if made else None
        if form is None:
            raise ProblemError(404, "Hồ sơ không có mẫu này.")
        return forms.render(form)

    def receipt(self) -> forms.Receipt | None:
        """Mẫu 01, from reception on; the date explains itself."""
        received = self._dossier.received
        if received is None or received.deadline is None:
            return None
        procedure = self._procedure
        return forms.Receipt(
            issuer=self._issuer,
            issued_at=received.effective_at,
            number=receipt_number(received.register_ordinal),
            code=received.code,
            procedure=procedure.name,
            procedure_code=procedure.code if procedure.official_code else None,
            applicant=self._party,
            channel=CHANNELS[received.channel],
            components=self._components,
            sets=procedure.sets,
            term=Term.parse(received.deadline.term).say(),
            received_at=received.effective_at,
            due_at=received.deadline.due_at,
            derivation=tuple(say_steps(received.deadline.derivation)),
            provisional=received.deadline.provisional,
            result_place=self._result_place(received),
            fees=self._fees,
            fee_note=self._exempted(received) or fee_note(procedure.fee, received.channel),
            register_book=f"{reception.book_of(received.register_ordinal):02}",
            register_ordinal=received.register_ordinal,
            lookup_url=self._lookup(received.code),
            officer=RECEIVER,
        )

    def supplement_request(self) -> forms.SupplementRequest | None:
        """Mẫu 02, for the last request."""
        if not self._dossier.requests:
            return None
        request = self._dossier.requests[-1]
        names = {component.code: component.name for component in self._procedure.components}
        items = tuple(
            forms.DefectItem(
                component=names.get(item.component, item.component),
                defect=forms.Defect(DEFECTS[item.defect]),
                reason=str(self._read(item.reason).get("reason", ERASED)),
            )
            for item in request.items
        )
        return forms.SupplementRequest(
            issuer=self._issuer,
            issued_at=request.effective_at,
            number=self._number("HDHS", len(self._dossier.requests)),
            code=self._code,
            procedure=self._procedure.name,
            applicant=self._party,
            items=items,
            complete_by=request.answer_by and request.answer_by - timedelta(minutes=1),
            guidance="Nộp bổ sung trong tài khoản đã dùng để nộp hồ sơ hoặc tại bộ phận một cửa.",
            clock=self._clock(),
            once=self._rules.settings.supplement_requests == 1,
            legal_basis=str(self._read(request.legal_basis).get("legal_basis", ERASED)) if request.legal_basis else "",
            officer=GUIDE,
        )

    def refusal(self) -> forms.Refusal | None:
        """Mẫu 03, with the written reason (IN-17)."""
        refused = self._dossier.refused
        if refused is None:
            return None
        words = self._read(refused.reason)
        return forms.Refusal(
            issuer=self._issuer,
            issued_at=refused.effective_at,
            number=self._number("TCHS"),
            code=self._code,
            procedure=self._procedure.name,
            applicant=self._party,
            submitted_at=self._dossier.submitted.effective_at,
            reason=str(words.get("reason", ERASED)),
            guidance=" ".join(filter(None, (self._right_agency(refused), str(words.get("guidance", ""))))),
            legal_basis=self._rules.article("wrong_agency") if refused.competent else "",
            officer=RECEIVER,
        )

    def stop_notice(self) -> forms.StopNotice | None:
        """Mẫu 05, when intake itself ended the dossier, withdrawn or not supplemented in time, or the holder granted a stop."""
        dossier, stopped = self._dossier, self._stopped
        if stopped is None and dossier.closed is not None and dossier.closed.cause == "not-supplemented":
            return self._closing_notice(dossier.closed)
        at = stopped.effective_at if stopped else dossier.withdrawn_at
        if at is None:
            return None
        reason = self._read(dossier.stop_reason).get("reason", "") if dossier.stop_reason else ""
        settles = issuer_of(self._parts, dossier.submitted.settling) if stopped else self._issuer
        return forms.StopNotice(
            issuer=settles,
            issued_at=at,
            number=self._number("TBD"),
            code=self._code,
            procedure=self._procedure.name,
            applicant=self._party,
            received_at=dossier.received.effective_at if dossier.received else None,
            requested_by=self._party.name,
            requested_at=dossier.stop_asked_at or at,
            stopped_at=at,
            reason=str(reason) or "Theo yêu cầu của người nộp hồ sơ",
            returned_papers=self._on_paper,
            fee_decision=self._fee_decision,
            officer=HEAD if stopped else RECEIVER,
        )

    def _closing_notice(self, closed: Closed) -> forms.StopNotice:
        request = self._dossier.requests[-1]
        limit = "gate_close_days" if request.stage == "gate" else "close_after_days"
        last_day = day((request.answer_by or closed.effective_at) - timedelta(minutes=1))
        received = self._dossier.received
        return forms.StopNotice(
            issuer=self._issuer,
            issued_at=closed.effective_at,
            number=self._number("TBD"),
            code=self._code,
            procedure=self._procedure.name,
            applicant=self._party,
            received_at=received.effective_at if received else None,
            requested_by=f"{self._issuer.agency} ({self._rules.article(limit)})",
            requested_at=closed.effective_at,
            stopped_at=closed.effective_at,
            reason=f"Hết ngày {last_day} hồ sơ không được bổ sung đủ theo phiếu yêu cầu ngày {day(request.effective_at)}.",
            returned_papers=self._on_paper,
            fee_decision=self._fee_decision,
            officer=RECEIVER,
        )

    def _clock(self) -> str:
        received = self._dossier.received
        if received is None:
            return "Thời gian giải quyết được tính từ khi hồ sơ được tiếp nhận đầy đủ, hợp lệ."
        return clock_after(received.supplement_policy, self._rules)

    def _result_place(self, received: Received) -> str:
        way = CHANNELS[received.return_channel]
        return f"{way}: {self._parts.catalogue.agency(received.return_at).name}" if received.return_at else way

    def _right_agency(self, refused: Refused) -> str:
        if refused.competent is None:
            return ""
        return f"Hồ sơ thuộc thẩm quyền của {self._parts.catalogue.agency(refused.competent).name}; đề nghị nộp đến cơ quan này."

    # what the forms share
    @property
    def _procedure(self) -> Procedure:
        submitted = self._dossier.submitted
        return self._parts.catalogue.procedure(submitted.procedure, submitted.procedure_version)

    @property
    def _issuer(self) -> forms.Issuer:
        return issuer_of(self._parts, self._dossier.submitted.receiving)

    @property
    def _party(self) -> forms.Party:
        return party_of(self._form)

    @property
    def _components(self) -> tuple[forms.Component, ...]:
        given = self._dossier.attachments
        online = self._dossier.submitted.channel == "online"
        listed = [c for c in self._procedure.components if c.code in given or (not online and c.required)]
        return tuple(
            forms.Component(
                name=component.name,
                electronic=len(given.get(component.code, ())),
                originals=0 if online else component.originals,
                plain_copies=0 if online else component.copies,
            )
            for component in listed or self._procedure.components[:1]
        )

    @property
    def _fees(self) -> tuple[forms.Fee, ...]:
        received = self._dossier.received
        if received is None or received.fee is None:
            return ()
        return (forms.Fee(name=FEES[self._procedure.fee.kind], amount=received.fee.amount_vnd),)

    def _exempted(self, received: Received) -> str:
        """On which words the applicant pays nothing."""
        if received.fee_exempt is None:
            return ""
        return f"được miễn ({self._read(received.fee_exempt).get('legal_basis', ERASED)})."

    @property
    def _on_paper(self) -> tuple[str, ...]:
        """What can be given back: paper; of what was uploaded the applicant has kept the original."""
        counted = [(part.name, {"bản chính": part.originals, "bản sao": part.plain_copies}) for part in self._components]
        told = [(name, ", ".join(f"{kind}: {number}" for kind, number in copies.items() if number)) for name, copies in counted]
        return tuple(f"{name} ({copies})" for name, copies in told if copies)

    @property
    def _fee_decision(self) -> str:
        """Money is given back, or not, by the law of the sector (NĐ 118 Đ21)."""
        received, fee = self._dossier.received, self._procedure.fee
        owed = (received.fee.amount_vnd if received.fee else 0) if received else fee.due(self._dossier.submitted.channel)
        unknown = bool(fee_note(fee, self._dossier.submitted.channel))
        if not owed and not unknown:
            return "hồ sơ không phải nộp phí, lệ phí."
        amount = f"{FEES[fee.kind]} {owed:,} đồng; ".replace(",", ".") if owed else ""
        return f"{amount}khoản đã nộp (nếu có) được hoàn trả hoặc không theo pháp luật chuyên ngành."

    def _number(self, kind: str, nth: int = 1) -> str:
        """The number of a paper of this dossier: its own one if it was written before there was a code, else from the code."""
        if (kind, nth) in self._numbers:
            return f"{self._numbers[kind, nth]:02}/{kind}"
        tail = self._dossier.code.partition("-")[2] if self._dossier.code else "…"
        return f"{tail}/{kind}" if nth == 1 else f"{tail}.{nth}/{kind}"

    @property
    def _code(self) -> str:
        return self._dossier.code or f"(chưa cấp; nộp ngày {day(self._dossier.submitted.effective_at)})"

    def _lookup(self, code: str) -> str:
        base = self._parts.settings.lookup_url.rstrip("/")
        return f"{base}/lookup/{code}"


def reader(read: Callable[[str], Any]) -> Reader:
    """A `Reader` over a function that answers the content of a vault key, or None."""

    def get(ref: VaultRef) -> dict[str, Any]:
        content = read(ref.key) if ref.key else None
        return cast(dict[str, Any], content) if isinstance(content, dict) else {}

    return get
