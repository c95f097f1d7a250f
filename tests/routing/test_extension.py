"""What the extension of the dossier's date means for the legs."""

from datetime import datetime
from uuid import UUID

import pytest

from chassis.deadlines import deadline
from contracts.dossier.payments import ObligationPaid
from contracts.dossier.processing import Extended, ObligationRaised
from contracts.dossier.routing import LegRescheduled
from contracts.fact import VaultRef
from tests.harness import START, Service, token
from tests.routing.given import AT_ONCE, RULES, SETTLING, day, received, routed, routing
from worktime import Extension, calendar, due, in_viet_nam, rule_set

REASON = VaultRef(key="k", digest="d")
READER = token("specialist-1", "specialist", agencies=[SETTLING])
WORKING = calendar(SETTLING)
OLD = due("10wd", START, WORKING, rule_set(RULES))
TO = day(18).date()


def extension() -> Extension:
    return Extension(
        new_date=TO, due_at=OLD.due_at, old_due_at=OLD.due_at, asked_at=day(11), late_notice=False, cap=None, legal_dates=(), article=""
    )


def extended(at: datetime, *, late: bool = False) -> Extended:
    new = due("10wd", START, WORKING, rule_set(RULES), extension=extension())
    return Extended(
        effective_at=at,
        recorded_at=at,
        old_due_at=OLD.due_at,
        deadline=deadline(new, "10wd", WORKING.version),
        late_notice=late,
        officer="officer-1",
    )


def moves(service: Service, dossier: UUID) -> list[LegRescheduled]:
    return [fact for fact in service.facts(dossier) if isinstance(fact, LegRescheduled)]


def shown(service: Service, dossier: UUID) -> list[tuple[int, str, str]]:
    legs = service.get(f"/dossiers/{dossier}", READER).json()["legs"]
    return [(leg["leg"], leg["due_at"][:10], leg["timeliness"]) for leg in legs]


@pytest.mark.req("PR-11", "RT-06")
def test_who_leads_and_had_until_the_dossier_s_date_has_until_the_extended_one() -> None:
    """Regression: the leading agency was shown as late from the old date on although its extension was had in time."""
    service, dossier = routed("parallel", AT_ONCE)
    service.world.clock.move_to(day(12))
    service.tell(dossier, extended(day(12)))
    [moved] = moves(service, dossier)
    assert (moved.leg, moved.cause, moved.old_due_at) == (1, "extension", OLD.due_at)
    assert in_viet_nam(moved.deadline.due_at).date() == TO
    assert "extension" in [reason.step for reason in moved.deadline.derivation]
    service.world.clock.move_to(day(17))
    assert shown(service, dossier)[0] == (1, str(TO), "early")


@pytest.mark.req("PR-11")
def test_a_slip_sent_too_late_leaves_the_leg_as_late_as_it_is() -> None:
    service, dossier = routed()
    service.world.clock.move_to(day(17))
    service.tell(dossier, extended(day(17), late=True))
    assert moves(service, dossier) == []
    assert service.get(f"/dossiers/{dossier}", READER).json()["due_at"][:10] == str(TO)


@pytest.mark.req("PR-11", "PR-19")
def test_a_pause_after_the_extension_is_added_to_the_extended_date() -> None:
    service, dossier = routed()
    service.tell(dossier, extended(day(12)))
    at = day(12, 14)
    service.tell(dossier, ObligationRaised(effective_at=at, recorded_at=at, obligation="thuế", amount_vnd=1, basis=REASON, officer="o"))
    paid = day(13, 14)
    service.tell(dossier, ObligationPaid(effective_at=paid, recorded_at=paid, obligation="thuế", amount_vnd=1, method="bank", voucher="v"))
    assert [(fact.cause, in_viet_nam(fact.deadline.due_at).date()) for fact in moves(service, dossier)] == [
        ("extension", TO),
        ("obligation-pause", day(19).date()),
    ]


def test_an_imported_history_s_extension_moves_no_leg() -> None:
    service = routing()
    dossier = UUID(int=7)
    service.tell(dossier, received(imported=True))
    service.tell(dossier, extended(day(12)))
    assert moves(service, dossier) == []
