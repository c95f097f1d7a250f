"""How many wrong programs the tests notice: `python -m tests.mutation worktime [--only '*supplement*']`.

mutmut writes every variant of a function with one thing changed. Here those files take the place of the real ones, the tests are
collected once, and for each change a child of this process runs the tests that reach the function until one fails: first the one
that noticed the change before. mutmut is no library of this project; docs/mutation.md says how to get it.
"""

import argparse
import difflib
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pickle
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOL, KEPT = ROOT / ".local" / "mutmut", ROOT / ".local" / "mutation"
RULES = {
    "worktime": "worktime/worktime",
    **{name: f"services/{name}/{name}/domain" for name in ("intake", "routing", "processing", "results")},
}
"""Part → the folder whose functions are changed."""
CONFIG = r"""
[tool.mutmut]
source_paths = ["."]
do_not_mutate_patterns = ['raise Refus(ed|al)\(', '^\s*(why = )?f?"[^"]*",?$', '^\s*article="']
"""
"""Words and articles of refusals are left alone: they stand in docs/law.md, which `make check` compares with the code."""
SLOW = ("test_store.py", "test_every_number.py", "test_readme.py")
"""Not run for each change: what starts servers, and what only looks at data."""


@dataclass(frozen=True)
class Written:
    """A module with all its variants."""

    path: Path
    code: str
    names: Sequence[str]
    spans: Any
    hashes: Any

    def of(self, name: str) -> str:
        """The lines of one variant."""
        span = self.spans[name]
        return "\n".join(self.code.splitlines()[span.start - 1 : span.end])

    def difference(self, name: str) -> str:
        function = name.partition("__mutmut_")[0]
        before, after = (self.of(each).replace(each, function).splitlines() for each in (f"{function}__mutmut_orig", name))
        return "\n".join(difflib.unified_diff(before, after, lineterm="", n=1))


class InPlace(importlib.abc.MetaPathFinder):
    """Finds the written modules before the real ones are looked for."""

    def __init__(self, written: dict[str, Written]) -> None:
        self._written = written

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self._written:
            return None
        module = self._written[name]
        places = [str(module.path.parent)] if module.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, module.path, loader=_Loader(name, str(module.path), module.code), submodule_search_locations=places
        )


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, code: str) -> None:
        super().__init__(name, path)
        self._code = code

    def get_data(self, path: str) -> bytes:
        return self._code.encode()

    def path_stats(self, path: str) -> Any:
        raise OSError("written just now: nothing compiled is kept")


def written(part: str) -> dict[str, Written]:
    """Every module of a part, with its variants."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    folder = ROOT / RULES[part]
    found = {}
    for path in sorted(folder.rglob("*.py")):
        made = mutate_file_contents(str(path), path.read_text("utf-8"))
        dotted = path.relative_to(ROOT / (part if part == "worktime" else f"services/{part}")).with_suffix("").parts
        name = ".".join(dotted[:-1] if dotted[-1] == "__init__" else dotted)
        found[name] = Written(path, made.code, made.mutant_names, made.line_span_by_function_name, made.hash_by_function_name)
    return found


@dataclass
class Reached:
    """What a test reaches, and how many seconds it takes."""

    seconds: float
    functions: set[str]


@dataclass
class Run:
    """The loop that takes the place of pytest's own."""

    written: dict[str, Written]
    known: "Known"
    only: str
    warm: Callable[[], object]
    noticing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def pytest_configure(self) -> None:
        """A property that fails has failed: the smallest example is of no use here."""
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "mutation",
            phases=(Phase.explicit, Phase.generate),
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=(HealthCheck.too_slow,),
        )
        settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.warm()
        gc.collect()
        gc.freeze()
        assert len(os.listdir("/proc/self/task")) == 1, "a child would miss the other threads"
        items = {item.nodeid: item for item in session.items}
        reached = _in_child(lambda tell: tell(_measured(list(items.values()))), 1800)[1]
        if not isinstance(reached, dict):
            raise pytest.UsageError(f"the tests fail as the code is: {reached}")
        print(f"{len(items)} tests, {sum(each.seconds for each in reached.values()):.1f} s together", flush=True)
        self._try_all(items, reached)
        return True

    def _try_all(self, items: dict[str, pytest.Item], reached: dict[str, Reached]) -> None:
        mutants = [(f"{module}.{name}", each.hashes) for module, each in self.written.items() for name in each.names]
        mutants = [(name, hashes) for name, hashes in mutants if fnmatch(name, self.only)]
        started, tried = time.time(), 0
        for number, (name, hashes) in enumerate(mutants, 1):
            function = name.partition("__mutmut_")[0]
            key = f"{name} {hashes[function.rpartition('.')[2]]}"
            if self.known.codes.get(key, "survived") != "survived":
                continue
            tests = [node for node, each in sorted(reached.items(), key=lambda pair: pair[1].seconds) if function in each.functions]
            first = [node for node in reversed(self.noticing[function]) if node in tests]
            tests = list(dict.fromkeys([*first, *tests]))
            self.known.codes[key] = self._outcome(name, function, [items[node] for node in tests], sum(reached[n].seconds for n in tests))
            tried += 1
            if tried % 50 == 0 or number == len(mutants):
                self.known.save()
                print(f"{number} of {len(mutants)}, {(time.time() - started) / tried:.2f} s each", flush=True)

    def _outcome(self, name: str, function: str, tests: list[pytest.Item], seconds: float) -> str:
        from mutmut.mutation.trampoline import set_mutant_under_test

        def run(tell: Callable[[Any], None]) -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (int(10 + 5 * seconds), int(15 + 5 * seconds)))
            set_mutant_under_test(name)
            tell(_first_failure(tests))

        ended, noticed = _in_child(run, int(60 + 10 * seconds))
        if ended != 0:
            return "never ended" if os.WIFSIGNALED(ended) else "noticed"
        if noticed is None:
            return "survived"
        self.noticing[function] = [*(each for each in self.noticing[function] if each != noticed), noticed]
        return "noticed"


