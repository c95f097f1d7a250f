"""Rule sets: what the law fixes, as data with a valid-from date and the article of every point."""

import tomllib
from datetime import date, time
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

import msgspec

from worktime.term import Term

Count = Annotated[int, msgspec.Meta(ge=1)]
"""Hours, days or times: none of them can be 0, and what has no limit is None."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The points a rule set decides. None means: this rule set has no such limit."""

    guards: bool = True
    gate_term: str | None = None
    gate_start: Literal["received-by-system", "submitted"] = "received-by-system"
    officer_notice_hours: Count | None = None
    clock_start: Literal["received", "competent-agency"] = "received"
    supplement_requests: Count | None = None
    supplement_clock: Literal["restart", "pause"] = "restart"
    deficiency_limit: str | None = None
    close_after_days: Count | None = None
    gate_close_days: Count | None = None
    obligation_clock: Literal["pause", "run"] = "pause"
    prepaid_fee: Literal["hold"] | None = None
    extensions: Count | None = None
    extension_lead: str | None = None
    extension_divisor: Count | None = None
    same_day_until: time = time(15)
    paper_until: time | None = None
    paper_other_level: str | None = None
    result_correction: str | None = None
    money_to_budget: str | None = None
    online_channel: Literal["national-portal", "province"] = "national-portal"
    accounts: Literal["e-id", "own"] = "e-id"
    code_agency: Literal["settling", "receiving"] = "settling"
    code_interlinked: Literal["one-stop-or-portal"] | None = None
    government_levels: Literal[2, 3] = 2
    outage_sheet_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    scans: Literal["plain", "signed"] | None = None


TERMS = ("gate_term", "extension_lead", "paper_other_level", "result_correction", "money_to_budget")
"""The settings that are terms; `deficiency_limit` may be one too."""


class RuleSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule set. `settings` are complete (inherited ones included); `articles` cite each point."""

    name: str
    title: str
    decree: str
    valid_from: date
    transition: str
    settings: Settings
    kind: Literal["decree", "overlay", "free"]
    base: str | None = None
    chosen_by_date: bool = True
    unverified: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    articles: dict[str, str] = {}

    def article(self, point: str) -> str:
        """The article of a point, for instance `extension_once`; a point read from no checked text says so. Unknown: KeyError.

        A rule set without rules of its own may have one article for all other points, `otherwise`.
        """
        suffix = " (chưa kiểm chứng)" if point in self.unverified else ""
        known = point if point in self.articles or "otherwise" not in self.articles else "otherwise"
        return self.articles[known] + suffix


class UnknownRuleSet(KeyError):
    """No rule set has this name; an imported history has none."""


class NoRulesThen(ValueError):
    """A day before the first decree that the rulebook knows."""


class WrongRuleSet(ValueError):
    """A rule set's file cannot be what it says; the text names it and the fault."""


