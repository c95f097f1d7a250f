"""A refusal cites the rule set that its dossier pins: services name points, never articles of one decree or province."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.refusing import TEXT
from worktime import rule_sets

ROOT = Path(__file__).parents[2]
ROOMS = [ROOT / "services" / room for room in ("processing", "results", "routing", "intake")]
BESIDE = {ROOT / "services/intake/intake/scans.py"}
"""A scan is signed before it belongs to a dossier."""


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted(room.rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def told(tree: ast.Module) -> Iterator[str]:
    """The strings of a module that somebody may read; not what documents it."""
    silent = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    yield from (
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in silent
    )


def points() -> set[str]:
    """What the services ask the article of."""
    found: set[str] = set()
    for _, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "article":
                found |= {str(word.value) for word in node.args if isinstance(word, ast.Constant)}
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("must_be", "must_lead"):
                found |= {str(word.value) for word in node.args[-1:] if isinstance(word, ast.Constant)}
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "POINT":
                found |= {str(node.value.value)} if isinstance(node.value, ast.Constant) else set()
    return found


def test_no_room_that_works_on_dossiers_cites_one_decree_or_one_province() -> None:
    assert [(path.name, text) for path, tree in modules() if path not in BESIDE for text in told(tree) if TEXT.search(text)] == []


@pytest.mark.parametrize("rules", rule_sets(), ids=lambda rules: rules.name)
def test_every_point_that_is_cited_has_its_article_in_every_rule_set_that_has_the_rule(rules) -> None:  # type: ignore[no-untyped-def]
    missing = [point for point in sorted(points()) if point not in rules.articles and "otherwise" not in rules.articles]
    assert [point for point in missing if getattr(rules.settings, point, None) is not None or not hasattr(rules.settings, point)] == []
    assert {"stop", "unpaid", "return_fee", "supplement_complete", "consultation"} <= points()
