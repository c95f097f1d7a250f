"""What the one-stop's next act would give, asked before reception; or why it is refused. Nothing is recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from contracts.dossier.parts import Deadline
from contracts.refusal import Refused as Refusal
from intake.application.desk import Desk, procedure_of, said_of
from intake.application.reception import settlement_deadline
from intake.domain import Dossier, Phase, reception, supplement
from intake.views import DossierRow
from worktime import RuleSet, say_moment, supplement_deadline

MINUTE = timedelta(minutes=1)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An act: the due date that it gives, what to know about it, or the refusal."""

    action: str
    label: str
    deadline: Deadline | None = None
    notes: tuple[str, ...] = ()
    refused: Refusal | None = None


Found = tuple[Deadline | None, tuple[str, ...]]


def what_if(desk: Desk, state: Dossier, row: DossierRow | None, now: datetime) -> tuple[Answer, ...]:
    """Receiving now, and asking for a supplement now. `row`: what has come round of the dossier."""
    return (
        _answered("receive", "Tiếp nhận hồ sơ", lambda: _receive(desk, state, row, now)),
        _answered("supplement", "Yêu cầu bổ sung hồ sơ", lambda: _supplement(desk, state, now)),
    )


def _answered(action: str, label: str, ask: Callable[[], Found]) -> Answer:
    try:
        deadline, notes = ask()
    except Refusal as refused:
        return Answer(action=action, label=label, refused=refused)
    return Answer(action=action, label=label, deadline=deadline, notes=notes)


def _receive(desk: Desk, state: Dossier, row: DossierRow | None, now: datetime) -> Found:
    rules = desk.rules_on(now)
    reception.check_may_receive(state, rules)
    reception.check_prepaid(state, said_of(row), rules)
    procedure, agencies = procedure_of(desk, state), desk.catalogue.agencies()
    reception.check_digitised(state, procedure, rules)
    reception.pinned_process(procedure, state, agencies, rules)
    reception.code_agency(state, procedure, rules, agencies)
    term = procedure.term_for(state.submitted.channel)
    deadline = settlement_deadline(term, now, desk.catalogue.calendar(state.submitted.settling), rules)
    return deadline, _gate(state, row.gate_due_at if row else None, rules, now)


def _gate(state: Dossier, gate_due_at: datetime | None, rules: RuleSet, now: datetime) -> tuple[str, ...]:
    if gate_due_at is None or state.submitted.channel != "online":
        return ()
    late = "đã quá, việc tiếp nhận được ghi là trễ" if now >= gate_due_at + MINUTE else "còn trong hạn"
    return (f"Hạn trả lời tiếp nhận là {say_moment(gate_due_at)}: {late} ({rules.article('gate_term')}).",)


def _supplement(desk: Desk, state: Dossier, now: datetime) -> Found:
    rules = desk.rules_of(state)
    state.must_be(rules, Phase.SUBMITTED)
    supplement.check_once(state, rules, None, supervisor=False)
    notes = ["Thời hạn giải quyết chỉ tính từ khi hồ sơ được tiếp nhận đầy đủ, hợp lệ."]
    limit = supplement_deadline(now, desk.catalogue.calendar(state.submitted.receiving), rules, stage="gate")
    if limit is not None:
        notes.append(f"Không bổ sung đến {say_moment(limit - MINUTE)} thì một cửa đóng hồ sơ ({rules.article('gate_close_days')}).")
    return None, tuple(notes)
