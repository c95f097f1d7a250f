"""Form 04: the apology, and the one extension."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from contracts import Fact
from processing.application.act import Act
from processing.domain import extension
from processing.events import Extended


@dataclass(frozen=True)
class Letter:
    """Form 04 with its five obligatory contents (TQ25.2a), and the new date if one is proposed."""

    fault: extension.Fault
    name: str
    dossier_type: str
    receipt_number: str
    state: str
    reason: str
    new_date: date | None = None

    def content(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("name", "dossier_type", "receipt_number", "state", "reason")}


def apologise(act: Act, letter: Letter) -> list[Fact]:
    """Apologise and, with a new date, propose the extension in the same document (PR-11, PR-12, PR-14)."""
    procedure = act.catalogue.procedure(act.case.procedure, act.case.procedure_version)
    roles, agency = extension.signer_of(act.case, letter.fault)
    act.must_be(roles, agency, "apology")
    extension.check_letter(act.case, procedure=procedure, dossier_type=letter.dossier_type, receipt_number=letter.receipt_number)
    signer = act.caller.subject
    proposed = (
        extension.propose(act.case, act.state, act.law, new_date=letter.new_date, fault=letter.fault, signer=signer, now=act.now)
        if letter.new_date
        else None
    )
    keep = partial(act.vault.put, act.dossier, "apology", letter.content())
    proposes = proposed is not None
    sorry = extension.apologise(act.case, act.state, fault=letter.fault, signer=signer, keep=keep, now=act.now, proposes=proposes)
    facts: list[Fact] = [sorry, *([proposed] if proposed else [])]
    act.record(*facts)
    return facts


def extend(act: Act) -> Extended:
    """The one-stop changes the due date on the slip (PR-11)."""
    act.must_be(("one-stop", "one-stop-head"), act.case.receiving, "extension_slip")
    fact = extension.extend(act.case, act.state, act.law, officer=act.caller.subject, now=act.now)
    act.record(fact)
    return fact
