"""What earlier facts of a dossier said, as far as a later sentence needs it: names of its papers, who holds which leg, which law."""

from collections.abc import Callable
from datetime import datetime

import worktime
from contracts.dossier import intake, processing, results, routing
from contracts.dossier.parts import Deadline
from contracts.fact import Fact
from contracts.imported import is_imported
from tracking.names import Names
from tracking.sentences.words import CAUSES, EXTENSION, capital

NOBODY = "system"
ITSELF = "Hệ thống"
OLDER_SYSTEM = "Hệ thống cũ"
SERVICE = "service:"
SAME_LEVEL = "paper"
"""The term of paper that goes the same day or the next working morning (Đ18.2); to another level it has a term of days."""


RulesOn = Callable[[datetime], worktime.RuleSet]
"""The province's rules of a day, for what is not received yet. Before every decree: ValueError."""


class Background:
    """Grows fact by fact, in the order of the topic."""

    def __init__(self, names: Names, rules_on: RulesOn) -> None:
        self._names = names
        self._rules_on = rules_on
        self._procedure = ("", 0)
        self._legs: dict[int, str] = {}
        self._to_other_level: set[int] = set()
        self._applicant = ""
        self._since: datetime | None = None
        self._receiving = ""
        self.online = False
        self._settling = ""
        self._calendar: str | None = None
        self._moved: tuple[datetime, datetime, str] | None = None
        self._moved_now: tuple[datetime, datetime, str] | None = None
        self.asked: intake.SupplementRequested | None = None
        self.reply_by: dict[int, datetime] = {}
        self.rules: worktime.RuleSet | None = None

    def hear(self, fact: Fact) -> None:
        match fact:
            case intake.Submitted():
                self._procedure, self._applicant = (fact.procedure, fact.procedure_version), fact.applicant
                self._receiving, self._settling, self._since = fact.receiving, fact.settling, fact.effective_at
                self.online = fact.channel == "online"
                self.rules = None if is_imported(fact) else _rules_then(self._rules_on, fact.effective_at)
            case intake.Received():
                self._procedure = (fact.procedure, fact.procedure_version)
                self._legs = {leg.leg: leg.agency for leg in fact.process.legs}
                self._receiving, self._settling = fact.receiving, fact.settling
                self.rules = _rule_set(fact.rule_set)
                self._calendar = fact.deadline.calendar if fact.deadline else None
            case intake.SupplementRequested():
                self.asked = fact
            case routing.Transferred():
                self._legs[fact.leg] = fact.agency
                if fact.paper is not None and fact.paper.term != SAME_LEVEL:
                    self._to_other_level.add(fact.leg)
            case routing.ConsultationRequested():
                self.reply_by[fact.consultation] = fact.reply_by
            case routing.LegRescheduled() | processing.Rescheduled():
                self._moved, self._moved_now = self._moved_now, (fact.old_due_at, fact.deadline.due_at, fact.cause)
            case processing.Extended():
                self._moved, self._moved_now = self._moved_now, (fact.old_due_at, fact.deadline.due_at, EXTENSION)

    # names
    def agency(self, code: str) -> str:
        return self._names.agency(code)

    def of_leg(self, leg: int) -> str:
        """The agency of a leg."""
        return self.agency(self._legs[leg]) if leg in self._legs else f"cơ quan của phần việc số {leg}"

    def desk(self, code: str) -> str:
        """Who hands paper over: the one-stop of the receiving agency, else the agency."""
        return f"Một cửa {self.agency(code)}" if code == self._receiving else capital(self.agency(code))

    def unit(self, leg: int) -> str:
        """Who takes paper for a leg: the settling unit where the agency is the receiving one itself."""
        return "bộ phận giải quyết" if self._legs.get(leg) == self._receiving else self.of_leg(leg)

    def supervisor(self) -> str | None:
        """The one-stop of the competent agency, where another one received."""
        found = self._names.supervising(self._receiving, self._settling)
        return self.agency(found) if found else None

    def component(self, code: str) -> str:
        return self._names.component(*self._procedure, code)

    def who(self, actor: str) -> str:
        """Who acted, as staff read it: an account stands for itself, a service is the system."""
        if actor == NOBODY or actor.startswith(SERVICE):
            return ITSELF
        return "Người nộp hồ sơ" if actor == self._applicant else actor

    def acted(self, fact: Fact, actor: str) -> str:
        """Who did it: of an imported fact whoever the older system names, not who imported it; of a notice that went by itself nobody."""
        if isinstance(fact, results.EarlyReturnAnnounced) and fact.way == "system":
            return ITSELF
        return self._of_old(fact) if is_imported(fact) else self.who(actor)

    def _of_old(self, fact: Fact) -> str:
        if isinstance(fact, intake.Submitted):
            return self.who(fact.applicant)
        named = (getattr(fact, role, "") for role in ("officer", "leader", "clerk", "assigned_by"))
        return next(filter(None, named), OLDER_SYSTEM)

    # dates
    def unsure(self, fact: Fact, until: datetime) -> str:
        """What is said of a date ahead that touches a year without an official calendar; nothing for other dates and systems."""
        if self.rules is None or not self.rules.decree:
            return ""
        return worktime.PROVISIONAL if self._names.provisional(self._settling, fact.effective_at, until, self._calendar) else ""

    @property
    def moved_alike(self) -> bool:
        """Whether the date moved last went the way of the one before: an agency's part and the whole, told once."""
        return self._moved == self._moved_now

    def moved(self, cause: str, before: datetime, deadline: Deadline, agency: str | None = None) -> str:
        """Why a date moved: of a calendar also which paper ordered it, and what it changed for whose hours count."""
        said = CAUSES.get(cause, cause)
        if cause != "calendar":
            return said
        until = max(before, deadline.due_at)
        ordered = self._names.calendar_cause(deadline.calendar, agency or self._settling, self._since or before, until)
        return f"{said} theo {ordered}" if ordered else said

    def moved_of_leg(self, leg: int, cause: str, before: datetime, deadline: Deadline) -> str:
        """The same for an agency's part."""
        return self.moved(cause, before, deadline, self._legs.get(leg))

    def moved_gate(self, before: datetime, gate: Deadline) -> str:
        """The same for the one-stop's check, which only the calendar moves."""
        return self.moved("calendar", before, gate, self._receiving)

    # law
    def point(self, name: str) -> str | None:
        """The article of a point of the dossier's rule set, marked where nobody has verified it; None where that law does not know it."""
        return self.rules.article(name) if self.rules and self.rules.decree and name in self.rules.articles else None

    def paper(self, leg: int) -> str | None:
        """The article of the limit for a leg's paper: to another level of government it is one of its own (Đ20.1a)."""
        return self.point("paper_other_level" if leg in self._to_other_level else "paper_until")


def _rules_then(rules_on: RulesOn, moment: datetime) -> worktime.RuleSet | None:
    try:
        return rules_on(moment)
    except (LookupError, ValueError):
        return None


def _rule_set(name: str) -> worktime.RuleSet | None:
    try:
        return worktime.rule_set(name)
    except (LookupError, ValueError):
        return None
