"""The page for a lawyer: each rule, its value and article in every rule set, its tests; and every refusal with its article."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from tests.generated import conformance, refusals
from worktime import RuleSet, Settings, rule_sets

PAGE = "docs/law.md"
RULES = "tests/generated/law.toml"
HEAD = """# The law as built

For a lawyer: what the software decides, by which article, and which test shows it. Generated from the rule sets
(`worktime/worktime/data/rules`), the refusals in the code and the marks of the tests (`python -m tests.generated --write`).

A dossier pins its rule set at reception. Rule sets with the same value and article stand in one line. Where a rule exists in two
readings, the number of the conflict is given; its tests carry it in their names.
"""


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule as told: `points` are what the rule sets cite an article for, `rows` those of the requirements."""

    title: str
    says: str
    rows: tuple[str, ...]
    settings: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    conflict: int | None = None


class Cited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point that refusals cite and no setting moves: `says` is what the law wants there."""

    point: str
    says: str


def files(root: Path) -> dict[str, str]:
    """The page, under its path."""
    rules, points = told(root / RULES), cited(root / RULES)
    untold = missing(rules, rule_sets(), points)
    if untold:
        raise ValueError(f"{RULES} does not tell of {', '.join(untold)}")
    sections = [chapter(rules, rule_sets(), conformance.marks(root / "tests")), basis(points, rule_sets()), refusals.chapter(root)]
    return {PAGE: "\n".join([HEAD, sets(rule_sets()), *sections])}


def told(path: Path) -> list[Rule]:
    """The rules of the file, in its order."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8"))["rule"], list[Rule])


def cited(path: Path) -> list[Cited]:
    """The points that only refusals cite."""
    return msgspec.convert(tomllib.loads(path.read_text("utf-8"))["cited"], list[Cited])


def missing(rules: Sequence[Rule], known: Sequence[RuleSet], points: Sequence[Cited] = ()) -> list[str]:
    """Settings and cited points that nothing tells of."""
    settings = {*msgspec.structs.asdict(Settings())} - {name for rule in rules for name in rule.settings}
    told_of = {name for rule in rules for name in rule.points} | {one.point for one in points}
    return sorted(settings | {point for one in known for point in one.articles} - told_of)


def sets(known: Sequence[RuleSet]) -> str:
    """The rule sets: title, from when, on which base, for which dossiers."""
    head = ["## The rule sets (bộ quy tắc)", "", "| Name | Title | In force from | Base | For which dossiers |", "|---|---|---|---|---|"]
    rows = [f"| `{one.name}` | {one.title} | {one.valid_from:%d/%m/%Y} | {one.base or '–'} | {one.transition} |" for one in known]
    return "\n".join([*head, *rows, ""])


def chapter(rules: Sequence[Rule], known: Sequence[RuleSet], shown: Mapping[str, Sequence[str]]) -> str:
    """All rules, each with its table and its tests."""
    return "\n".join(["## The rules (các quy định)", "", *(part for rule in rules for part in _rule(rule, known, shown))])


def _rule(rule: Rule, known: Sequence[RuleSet], shown: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"### {rule.title}"
    yield ""
    yield rule.says + (f" Conflict {rule.conflict}." if rule.conflict else "")
    yield ""
    yield f"| Rule sets | {' | '.join(f'`{name}`' for name in rule.settings) or 'Value'} | Article |"
    yield "|" + "---|" * (2 + max(1, len(rule.settings)))
    for names, values, article in _alike(rule, known):
        yield f"| {names} | {' | '.join(values)} | {article} |"
    yield ""
    tests = sorted({test for row in rule.rows for test in shown.get(row, ())} | set(_of_conflict(rule, shown)))
    yield f"Rows {', '.join(rule.rows)}." if rule.rows else "No row of its own."
    yield from (f"- {test}" for test in tests)
    yield ""


def _alike(rule: Rule, known: Sequence[RuleSet]) -> Iterator[tuple[str, list[str], str]]:
    """Rule sets with the same values and articles, together."""
    groups: dict[tuple[tuple[str, ...], str], list[str]] = defaultdict(list)
    for one in known:
        values = tuple(say(getattr(one.settings, name)) for name in rule.settings) or ("–",)
        articles = dict.fromkeys(one.article(point) for point in rule.points if point in one.articles)
        groups[values, "<br>".join(articles) or "–"].append(f"`{one.name}`")
    for (values, article), names in groups.items():
        yield ", ".join(names), list(values), article


def basis(points: Sequence[Cited], known: Sequence[RuleSet]) -> str:
    """What a refusal cites, point by point: the article in each rule set."""
    head = ["## What refusals cite (căn cứ từ chối)", "", "A refusal cites the article of the rule set that its dossier pins.", ""]
    rows = [f"| `{one.point}` | {one.says} | {'<br>'.join(_by_article(one.point, known))} |" for one in points]
    return "\n".join([*head, "| Point | What the law wants | Article in each rule set |", "|---|---|---|", *rows, ""])


def _by_article(point: str, known: Sequence[RuleSet]) -> Iterator[str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for one in known:
        if point in one.articles:
            groups[one.article(point)].append(f"`{one.name}`")
    for article, names in groups.items():
        yield f"{article}: {', '.join(names)}"


def say(value: object) -> str:
    """A setting for people."""
    if value is None:
        return "no limit"
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def _of_conflict(rule: Rule, shown: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The tests that carry the number of the conflict in their names."""
    for tests in shown.values():
        yield from (test for test in tests if rule.conflict and f"conflict {rule.conflict} " in test)