class Rulebook:
    """The rule sets of one folder of TOML files. Adding a rule set is adding a file."""

    def __init__(self, folder: Traversable) -> None:
        found = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
        self._raw = {entry.name.removesuffix(".toml"): _read(entry) for entry in found}
        self._sets = {name: self._build(name) for name in sorted(self._raw)}

    def all(self) -> tuple[RuleSet, ...]:
        """Every rule set, oldest first."""
        return tuple(sorted(self._sets.values(), key=lambda rules: (rules.valid_from, rules.name)))

    def named(self, name: str) -> RuleSet:
        """A rule set by name; `decree+overlay` is an overlay on another decree than its own. Unknown: KeyError."""
        decree, plus, overlay = name.partition("+")
        if plus:
            return self._composed(self.named(decree), self.named(overlay))
        if name not in self._sets:
            raise UnknownRuleSet(f"no rule set named {name!r}; known: {', '.join(self._sets)}")
        return self._sets[name]

    def for_provinces(self) -> tuple[str, ...]:
        """The names by which a province can say what it goes by."""
        return tuple(name for name, rules in self._sets.items() if rules.kind != "free")

    def on(self, received: date, overlay: str | None, *, unverified: bool = False) -> RuleSet:
        """Base: the decree in force that day; the province's overlay adds or tightens once it is in force. A province that names a
        decree has no overlay of its own.

        `unverified` switches on decrees that are never chosen by date otherwise. Before the first decree: `NoRulesThen`.
        """
        decrees = [rules for rules in self.all() if rules.kind == "decree" and (rules.chosen_by_date or unverified)]
        in_force = [rules for rules in decrees if rules.valid_from <= received]
        if not in_force:
            raise NoRulesThen(f"no decree of this rulebook was in force on {received.isoformat()}")
        decree = in_force[-1]
        if overlay is None or self.named(overlay).kind == "decree" or self.named(overlay).valid_from > received:
            return decree
        return self.named(overlay if self.named(overlay).base == decree.name else f"{decree.name}+{overlay}")

    def _build(self, name: str, seen: tuple[str, ...] = ()) -> RuleSet:
        if name in seen or name not in self._raw:
            raise WrongRuleSet(f"rule set {(seen or (name,))[-1]!r}: base {name!r} is missing or its own ancestor")
        raw = dict(self._raw[name])
        parent = self._build(raw["base"], (*seen, name)) if raw.get("base") else None
        inherited = msgspec.to_builtins(parent.settings, builtin_types=(time,)) if parent else {}
        raw["settings"] = {**inherited, **raw.get("settings", {})}
        raw["articles"] = {**(parent.articles if parent else {}), **raw.get("articles", {})}
        raw["unverified"] = tuple(parent.unverified if parent else ()) + tuple(raw.get("unverified", ()))
        raw.setdefault("decree", parent.decree if parent else "")
        _check_points(name, self._raw[name], parent)
        return _checked({"name": name, **raw})

    def _composed(self, decree: RuleSet, overlay: RuleSet) -> RuleSet:
        own = self._raw[overlay.name]
        settings = {point: value for point, value in own.get("settings", {}).items() if point in overlay.carries}
        articles = {point: text for point, text in own.get("articles", {}).items() if point in overlay.carries}
        return msgspec.structs.replace(
            decree,
            name=f"{decree.name}+{overlay.name}",
            title=f"{overlay.title}, trên nền {decree.decree}",
            kind="overlay",
            base=decree.name,
            valid_from=max(decree.valid_from, overlay.valid_from),
            settings=msgspec.structs.replace(decree.settings, **settings),
            articles={**decree.articles, **articles},
        )


_READS = msgspec.json.Decoder(RuleSet)
"""Made at import: msgspec (0.22) does not bear that two threads find out what a struct is at once."""


def _read(entry: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(entry.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongRuleSet(f"rule set {entry.name.removesuffix('.toml')!r}: {error}") from error


def _check_points(name: str, own: dict[str, Any], base: RuleSet | None) -> None:
    """An overlay speaks of points that its decree has, and carries what it says itself: anything else is a slip of the pen."""
    cited = own.get("articles", {})
    unsaid = set(own.get("carries", ())) - {*own.get("settings", {}), *cited}
    known = {*base.articles, *Settings.__struct_fields__} if base and own.get("kind") == "overlay" else set(cited)
    unknown = set(cited) - known
    for points, fault in ((unknown, "its decree has no such point"), (unsaid, "carried, but neither set nor cited here")):
        if points:
            raise WrongRuleSet(f"rule set {name!r}: {', '.join(sorted(points))}: {fault}")


def _checked(raw: dict[str, Any]) -> RuleSet:
    try:
        rules = msgspec.convert(raw, RuleSet)
    except msgspec.ValidationError as error:
        raise WrongRuleSet(f"rule set {raw['name']!r}: {error}") from error
    settings = rules.settings
    limit = None if settings.deficiency_limit == "settlement" else settings.deficiency_limit
    try:
        for term in filter(None, (limit, *(getattr(settings, name) for name in TERMS))):
            Term.parse(term)
    except ValueError as error:
        raise WrongRuleSet(f"rule set {raw['name']!r}: {error}") from error
    return rules


@cache
def rulebook() -> Rulebook:
    """The packaged rule sets."""
    return Rulebook(files("worktime") / "data" / "rules")


@cache
def rule_set(name: str) -> RuleSet:
    """A packaged rule set by name (or `decree+overlay`); it applies whatever its valid-from. Unknown: KeyError."""
    return rulebook().named(name)


def article_of(name: str, point: str) -> str:
    """The article of a point under the rule set that a dossier pins by this name. A dossier that pins none of ours was received by
    another system. Unknown point: KeyError."""
    try:
        return rule_set(name).article(point)
    except UnknownRuleSet:
        return rule_set("imported").article(point)


def rule_sets() -> tuple[RuleSet, ...]:
    """Every packaged rule set, oldest first."""
    return rulebook().all()


@lru_cache(maxsize=10_000)
def rule_set_for(received: date, province_rule_set: str | None = "tuyen-quang-2025", *, unverified: bool = False) -> RuleSet:
    """The rule set a dossier received on that Viet Nam date pins: decree in force, plus the province's overlay."""
    return rulebook().on(received, province_rule_set, unverified=unverified)
