"""Where agencies stand to each other: their level of government."""

from collections.abc import Mapping

from contracts.catalogue import Agency
from worktime import RuleSet

Agencies = Mapping[str, Agency]


def other_level(sender: str, receiver: str, agencies: Agencies, rules: RuleSet) -> bool:
    """Whether paper goes to another level of government (Đ20.1a): of the two or three that the rules know (conflict 12)."""
    known = [agencies[code] for code in (sender, receiver) if code in agencies]
    return len(known) == 2 and _level(known[0], agencies, rules) != _level(known[1], agencies, rules)


def _level(agency: Agency, agencies: Agencies, rules: RuleSet) -> str:
    lower = ("commune", "district") if rules.settings.government_levels == 3 else ("commune",)
    area = agencies.get(agency.area)
    levels = (agency.level, area.level if area else "")
    return next((level for level in lower if level in levels), "province")
