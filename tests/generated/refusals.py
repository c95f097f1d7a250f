"""What the services refuse, with the article, read from the code as it stands."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

Names = Mapping[str, str]
RAISED = ("Refused", "Refusal", "Unheard", "ProblemError", "NotPublishable")


def chapter(root: Path) -> str:
    """Folder by folder: the article, and the words that the caller reads."""
    lines = ["## Refusals (từ chối, kèm điều khoản)", "", "‹…› is filled in when it is said.", ""]
    constants = known(root)
    for folder in [root / "worktime", root / "contracts", *sorted(path.parent for path in root.glob("services/*/pyproject.toml"))]:
        found = sorted({pair for path in folder.rglob("*.py") for pair in of_module(ast.parse(path.read_text("utf-8")), constants)})
        if found:
            table = (f"| {article} | {why} |" for article, why in found)
            lines += [f"### {folder.name}", "", "| Article | What is refused |", "|---|---|", *table, ""]
    return "\n".join(lines)


def known(root: Path) -> dict[str, str]:
    """`module.NAME` → text, for the constants of every package."""
    packages = [path.parent for pattern in ("*/pyproject.toml", "services/*/pyproject.toml") for path in root.glob(pattern)]
    return {
        f"{module}.{name}": text
        for package in packages
        for path in sorted(package.rglob("*.py"))
        for module in [".".join(path.relative_to(package).with_suffix("").parts)]
        for name, text in _assigned(ast.parse(path.read_text("utf-8")).body, {})
    }


def of_module(tree: ast.Module, constants: Names) -> Iterator[tuple[str, str]]:
    """Article and words of every refusal in a module; what only passes on a refusal is left out."""
    names = dict(_imported(tree, constants)) | dict(_assigned(tree.body, constants))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISED):
            before = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and node.lineno < call.lineno]
            seen = names | dict(_assigned(sorted(before, key=lambda node: node.lineno), names))
            articles = [word.value for word in call.keywords if word.arg == "article"] or call.args[1:2]
            points = [f"as the rule set says (`{_text(word.value, seen)}`)" for word in call.keywords if word.arg == "point"]
            article = next((text for value in articles if (text := _text(value, seen))), next(iter(points), ""))
            why = next((text for value in call.args if (text := _text(value, seen))), "")
            if article and why:
                yield article, why


def _imported(tree: ast.Module, constants: Names) -> Iterator[tuple[str, str]]:
    """Constants as this module calls them: `NAME`, or `module.NAME` where the module was imported."""
    for node in tree.body:
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            whole = f"{getattr(node, 'module', '')}.{alias.name}"
            own = alias.asname or alias.name
            if whole in constants:
                yield own, constants[whole]
            yield from ((own + name.removeprefix(whole), text) for name, text in constants.items() if name.startswith(f"{whole}."))


def _assigned(body: list[ast.stmt] | list[ast.Assign], names: Names) -> Iterator[tuple[str, str]]:
    """Names that stand for a text."""
    for node in body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign) and (text := _text(node.value, names)):
                yield target.id, text


def _text(node: ast.expr, names: Names) -> str:
    """The words of an expression; a point of the rule set stands by its name."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, names) or "‹…›" for part in parts)
        case ast.Name() | ast.Attribute():
            return names.get(ast.unparse(node), "")
        case ast.Call(func=ast.Attribute(attr="article"), args=[ast.Constant(value=point), *_]):
            return f"as the rule set says (`{point!s}`)"
    return ""
