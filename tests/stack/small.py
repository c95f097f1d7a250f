"""A system of two tiny services beside real PostgreSQL and Kafka: `python -m tests.stack.small` runs it in the foreground."""

import sys

from motcua_stack import StackProblem, lifecycle, plan, ports, services, stages
from motcua_stack.registry import ServiceSpec

SMALL = (
    ServiceSpec("intake", "tests.stack.tiny", 1, database=False, kafka=False),
    ServiceSpec("portal-simulator", "tests.stack.tiny", 2, database=False, kafka=False, wave="simulators"),
)


def make_small() -> None:
    """Put the tiny services in the place of the real ones, in this process."""
    lifecycle.SERVICES = SMALL  # type: ignore[assignment, attr-defined]
    for module in (plan, lifecycle):
        module.installed = lambda: list(SMALL)  # type: ignore[attr-defined]
    stages.development_keys = lambda home: ("", str)
    services.STOP_SECONDS["services"] = 4


def free_ports() -> int:
    """A first port after which both services' ports are free."""
    return ports.free_ports([s.port for s in SMALL])


if __name__ == "__main__":
    make_small()
    try:
        lifecycle.run()
    except StackProblem as problem:
        sys.exit(str(problem))
