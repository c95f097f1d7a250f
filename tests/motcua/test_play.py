"""`motcua play`: the plan, what is sent for a life, and that a difference is seen."""

import json
import random
import re
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from catalogue.province import load_data
from contracts.dossier import intake, routing
from contracts.national_status import Status
from motcua.client import Client
from motcua.play.episodes import EPISODES
from motcua.play.ledger import TYPES, Entry, Ledger
from motcua.play.life import Player
from motcua.play.paper import pdf
from motcua.play.people import form_of
from motcua.play.plan import SHARES, Kind, Life, Province, fits, kinds, plan
from motcua.play.reconciling import Outcome, Start, reconcile, start

DATA = load_data()
PROVINCE = Province({agency.code: agency for agency in DATA.agencies}, list(DATA.procedures))
MAY = datetime(2031, 5, 6, 2, 0, tzinfo=UTC)


def life_of(kind: Kind) -> Life:
    return next(life for life in plan(PROVINCE, 60, 5) if life.kind == kind)


def test_equal_seeds_give_equal_plans_and_other_seeds_other_ones() -> None:
    assert plan(PROVINCE, 40, 7) == plan(PROVINCE, 40, 7) != plan(PROVINCE, 40, 8)


@pytest.mark.parametrize("number", [1, 19, 20, 100, 500])
def test_a_plan_has_as_many_lives_as_were_asked_for_and_most_are_plain(number: int) -> None:
    chosen = Counter(kinds(number, random.Random(1)))
    assert sum(chosen.values()) == number
    if number >= 20:
        assert set(chosen) == {*SHARES, "normal"}
    if number >= 100:
        assert chosen["normal"] / number == pytest.approx(0.7, abs=0.03)


def test_every_kind_fits_some_procedure_and_an_extension_never_a_short_one() -> None:
    assert all(any(fits(procedure, kind) for procedure in PROVINCE.procedures) for kind in SHARES)
    assert not any(fits(procedure, "extension") for procedure in PROVINCE.procedures if procedure.term in ("3wd", "same-day"))


def test_a_filled_form_is_one_that_intake_takes() -> None:
    from intake.domain.submission import check_form
    from worktime import rule_set

    for number, procedure in enumerate(PROVINCE.procedures):
        check_form(procedure, form_of(procedure, random.Random(number)), rule_set("tuyen-quang-2025"), date(2026, 3, 2))


def test_two_pages_never_have_the_same_digest() -> None:
    dice = random.Random(1)
    assert pdf(dice)[:5] == b"%PDF-" and pdf(dice) != pdf(dice)


class FakeOffice:
    """Answers every command, remembers who asked for what, and lets some commands wait."""

    def __init__(self, *not_yet: str) -> None:
        self.asked: list[tuple[str, str]] = []
        self.not_yet = list(not_yet)
        self.statuses = {"1": 0}
        self.held: Counter[str] = Counter()
        self.history: list[str] = []
        self.status = 10
        self.aside = 0
        self.due_at: str | None = None
        self._bodies: list[str] = []

    def client(self) -> Client:
        names = ("intake", "routing", "processing", "results", "payments", "tracking")
        return Client({name: f"http://{name}" for name in names}, lambda actor: actor.subject, transport=httpx.MockTransport(self.answer))

    def said(self, field: str) -> list[str]:
        """What stood in that field of the bodies that were sent."""
        return [found for body in self._bodies for found in re.findall(rf'"{field}":"([^"]*)"', body)]

    def answer(self, request: httpx.Request) -> httpx.Response:
        self._bodies.append(request.content.decode(errors="replace"))
        what = request.url.path.split("/")[-1]
        if what in self.not_yet:
            self.not_yet.remove(what)
            return httpx.Response(409, json={"detail": "chưa"})
        if request.method == "POST":
            self.asked.append((what, request.headers["authorization"].removeprefix("Bearer ").partition(".")[0]))
        return httpx.Response(201 if request.method == "POST" else 200, json=self._body(request, what))

    def _body(self, request: httpx.Request, what: str) -> dict[str, Any]:
        legs = [{"leg": 1, "agency": "H60.A", "lead": True}]
        bodies: dict[str, dict[str, Any]] = {
            "dossiers": {"id": "d-1"},
            "extension-dates": {"dates": ["2026-12-10"]},
            "obligations": {"obligation": "o-1"},
            "counts": {"facts": dict(self.held)},
            "statistics": {"by_status": self.statuses},
            "history": {"items": [{"type": kind} for kind in self.history]},
            "parked": {"total": self.aside, "items": []},
        }
        seen = {"state": "returned", "status": self.status, "due_at": self.due_at}
        received = {
            "code": "H60.A-261124-0001",
            "settling": "H60.A",
            "process": {"legs": legs},
            "fee": {"amount_vnd": 5000, "when": "result"},
        }
        return bodies.get(what, {"received": received, **seen} if request.method == "GET" else {})


def played(kind: Kind, office: FakeOffice) -> tuple[Entry, list[str]]:
    ledger = Ledger()
    Player(office.client(), life_of(kind), ledger, 2, "H60.B", EPISODES).play()
    return ledger.dossiers["d-1"], [what for what, _ in office.asked if what != "files"]


def test_a_plain_life_goes_from_filing_to_return() -> None:
    entry, asked = played("normal", FakeOffice())
    assert asked == ["dossiers", "reception", "bank-notices", "assignments", "drafts", "approval", "result", "return"]
    assert (entry.status, entry.problem) == (Status.RETURNED, "")
    assert entry.facts[TYPES["ResultReturned"]] == entry.facts[TYPES["ObligationPaid"]] == 1


