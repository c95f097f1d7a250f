"""How many wrong programs the tests notice: `python -m tests.mutation worktime [--only '*__mutmut_4']`.

mutmut changes one thing at a time in the rules of the law and runs the tests that reach it. It wants packages side by side, so
a copy is laid out flat first. It is no library of this project; docs/mutation.md says how to get it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = {"worktime": "worktime/*.py", **{name: f"{name}/domain/*.py" for name in ("intake", "routing", "processing", "results")}}
"""Part → the files that are changed."""
LIBRARIES = ("contracts", "chassis", "forms", "motcua", "simulators", "simulation")
CONFIG = """
[tool.mutmut]
source_paths = {sources}
only_mutate = ["{rules}"]
also_copy = ["docs", "deploy"]
pytest_add_cli_args_test_selection = {tests}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-W", "ignore"]
do_not_mutate_patterns = ['raise Refus(ed|al)\\(', '^\\s*(why = )?f?"[^"]*",?$', '^\\s*article="']
"""
"""Words and articles of refusals are left alone: they stand in docs/law.md, which `make check` compares with the code."""
SLOW = ("test_store.py", "test_every_number.py", "test_readme.py")
"""Not run for each mutant: what starts servers, and what only looks at data."""
SURVIVED = (0, 5, 33)
"""Exit codes of mutmut: the tests passed, or none reaches what was changed. Any other code is a test that failed or never ended."""


def lay_out(part: str, folder: Path) -> Path:
    """A flat copy of the packages and the tests, with the settings of mutmut."""
    target = folder / part
    packages = [f"{name}/{name}" for name in (*LIBRARIES, "worktime")]
    packages += [path.parent.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("services/*/*/__init__.py"))]
    for package in packages:
        shutil.copytree(ROOT / package, target / Path(package).name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for folder_name in ("tests", "docs"):
        shutil.copytree(ROOT / folder_name, target / folder_name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    tests = [f"tests/{part}/{path.name}" for path in sorted((ROOT / "tests" / part).glob("test_*.py")) if path.name not in SLOW]
    sources = sorted(Path(package).name for package in packages)
    settings = CONFIG.format(sources=json.dumps(sources), rules=RULES[part], tests=json.dumps(tests))
    (target / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text("utf-8") + settings, "utf-8")
    return target


def counted(target: Path) -> tuple[int, list[str]]:
    """How many changes were tried, and the names of those that no test noticed."""
    metas = sorted((target / "mutants").rglob("*.meta"))
    codes = {name: code for meta in metas for name, code in json.loads(meta.read_text("utf-8"))["exit_code_by_key"].items()}
    tried = {name: code for name, code in codes.items() if code is not None}
    return len(tried), sorted(name for name, code in tried.items() if code in SURVIVED)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("part", choices=RULES, help="what is changed")
    parser.add_argument("--only", default="*", help="a sample, as a pattern of mutmut's names")
    parser.add_argument("--folder", type=Path, default=ROOT / ".local" / "mutation", help="where the copy is kept; a second run goes on")
    asked = parser.parse_args()
    target = lay_out(asked.part, asked.folder)
    paths = os.environ | {"PYTHONPATH": os.pathsep.join([".", str(ROOT / ".local" / "mutmut")]), "WORKTIME_CASES": "200"}
    ended = subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "2", asked.only], cwd=target, env=paths, check=False)
    tried, survived = counted(target)
    print("\n".join(survived))
    print(f"{asked.part}: {tried - len(survived)} of {tried} changes were noticed ({100 - 100 * len(survived) / max(tried, 1):.1f} %)")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
