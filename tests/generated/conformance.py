"""Which test shows which requirement, from the marks in the test files alone."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

PAGE = "docs/conformance.md"
TITLES = "docs/requirements.tsv"
HEAD = """# Conformance

Row of the requirements → what it asks → the tests that show it. Generated from the marks of the tests
(`python -m tests.generated --write`); `make test` prints passed or failed for each row.
"""


def files(root: Path) -> dict[str, str]:
    """The page, under its path."""
    return {PAGE: page(titles(root / TITLES), marks(root / "tests"))}


def titles(path: Path) -> dict[str, str]:
    """Row → title, from `id<TAB>title` lines."""
    return dict(line.split("\t", 1) for line in path.read_text("utf-8").splitlines() if line)


def marks(folder: Path) -> dict[str, list[str]]:
    """Row → tests (`area/file: sentence`), sorted."""
    shown: dict[str, set[str]] = defaultdict(set)
    for path in sorted(folder.rglob("*.py")):
        for row, test in _marked(ast.parse(path.read_text("utf-8"), str(path))):
            shown[row].add(f"`{path.relative_to(folder).as_posix()}`: {sentence(test)}")
    return {row: sorted(tests) for row, tests in shown.items()}


def page(names: dict[str, str], shown: dict[str, list[str]]) -> str:
    """The whole page; a row without tests says so."""
    rows = sorted({*names, *shown})
    tested = sum(1 for row in rows if row in shown)
    lines = [f"| {row} | {names.get(row, '–')} | {'<br>'.join(shown.get(row, [])) or 'no test yet'} |" for row in rows]
    return "\n".join([HEAD, f"{tested} of {len(rows)} rows have tests.", "", "| Row | Requirement | Tests |", "|---|---|---|", *lines, ""])


def sentence(test: str) -> str:
    """`test_a_code_never_changes` → `a code never changes`."""
    return test.removeprefix("test_").replace("_", " ")


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    whole = [row for node in tree.body if _is_pytestmark(node) for row in _rows(node)]
    yield from _in_body(tree.body, whole)


def _in_body(body: list[ast.stmt], inherited: list[str]) -> Iterator[tuple[str, str]]:
    """The tests of a module or class, which hand their own marks down."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        rows = inherited + [row for mark in node.decorator_list for row in _rows(mark)]
        if isinstance(node, ast.ClassDef):
            yield from _in_body(node.body, rows)
        elif node.name.startswith("test_"):
            yield from ((row, node.name) for row in rows)


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)


def _rows(node: ast.AST) -> Iterator[str]:
    """The rows of every `pytest.mark.req(…)` inside an expression."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.req":
            yield from (str(row.value) for row in call.args if isinstance(row, ast.Constant))