def test_a_command_that_came_before_its_news_is_asked_again_and_counted_once() -> None:
    entry, asked = played("normal", FakeOffice("assignments", "assignments", "result"))
    assert asked.count("assignments") == asked.count("result") == 1
    assert entry.facts[TYPES["Assigned"]] == entry.facts[TYPES["ResultIssued"]] == 1


def test_a_command_that_is_never_accepted_is_told_with_its_last_answer() -> None:
    entry, _ = played("normal", FakeOffice(*["approval"] * 1000))
    assert "approval: not seen within 2 s" in entry.problem and "chưa" in entry.problem
    assert entry.facts[TYPES["Approved"]] == 0


@pytest.mark.parametrize("kind", [*SHARES])
def test_each_kind_of_life_ends_without_a_problem(kind: Kind) -> None:
    entry, asked = played(kind, FakeOffice())
    assert entry.problem == ""
    ends = {"refusal": Status.REFUSED, "withdrawn": Status.STOPPED, "stop-granted": Status.STOPPED}
    assert entry.status == ends.get(kind, Status.RETURNED)
    assert ("return" in asked) == (kind not in ends)


def test_every_act_is_done_by_whom_the_law_names() -> None:
    office = FakeOffice()
    played("supplement", office)
    who = dict(office.asked)
    assert who["assignments"] == "department-head" and who["drafts"] == "specialist" and who["approval"] == "leader"
    assert who["supplement-needs"] == "leader" and who["from-processing"] == "one-stop" and who["result"] == "clerk"


def outcome_of(office: FakeOffice) -> bool:
    ledger = Ledger()
    ledger.open("d-1", Entry(1, "normal"))
    ledger.add("d-1", intake.Submitted, intake.Received, routing.Transferred, status=Status.RETURNED)
    return reconcile(office.client(), ledger, Start({}, {"by_status": {}}, {}), seconds=0.3).reconciles


def full_office() -> FakeOffice:
    office = FakeOffice()
    office.history = [TYPES[name] for name in ("Submitted", "Received", "Transferred")]
    office.held, office.statuses = Counter(office.history), {"10": 1}
    return office


def test_equal_numbers_reconcile_and_reactions_of_services_are_no_difference() -> None:
    office = full_office()
    office.history.append(TYPES["Rescheduled"])
    office.held[TYPES["Rescheduled"]] += 1
    assert outcome_of(office)


@pytest.mark.parametrize("fault", ["lost", "twice", "status", "statistics", "unknown"])
def test_one_fact_lost_or_twice_or_a_status_that_differs_does_not_reconcile(fault: str) -> None:
    office = full_office()
    match fault:
        case "lost":
            office.history.pop()
        case "twice":
            office.held[TYPES["Received"]] += 1
        case "status":
            office.status = 9
        case "statistics":
            office.statuses = {"9": 1}
        case "unknown":
            office.held[TYPES["Closed"]] += 1
    assert not outcome_of(office)


@pytest.mark.parametrize(("before", "told"), [(2, {1}), (3, {0})])
def test_only_what_was_put_aside_since_the_start_is_a_difference(before: int, told: set[int]) -> None:
    office = full_office()
    office.aside = before
    began = Start({}, {"by_status": {}}, start(office.client()).parked)
    office.aside = 3
    outcome = reconcile(office.client(), Ledger(), began, seconds=0.1)
    assert set(outcome.parked.values()) == told


def test_everything_that_disagrees_is_told_in_a_line_of_its_own() -> None:
    """Regression: a play with parked records ended with '0 differences or failures.'"""
    outcome = Outcome(
        facts={TYPES["Received"]: (2, 1), TYPES["Rescheduled"]: (0, 3)}, statuses={4: (1, 0)}, views={"intake: status": (2, 1)}
    )
    outcome.parked = {"tracking": 3, "intake": 0}
    assert outcome.differences == [
        "received: 2 acknowledged, 1 in tracking",
        "status 4: 1 expected, 0 in the statistics",
        "intake: status: 1 of 2 dossiers agree",
        "tracking: 3 parked (motcua parked list)",
    ]


def test_a_second_play_of_the_same_seed_pays_with_vouchers_of_its_own() -> None:
    vouchers: list[str] = []

    class Bank(FakeOffice):
        def answer(self, request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("bank-notices"):
                vouchers.append(json.loads(request.content)["voucher"])
            return super().answer(request)

    for _ in range(2):
        played("normal", Bank())
    assert len(set(vouchers)) == 2


def test_what_is_asked_for_and_paid_lies_in_the_time_of_the_system_that_plays() -> None:
    office = FakeOffice()
    kinds_with_times: tuple[Kind, ...] = ("consultation", "obligation")
    for kind in kinds_with_times:
        Player(office.client(), life_of(kind), Ledger(), 2, "H60.B", EPISODES, lambda: MAY).play()
    assert office.said("reply_by") == ["2031-05-06T08:00:00+00:00"]
    assert set(office.said("succeeded_at")) == {"2031-05-06T02:00:00+00:00"}


def test_an_opinion_is_wanted_by_the_date_of_a_dossier_that_is_due_sooner() -> None:
    """Regression: six hours from now whatever the date, which routing refuses."""
    office = FakeOffice()
    office.due_at = "2031-05-06T05:00:00+00:00"
    Player(office.client(), life_of("consultation"), Ledger(), 2, "H60.B", EPISODES, lambda: MAY).play()
    assert office.said("reply_by") == [office.due_at]
