"""Rule sets are data: what each says, and how they are chosen."""

from datetime import date, datetime, time
from typing import Any

import msgspec
import pytest

from tests.refusing import RULE_SETS, foreign
from worktime import article_of, calendar, due, gate_due, rule_set, rule_set_for, rule_sets

NAMES = {
    "imported",
    "nd-61-2018",
    "nd-118-2025",
    "nd-309-2026",
    "dak-nong-2025",
    "son-la-2019",
    "tuyen-quang-2025",
    "da-nang-2023",
    "kon-tum-2022",
}
VALID_FROM = {
    "nd-61-2018": date(2018, 6, 21),
    "nd-118-2025": date(2025, 7, 1),
    "nd-309-2026": date(2026, 8, 5),
    "dak-nong-2025": date(2025, 4, 1),
    "son-la-2019": date(2019, 8, 25),
    "tuyen-quang-2025": date(2025, 12, 15),
    "da-nang-2023": date(2023, 12, 22),
    "kon-tum-2022": date(2022, 3, 24),
}
ND61: dict[str, Any] = {
    "gate_term": "8wh",
    "officer_notice_hours": None,
    "supplement_requests": 1,
    "deficiency_limit": "3wd",
    "close_after_days": None,
    "gate_close_days": None,
    "extensions": 1,
    "extension_lead": "1d",
    "extension_divisor": None,
    "same_day_until": time(15),
    "paper_until": time(15),
    "paper_other_level": None,
    "result_correction": None,
    "money_to_budget": None,
    "government_levels": 3,
}
ND118 = ND61 | {
    "officer_notice_hours": 2,
    "close_after_days": 15,
    "gate_close_days": 15,
    "paper_other_level": "1wd",
    "result_correction": "3wd",
    "money_to_budget": "8wh",
    "government_levels": 2,
}
NUMBERS = {
    "nd-61-2018": ND61,
    "dak-nong-2025": ND61,
    "da-nang-2023": ND61,
    "kon-tum-2022": ND61,
    "son-la-2019": ND61 | {"deficiency_limit": "settlement"},
    "nd-118-2025": ND118,
    "nd-309-2026": ND118,
    "tuyen-quang-2025": ND118 | {"extension_lead": "1wd", "extension_divisor": 3},
}


def test_all_rule_sets_are_there_with_their_dates_and_transitions() -> None:
    assert {rules.name for rules in rule_sets()} == NAMES
    assert {name: rule_set(name).valid_from for name in VALID_FROM} == VALID_FROM
    assert all(rules.transition and rules.title for rules in rule_sets())


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_of_a_rule_set_is_the_one_of_its_text(name: str) -> None:
    settings = rule_set(name).settings
    assert {point: getattr(settings, point) for point in NUMBERS[name]} == NUMBERS[name]


@pytest.mark.parametrize("name", sorted(NAMES - {"imported"}))
def test_every_setting_that_is_on_has_its_article(name: str) -> None:
    rules = rule_set(name)
    settings = msgspec.structs.asdict(rules.settings)
    named = {"supplement_requests": "supplement_once", "extensions": "extension_once", "supplement_clock": "supplement_restart"}
    limits = [point for point, value in settings.items() if value is not None and point not in ("guards", "same_day_until")]
    missing = [point for point in limits if named.get(point, point) not in rules.articles]
    assert missing in ([], ["clock_start"])


def test_an_article_is_cited_as_the_law_writes_it() -> None:
    assert rule_set("nd-118-2025").article("extension_once") == "NĐ 118/2025/NĐ-CP Điều 19 khoản 6"
    assert rule_set("nd-61-2018").article("extension_once") == "NĐ 61/2018/NĐ-CP Điều 19 khoản 9"
    assert rule_set("tuyen-quang-2025").article("extension_divisor") == "QĐ 06/2025/QĐ-CTUBND Điều 25 khoản 2 điểm a"
    assert rule_set("tuyen-quang-2025").decree == "NĐ 118/2025/NĐ-CP"


@pytest.mark.parametrize("name", RULE_SETS)
def test_a_rule_set_cites_its_own_decision_its_decree_and_no_other_provinces(name: str) -> None:
    rules = rule_set(name)
    assert {point: foreign(rules.article(point), name) for point in rules.articles if foreign(rules.article(point), name)} == {}
    assert foreign("QĐ 31/2019/QĐ-UBND Điều 1; QĐ 2830/QĐ-UBND", "da-nang-2023") == {"QĐ 31/2019/QĐ-UBND"}


def test_what_an_imported_history_has_no_article_for_is_the_older_systems() -> None:
    assert article_of("imported", "stop") == article_of("nobody-knows", "stop") == "dữ liệu của hệ thống cũ"
    assert article_of("son-la-2019", "return_fee") == "QĐ 31/2019/QĐ-UBND Điều 15 khoản 1 điểm a"
    with pytest.raises(KeyError):
        article_of("son-la-2019", "nothing")


@pytest.mark.req("PR-09")
def test_conflict_2_restart_is_the_default_everywhere() -> None:
    assert {rules.settings.supplement_clock for rules in rule_sets()} == {"restart"}


OLDER = ["da-nang-2023", "dak-nong-2025", "kon-tum-2022", "nd-61-2018", "son-la-2019"]


def having(setting: str, value: Any) -> list[str]:
    return sorted(rules.name for rules in rule_sets() if getattr(rules.settings, setting) == value)


