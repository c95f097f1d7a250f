"""What may be entered from the paper book after an outage."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.catalogue import decode, encode
from contracts.fact import BackEntry, VaultRef
from contracts.outage import Outage, back_entry
from contracts.refusal import Refused
from tests.refusing import RULE_SETS, article_of_refusal, foreign
from worktime import rule_set

BEGAN = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=6)
REASON = VaultRef(key="k", digest="d")
OUTAGE = Outage(
    code="SC-2026-0001",
    agency="H60.1",
    began_at=BEGAN,
    ended_at=ENDED,
    cause="power",
    report="12/BB-SC",
    declared_by="head-1",
    declared_at=ENDED,
    ended_by="head-1",
)


def entry(at: datetime, **changes: Any) -> BackEntry:
    given: dict[str, Any] = {
        "outages": [OUTAGE],
        "agency": "H60.1",
        "reason": lambda: REASON,
        "entered_by": "officer-1",
        "approver": "head-1",
        "now": ENDED + timedelta(days=1),
        "law": rule_set("dak-nong-2025"),
        **changes,
    }
    return back_entry(at, **given)


@pytest.mark.req("OP-05", "IN-36")
@pytest.mark.parametrize("moment", [BEGAN, BEGAN + timedelta(hours=2), ENDED])
def test_a_time_inside_the_outage_is_taken_with_its_reason_and_approver(moment: datetime) -> None:
    assert entry(moment) == BackEntry(cause="outage", reason=REASON, approver="head-1")


@pytest.mark.req("OP-05")
@pytest.mark.parametrize("moment", [BEGAN - timedelta(seconds=1), ENDED + timedelta(seconds=1), ENDED + timedelta(days=2)])
def test_a_time_before_the_outage_after_it_or_in_the_future_is_refused_with_the_article(moment: datetime) -> None:
    with pytest.raises(Refused) as no:
        entry(moment)
    assert (no.value.field, no.value.status) == ("back_entry.effective_at", 422)
    assert no.value.article == "QĐ 10/2025/QĐ-UBND Điều 18 khoản 1"


@pytest.mark.req("OP-05")
def test_while_the_outage_lasts_times_up_to_now_are_taken_and_no_later_ones() -> None:
    lasting = Outage(
        code="SC-2026-0002", agency="*", began_at=BEGAN, cause="network", report="13/BB", declared_by="operator-1", declared_at=BEGAN
    )
    assert entry(ENDED, outages=[lasting], agency="H60.2", now=ENDED)
    with pytest.raises(Refused):
        entry(ENDED + timedelta(seconds=1), outages=[lasting], agency="H60.2", now=ENDED)


@pytest.mark.req("OP-05")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agency": "H60.2"}, "effective_at"),
        ({"approver": "officer-1"}, "approver"),
        ({"approver": ""}, "approver"),
        ({"not_before": BEGAN + timedelta(hours=3)}, "effective_at"),
    ],
    ids=["another agency's outage", "the same person twice", "nobody approves", "before the step that it follows"],
)
def test_a_back_entry_is_refused_for(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as no:
        entry(BEGAN + timedelta(hours=1), **changes)
    assert no.value.field == f"back_entry.{field}"


@pytest.mark.req("OP-05")
@pytest.mark.parametrize("name", RULE_SETS)
def test_every_refusal_of_a_back_entry_cites_the_rule_set_of_the_dossier(name: str) -> None:
    law = rule_set(name)
    asks = {
        "no zone": lambda: entry(BEGAN.replace(tzinfo=None), law=law),
        "in the future": lambda: entry(ENDED + timedelta(days=2), law=law),
        "outside": lambda: entry(BEGAN - timedelta(seconds=1), law=law),
        "out of order": lambda: entry(BEGAN, law=law, not_before=ENDED),
        "alone": lambda: entry(BEGAN, law=law, approver="officer-1"),
    }
    cited = {why: article_of_refusal(ask) for why, ask in asks.items()}
    assert set(cited.values()) == {law.article("outage")} and not foreign(law.article("outage"), name)


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("tuyen-quang-2025", "QĐ 06/2025/QĐ-CTUBND Điều 11"),
        ("nd-309-2026+tuyen-quang-2025", "QĐ 06/2025/QĐ-CTUBND Điều 11"),
        ("da-nang-2023", "quy ước của hệ thống: khi hệ thống gián đoạn thì ghi sổ, sau đó nhập bù"),
    ],
)
def test_where_no_regulation_speaks_of_outages_the_paper_book_is_said_to_be_the_systems_own(name: str, article: str) -> None:
    assert article_of_refusal(lambda: entry(BEGAN, law=rule_set(name), approver="")) == article


def test_an_outage_is_a_record_of_the_catalogue() -> None:
    assert decode(encode(OUTAGE)) == OUTAGE
    assert OUTAGE.key == "outage/SC-2026-0001"
