"""A new rule set is a new file, and a wrong one is refused by its name."""

from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from worktime import Rulebook, Settings, WrongRuleSet, calendar, gate_due


def copied(folder: Path) -> Path:
    for entry in (files("worktime") / "data" / "rules").iterdir():
        (folder / entry.name).write_text(entry.read_text("utf-8"), "utf-8")
    return folder


LAM_DONG = """
title = "Quy chế của tỉnh Lâm Đồng"
base = "nd-118-2025"
kind = "overlay"
valid_from = 2026-06-01
transition = "Hồ sơ tiếp nhận từ 01/06/2026."
carries = ["gate_term", "supplement_clock"]

[settings]
gate_term = "4wh"
supplement_clock = "pause"

[articles]
gate_term = "QĐ 01/2026/QĐ-UBND Điều 5"
"""


def test_adding_a_rule_set_is_adding_a_file(tmp_path: Path) -> None:
    (copied(tmp_path) / "lam-dong-2026.toml").write_text(LAM_DONG, "utf-8")
    rules = Rulebook(tmp_path).on(date(2026, 6, 1), "lam-dong-2026")
    moment = datetime.fromisoformat("2026-06-02T07:00:00+07:00")
    told = gate_due(moment, moment, calendar(), rules)
    assert told.due_at == datetime.fromisoformat("2026-06-02T11:00:00+07:00")
    assert told.derivation[0].source.startswith("QĐ 01/2026/QĐ-UBND Điều 5")
    assert rules.settings.close_after_days == 15 and rules.settings.supplement_clock == "pause"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('gate_term = "4wh"\nspeed = 3', "unknown field `speed`"),
        ('gate_term = "four"', "not a term"),
        ('gate_start = "whenever"', "Invalid enum value"),
        ("gate_term = 4wh", "line 10"),
        ("extension_divisor = 0", "extension_divisor"),
        ("close_after_days = -1", "close_after_days"),
    ],
)
def test_a_wrong_rule_set_file_is_refused_with_its_name(tmp_path: Path, line: str, message: str) -> None:
    """Regression: a divisor of 0 was divided by."""
    (copied(tmp_path) / "wrong.toml").write_text(LAM_DONG.replace('gate_term = "4wh"', line), "utf-8")
    with pytest.raises(WrongRuleSet, match=rf"^rule set 'wrong': .*{message}"):
        Rulebook(tmp_path)


def test_an_overlay_speaks_only_of_points_that_its_decree_has(tmp_path: Path) -> None:
    """Regression: a misspelt point was taken, and never cited."""
    (copied(tmp_path) / "wrong.toml").write_text(LAM_DONG + 'extension_onec = "Điều 5"\n', "utf-8")
    with pytest.raises(WrongRuleSet, match="extension_onec: its decree has no such point"):
        Rulebook(tmp_path)


def test_an_overlay_carries_only_what_it_says_itself(tmp_path: Path) -> None:
    (copied(tmp_path) / "wrong.toml").write_text(LAM_DONG.replace('carries = ["gate_term"', 'carries = ["gate_trem"'), "utf-8")
    with pytest.raises(WrongRuleSet, match="gate_trem: carried, but neither set nor cited"):
        Rulebook(tmp_path)


def test_a_rule_set_on_a_missing_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lonely.toml").write_text(LAM_DONG, "utf-8")
    with pytest.raises(ValueError, match="base 'nd-118-2025' is missing"):
        Rulebook(tmp_path)


BARE = """
title = "Quy chế không thêm gì"
base = "{base}"
kind = "overlay"
valid_from = {since}
transition = "Như nghị định."
"""


def test_a_rule_set_may_leave_everything_to_its_base(tmp_path: Path) -> None:
    (copied(tmp_path) / "bare.toml").write_text(BARE.format(base="nd-309-2026", since="2026-06-01"), "utf-8")
    book = Rulebook(tmp_path)
    bare, base = book.named("bare"), book.named("nd-309-2026")
    assert (bare.settings, bare.articles, bare.unverified, bare.decree) == (base.settings, base.articles, base.unverified, base.decree)
    moved = book.named("nd-61-2018+bare")
    assert moved.settings == book.named("nd-61-2018").settings and moved.articles == book.named("nd-61-2018").articles
    assert (moved.kind, moved.base) == ("overlay", "nd-61-2018")
    assert (moved.valid_from, moved.title) == (date(2026, 6, 1), "Quy chế không thêm gì, trên nền NĐ 61/2018/NĐ-CP")


def test_what_a_file_marks_as_unverified_is_added_to_what_its_base_marks(tmp_path: Path) -> None:
    text = BARE.format(base="nd-309-2026", since="2026-06-01") + 'unverified = ["term"]\n'
    (copied(tmp_path) / "bare.toml").write_text(text, "utf-8")
    book = Rulebook(tmp_path)
    assert book.named("bare").unverified == (*book.named("nd-309-2026").unverified, "term")


def test_a_decree_that_rests_on_nothing_has_its_own_settings_and_articles_alone(tmp_path: Path) -> None:
    text = BARE.replace('base = "{base}"\n', "").replace('kind = "overlay"', 'kind = "decree"').format(since="2030-01-01")
    (tmp_path / "bare.toml").write_text(text, "utf-8")
    bare = Rulebook(tmp_path).named("bare")
    assert (bare.settings, bare.articles, bare.unverified, bare.decree, bare.base) == (Settings(), {}, (), "", None)
