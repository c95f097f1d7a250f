"""The services that record facts: what is asked of them, and what they answer."""

from collections.abc import Iterator, Sequence
from typing import Literal

from motcua.client.routes.service import Owner, Service, items
from motcua.client.wire import Actor, Json, segment


class Catalogue(Service):
    name = "catalogue"

    def procedures(self) -> list[Json]:
        return items(self._get("/procedures"))

    def procedure(self, code: str) -> Json:
        answer: Json = self._get(f"/procedures/{code}")
        return answer

    def agencies(self) -> list[Json]:
        return items(self._get("/agencies"))

    def calendars(self) -> Json:
        """`newest` and `items`: every version that was drafted."""
        answer: Json = self._get("/calendars")
        return answer

    def draft_calendar(self, draft: Json) -> Json:
        return self._post("/calendars", draft)

    def approve_calendar(self, version: str) -> Json:
        return self._post(f"/calendars/{segment(version)}/approval")

    def declare_outage(self, agency: str, began_at: str, ended_at: str | None, cause: str, report: str) -> Json:
        """That an agency worked on paper; times are ISO 8601 with a zone."""
        return self._post("/outages", {"agency": agency, "began_at": began_at, "ended_at": ended_at, "cause": cause, "report": report})


class Intake(Owner):
    name = "intake"

    def submit(self, submission: Json) -> Json:
        """File a dossier; `id`, `status`, `gate_due_at`."""
        return self._post("/dossiers", submission)

    def amend(self, dossier: str, form: Json | None = None, attachments: Sequence[Json] = ()) -> Json:
        return self._post(f"/dossiers/{dossier}/amendments", {"form": form, "attachments": list(attachments)})

    def receive(self, dossier: str) -> Json:
        """Accept; `code` and `deadline`."""
        return self._post(f"/dossiers/{dossier}/reception")

    def allot_codes(self, agency: str, count: int) -> Json:
        """Codes for the paper book of the next working days."""
        return self._post("/outage-sheets", {"agency": agency, "count": count})

    def paper_codes(self, agency: str, day: str) -> Json:
        """`items`: the codes of a day's paper book and their state; `outages`: those declared."""
        answer: Json = self._get("/outage-sheets", agency=agency, day=day)
        return answer

    def enter_reception(self, submission: Json, code: str, effective_at: str, reason: str, approver: Actor) -> Json:
        """What was received on paper in an outage: `id`, `code`, `deadline`."""
        entry = {"effective_at": effective_at, "reason": reason}
        return self._post("/outage-entries/receptions", {"dossier": submission, "code": code, "back_entry": entry}, approver=approver)

    def refuse(self, dossier: str, reason: str, guidance: str = "") -> Json:
        """`guidance`: what the applicant can do instead."""
        return self._post(f"/dossiers/{dossier}/refusal", {"reason": reason, "guidance": guidance})

    def request_supplement(self, dossier: str, items: Sequence[Json], legal_basis: str | None = None) -> Json:
        """Items are `{component, defect, reason}`."""
        return self._post(f"/dossiers/{dossier}/supplement-requests", {"items": list(items), "legal_basis": legal_basis})

    def pass_supplement_on(self, dossier: str) -> Json:
        return self._post(f"/dossiers/{dossier}/supplement-requests/from-processing")

    def decline_supplement(self, dossier: str, reason: str) -> Json:
        return self._post(f"/dossiers/{dossier}/supplement-decline", {"reason": reason})

    def confirm_supplement(self, dossier: str) -> Json:
        return self._post(f"/dossiers/{dossier}/supplement-confirmation")

    def request_stop(self, dossier: str, wish: Literal["stop", "adjust"] = "stop", reason: str | None = None) -> Json:
        """`recorded`: the names of the facts that followed."""
        return self._post(f"/dossiers/{dossier}/stop-requests", {"wish": wish, "reason": reason})

    def dossiers(self, agency: str | None = None, status: int | None = None) -> Iterator[Json]:
        return self._all("/dossiers", agency=agency, status=status)

    def queue(self, agency: str) -> Iterator[Json]:
        return self._all("/queue", agency=agency)

    def form(self, dossier: str, number: str) -> bytes:
        """A printed form (`01`, `02`, `03` or `05`) as PDF."""
        content: bytes = self._get(f"/dossiers/{dossier}/forms/{number}")
        return content