def _in_child(run: Callable[[Callable[[Any], None]], None], seconds: int) -> tuple[int, Any]:
    """How a child ended, and what it told; a child that takes too long is ended."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        signal.alarm(seconds)
        try:
            run(lambda told: (os.write(there, pickle.dumps(told)), None)[1])
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        told = pipe.read()
    _, ended = os.waitpid(child, 0)
    return ended, pickle.loads(told) if told else None


def _passes(item: pytest.Item, then: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol

    passed = not any(report.failed for report in runtestprotocol(item, log=False, nextitem=then))
    if _builds_services():
        gc.collect()  # gives the routes back
    return passed


def _builds_services() -> bool:
    return "tests.harness" in sys.modules


def _first_failure(items: list[pytest.Item]) -> str | None:
    for item, then in zip(items, [*items[1:], None], strict=False):
        if not _passes(item, then):
            return item.nodeid
    return None


def _measured(items: list[pytest.Item]) -> "dict[str, Reached] | str":
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.state import state

    set_mutant_under_test("stats")
    found = {}
    for item, then in zip(items, [*items[1:], None], strict=True):
        state()._stats.clear()
        before = time.process_time()
        if not _passes(item, then):
            return item.nodeid
        found[item.nodeid] = Reached(time.process_time() - before, set(state()._stats))
    return found


class Known:
    """What was found before, by the variant's name and the function it was made from; what survived is tried again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.codes: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def save(self) -> None:
        self._path.write_text(json.dumps(self.codes, indent=1, ensure_ascii=False), "utf-8")

    def told(self, part: str, modules: dict[str, Written]) -> None:
        """The variants that no test noticed, and how many were."""
        outcomes = {}
        for module, each in modules.items():
            for name in each.names:
                key = f"{module}.{name} {each.hashes[name.partition('__mutmut_')[0]]}"
                if key in self.codes:
                    outcomes[module, name] = self.codes[key]
        survived = [place for place, outcome in outcomes.items() if outcome == "survived"]
        for module, name in survived:
            print(f"\n{module}.{name}\n{modules[module].difference(name)}")
        every, tried = sum(len(each.names) for each in modules.values()), max(len(outcomes), 1)
        endless = sum(outcome == "never ended" for outcome in outcomes.values())
        print(f"\n{part}: {every} changes, {len(outcomes)} tried, {len(outcomes) - len(survived)} noticed", end=" ")
        print(f"({100 - 100 * len(survived) / tried:.1f} %, {endless} of them by never ending), {len(survived)} not")


def _apps_for(part: str) -> Callable[[], object]:
    """Makes the routes of a service before the first child starts, so that no child has to."""

    def warm() -> None:
        if not _builds_services():
            return
        from tests import harness

        blueprint = importlib.import_module(f"{part}.main").BLUEPRINT
        for settings in ({}, {"certificates": harness.certificates()}):
            services = [harness.World().add(blueprint, **settings) for _ in range(3)]
            assert all(service.client for service in services)

    return warm if part != "worktime" else lambda: None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("part", choices=RULES, help="what is changed")
    parser.add_argument("--only", default="*", help="a sample, as a pattern of names")
    parser.add_argument("--tests", default="test_*.py", help="which files of the part's tests are run, as a pattern")
    asked = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / "pyproject.toml").write_text(CONFIG, "utf-8")
    os.environ["WORKTIME_CASES"] = "200"
    sys.path.append(str(TOOL))
    os.chdir(KEPT)
    modules = written(asked.part)
    os.chdir(ROOT)
    sys.meta_path.insert(0, InPlace(modules))
    known = Known(KEPT / f"{asked.part}.json")
    tests = [str(path) for path in sorted((ROOT / "tests" / asked.part).glob(asked.tests)) if path.name not in SLOW]
    run = Run(modules, known, asked.only, _apps_for(asked.part))
    ended = pytest.main(["-p", "no:cacheprovider", "-s", "--tb=native", "--no-summary", *tests], plugins=[run])
    known.save()
    known.told(asked.part, modules)
    return int(ended)


if __name__ == "__main__":
    sys.exit(main())