def test_conflict_1_two_provinces_count_from_submission_and_the_others_from_receipt() -> None:
    assert having("gate_start", "submitted") == ["dak-nong-2025", "son-la-2019"]
    assert rule_set_for(date(2026, 9, 1)).settings.gate_start == "received-by-system"


def test_conflict_3_one_province_gives_the_settlement_time_and_the_decrees_three_working_days() -> None:
    assert having("deficiency_limit", "settlement") == ["son-la-2019"]
    assert having("deficiency_limit", "3wd") == sorted({*OLDER, "nd-118-2025", "nd-309-2026", "tuyen-quang-2025"} - {"son-la-2019"})


def test_conflict_4_one_working_day_and_a_third_or_one_day_without_a_cap() -> None:
    assert having("extension_lead", "1wd") == having("extension_divisor", 3) == ["tuyen-quang-2025"]
    assert having("extension_lead", "1d") == sorted([*OLDER, "nd-118-2025", "nd-309-2026"])
    assert rule_set_for(date(2026, 9, 1)).settings.extension_divisor == 3


def test_conflict_6_the_national_portal_or_the_provinces_own_channel() -> None:
    assert having("online_channel", "province") == OLDER
    assert rule_set_for(date(2026, 9, 1)).settings.online_channel == "national-portal"


def test_conflict_7_e_id_accounts_only_or_the_provinces_own_too() -> None:
    assert having("accounts", "own") == ["da-nang-2023", "kon-tum-2022", "nd-61-2018", "son-la-2019"]
    assert rule_set_for(date(2026, 9, 1)).settings.accounts == rule_set("dak-nong-2025").settings.accounts == "e-id"


def test_conflict_8_the_code_is_the_settling_agencys_or_the_receiving_ones() -> None:
    assert having("code_agency", "receiving") == OLDER
    assert rule_set_for(date(2026, 9, 1)).settings.code_agency == "settling"


def test_conflict_12_two_levels_of_government_or_three() -> None:
    assert having("government_levels", 3) == OLDER
    assert rule_set_for(date(2026, 9, 1)).settings.government_levels == 2


def test_only_the_unverified_decree_starts_the_clock_at_the_competent_agency() -> None:
    assert having("clock_start", "competent-agency") == ["nd-309-2026"]


def test_decree_309_is_marked_unverified_and_never_chosen_by_date_unless_switched_on() -> None:
    rules = rule_set("nd-309-2026")
    assert rules.article("clock_start").endswith("(chưa kiểm chứng)") and not rules.chosen_by_date
    assert set(rules.unverified) == set(rules.articles) - set(rule_set("nd-118-2025").articles) | {"clock_start"}
    assert rule_set_for(date(2026, 9, 1)).name == "tuyen-quang-2025"
    assert rule_set_for(date(2026, 9, 1), unverified=True).name == "nd-309-2026+tuyen-quang-2025"


def test_an_overlay_on_another_decree_keeps_only_what_adds_or_tightens() -> None:
    rules = rule_set_for(date(2026, 1, 5), "son-la-2019")
    assert rules.name == "nd-118-2025+son-la-2019" and rule_set(rules.name) == rules
    assert (rules.settings.gate_start, rules.settings.deficiency_limit, rules.settings.code_agency) == ("submitted", "3wd", "settling")
    assert rules.article("gate_start").startswith("QĐ 31/2019/QĐ-UBND") and rules.article("term").startswith("NĐ 118/2025")


def test_an_overlay_counts_only_once_it_is_in_force_and_a_province_may_have_none() -> None:
    assert rule_set_for(date(2019, 8, 24), "son-la-2019").name == "nd-61-2018"
    assert rule_set_for(date(2019, 8, 25), "son-la-2019").name == "son-la-2019"
    assert rule_set_for(date(2026, 1, 5), None).name == rule_set_for(date(2026, 1, 5), "nd-61-2018").name == "nd-118-2025"
    assert rule_set_for(date(2020, 1, 6), "nd-61-2018").name == "nd-61-2018"
    with pytest.raises(ValueError, match="no decree"):
        rule_set_for(date(2018, 6, 20))


def test_a_rule_set_named_by_hand_applies_whatever_its_valid_from() -> None:
    start = datetime.fromisoformat("2020-05-04T09:00:00+07:00")
    assert due("5wd", start, calendar(), rule_set("tuyen-quang-2025")).rule_set == "tuyen-quang-2025"


def test_dossiers_of_different_laws_run_side_by_side() -> None:
    submitted, received = (datetime.fromisoformat(f"2025-06-30T{clock}:00+07:00") for clock in ("09:00", "10:00"))
    old, new = rule_set("dak-nong-2025"), rule_set("nd-118-2025")
    assert gate_due(submitted, received, calendar(), old).due_at < gate_due(submitted, received, calendar(), new).due_at


def test_an_unknown_rule_set_is_named_in_the_error() -> None:
    with pytest.raises(KeyError, match="no rule set named 'nowhere'"):
        rule_set("nowhere")


def test_an_overlay_on_a_later_decree_holds_from_the_later_of_both_days() -> None:
    assert rule_set("nd-118-2025+son-la-2019").valid_from == date(2025, 7, 1)
    assert rule_set("nd-61-2018+tuyen-quang-2025").valid_from == date(2025, 12, 15)


def test_all_known_names_are_told_when_one_is_unknown() -> None:
    with pytest.raises(KeyError, match="known: da-nang-2023, dak-nong-2025, imported"):
        rule_set("nowhere")
