"""`python -m motcua_stack run|up|down|status`: the stack without the command `motcua`."""

import argparse
import sys

from .problem import StackProblem


def main() -> int:
    parser = argparse.ArgumentParser(prog="motcua_stack")
    parser.add_argument("what", choices=["run", "up", "down", "status"])
    parser.add_argument("--clock", choices=["system", "virtual"], default="system")
    asked = parser.parse_args()
    try:
        return _do(asked.what, asked.clock)
    except StackProblem as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _do(what: str, clock: str) -> int:
    from . import lifecycle
    from .status import nothing_runs, status, status_lines

    if what == "status":
        found = status()
        print("\n".join(status_lines(found)) or nothing_runs())
        return 0 if found and all(process.ready for process in found) else 1
    if what == "down":
        lifecycle.down() or print("Nothing ran here.")
    else:
        (lifecycle.run if what == "run" else lifecycle.up)(clock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