class Routing(Owner):
    name = "routing"

    def hand_over(
        self, dossier: str, leg: int, movement: Literal["sent", "received"], back_entry: Json | None = None, approver: Actor | None = None
    ) -> Json:
        """`back_entry` is `{effective_at, reason}` of the paper book, with the second person who approves it."""
        body = {"movement": movement} | ({"back_entry": back_entry} if back_entry else {})
        return self._post(f"/dossiers/{dossier}/legs/{leg}/handovers", body, approver=approver)

    def consult(self, dossier: str, asking: str, asked: str, question: str, reply_by: str, way: str = "system") -> Json:
        """`reply_by` is ISO 8601 with a zone."""
        body = {"asking": asking, "asked": asked, "question": question, "reply_by": reply_by, "way_of_replying": way}
        return self._post(f"/dossiers/{dossier}/consultations", body)

    def answer_consultation(self, dossier: str, number: int, answer: str) -> Json:
        return self._post(f"/dossiers/{dossier}/consultations/{number}/answer", {"answer": answer})

    def consultations(self, agency: str, only_open: bool = True) -> Iterator[Json]:
        return self._all("/consultations", agency=agency, open=only_open)


class Processing(Owner):
    name = "processing"

    def assign(self, dossier: str, leg: int, assignee: str) -> Json:
        return self._post(f"/dossiers/{dossier}/assignments", {"leg": leg, "assignee": assignee})

    def complete_step(self, dossier: str, leg: int, step: str, information: str) -> Json:
        return self._post(f"/dossiers/{dossier}/steps", {"leg": leg, "step": step, "information": information})

    def partial_result(self, dossier: str, leg: int, file: Json) -> Json:
        return self._post(f"/dossiers/{dossier}/partial-results", {"leg": leg, "file": file})

    def draft(self, dossier: str, leg: int, file: Json) -> Json:
        return self._post(f"/dossiers/{dossier}/drafts", {"leg": leg, "file": file})

    def return_draft(self, dossier: str, leg: int, opinion: str) -> Json:
        return self._post(f"/dossiers/{dossier}/drafts/return", {"leg": leg, "opinion": opinion})

    def approve(self, dossier: str, leg: int) -> Json:
        return self._post(f"/dossiers/{dossier}/approval", {"leg": leg})

    def decline(self, dossier: str, leg: int, reason: str) -> Json:
        return self._post(f"/dossiers/{dossier}/decline", {"leg": leg, "reason": reason})

    def need_supplement(self, dossier: str, leg: int, items: Sequence[Json], reason: str) -> Json:
        return self._post(f"/dossiers/{dossier}/supplement-needs", {"leg": leg, "items": list(items), "reason": reason})

    def apologise(self, dossier: str, letter: Json) -> Json:
        """Form 04: `fault`, `new_date` (or none), `name`, `dossier_type`, `receipt_number`, `state`, `reason`."""
        return self._post(f"/dossiers/{dossier}/apologies", letter)

    def extend(self, dossier: str) -> Json:
        return self._post(f"/dossiers/{dossier}/extension")

    def extension_dates(self, dossier: str) -> Json:
        answer: Json = self._get(f"/dossiers/{dossier}/extension-dates")
        return answer

    def raise_obligation(self, dossier: str, amount_vnd: int, basis: str) -> Json:
        return self._post(f"/dossiers/{dossier}/obligations", {"amount_vnd": amount_vnd, "basis": basis})

    def answer_stop(self, dossier: str, grant: bool, reason: str | None = None) -> Json:
        return self._post(f"/dossiers/{dossier}/stop-answer", {"grant": grant, "reason": reason})

    def tasks(self, agency: str, assignee: str | None = None, state: str | None = None) -> Iterator[Json]:
        return self._all("/tasks", agency=agency, assignee=assignee, state=state)


class Results(Owner):
    name = "results"

    def issue(self, dossier: str, number: str, file: Json) -> Json:
        return self._post(f"/dossiers/{dossier}/result", {"number": number, "file": file})

    def give_back(self, dossier: str, way: str, other_way_reason: str | None = None, *, originals_compared: bool = False) -> Json:
        body: Json = {"way": way, "originals_compared": originals_compared} | (
            {"other_way_reason": other_way_reason} if other_way_reason else {}
        )
        return self._post(f"/dossiers/{dossier}/return", body)

    def results(self, agency: str, state: str | None = None) -> Iterator[Json]:
        return self._all("/results", agency=agency, state=state)

    def file(self, dossier: str) -> bytes:
        """The signed result as PDF."""
        content: bytes = self._get(f"/dossiers/{dossier}/result")
        return content


class Payments(Owner):
    name = "payments"

    def bank_notice(self, notice: Json) -> Json:
        """`obligation`, `dossier`, `amount_vnd`, `voucher`, `succeeded_at`."""
        return self._post("/bank-notices", notice)

    def collect(self, dossier: str, obligation: str, amount_vnd: int) -> Json:
        return self._post(f"/dossiers/{dossier}/collections", {"obligation": obligation, "amount_vnd": amount_vnd})

    def obligations(self, dossier: str) -> list[Json]:
        return items(self._get(f"/dossiers/{dossier}/obligations"))
