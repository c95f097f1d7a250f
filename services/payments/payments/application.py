"""The commands of payments."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

import worktime
from chassis.store import Unit
from chassis.timers import TIMERS, Timer
from payments import domain
from payments.domain import BankNotice, Match
from payments.views import CASES, NOTICES, OBLIGATIONS, Case, case_of
from worktime import RuleSet, rule_set

MATCH = "match-notice"
RulesOn = Callable[[datetime], RuleSet]
"""The province's rules of a day."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 10, 60, 600, 3600))


def hear_bank(unit: Unit, rules_on: RulesOn, notice: BankNotice) -> Match:
    """A bank notice: applied once, however often and in whatever order it comes (PY-06)."""
    rules = rules_of(unit.get(CASES, notice.dossier), rules_on, notice.heard_at)
    known = unit.get(NOTICES, notice.voucher)
    if known is not None:
        domain.same_notice(known, notice, rules)
        return known.state
    domain.must_be_possible(notice, rules)
    one_after_the_other(unit, notice.dossier)
    return settle(unit, notice, notice.heard_at)


def one_after_the_other(unit: Unit, dossier: UUID) -> None:
    """A notice and its obligation may come at the same moment: whoever is second waits here, and sees what the first has stored."""
    unit.ordinal(f"notices {dossier}")


def settle(unit: Unit, notice: BankNotice, now: datetime) -> Match:
    """Match a notice with its obligation as far as it is known now; a waiting one is looked at again by timer."""
    dossier, paid = notice.dossier, unit.state(notice.dossier, domain.fold)
    case, owed = unit.get(CASES, dossier), unit.get(OBLIGATIONS, dossier, notice.obligation)
    state = domain.match(paid, owed, notice, case.filed_at if case else None)
    if state == "applied" and notice.obligation not in paid:
        unit.record(dossier, domain.paid_by_bank(notice, now))
    unit.put(NOTICES, replace(notice, state=state))
    if state == "waiting":
        _look_again(unit, notice, now)
    return state


def _look_again(unit: Unit, notice: BankNotice, now: datetime) -> None:
    """The obligation and its notice may cross in two transactions that do not see each other; a timer brings them together."""
    age = now - notice.heard_at
    pause = next((pause for pause in PAUSES if pause > age), PAUSES[-1])
    unit.put(TIMERS, Timer(name=MATCH, subject=notice.dossier, due_at=now + pause, detail=notice.voucher))


def fire(unit: Unit, timer: Timer, now: datetime) -> None:
    """A waiting notice is looked at again."""
    notice = unit.get(NOTICES, timer.detail)
    if timer.name == MATCH and notice is not None and notice.state == "waiting":
        settle(unit, notice, now)


def rules_of(case: Case | None, rules_on: RulesOn, now: datetime) -> RuleSet:
    """The rules that the dossier pins; before its reception those of the province today."""
    if case is None or not (case.rule_set or case.imported):
        return rules_on(now)
    return rule_set("imported" if case.imported else case.rule_set)


def collect(unit: Unit, rules_on: RulesOn, dossier: UUID, obligation: str, amount_vnd: int, now: datetime) -> str:
    """Take money at the counter (PY-02); the number of the receipt, gap-free for each one-stop and year."""
    case, paid = case_of(unit, dossier), unit.state(dossier, domain.fold)
    owed = unit.get(OBLIGATIONS, dossier, obligation)
    rules = rules_of(case, rules_on, now)
    domain.collect(paid, owed, obligation, amount_vnd, "", rules=rules, now=now)
    year = worktime.in_viet_nam(now).year
    voucher = f"{case.receiving}-{year}-{unit.ordinal(f'receipt {case.receiving} {year}'):06}"
    unit.record(dossier, domain.collect(paid, owed, obligation, amount_vnd, voucher, rules=rules, now=now))
    return voucher
