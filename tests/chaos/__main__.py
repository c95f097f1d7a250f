"""`make chaos`: every scenario with its whole length, one after the other; ARGS="kills --seconds 120 --size 20" for one and for less."""

import argparse
import logging
import signal
import sys
from dataclasses import replace

from tests.chaos import namespaces
from tests.chaos.report import keep, kept, printed, write_page
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.staging import Scenario, here, play
from tests.system.own import own_system


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="scenario", help=", ".join(SCENARIOS))
    parser.add_argument("--seconds", type=float, help="how long the faults go on")
    parser.add_argument("--size", type=int, help="how many kills, cuts or messages")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the result, and write docs/reliability.md anew")
    parser.add_argument("--here", action="store_true", help="in the system that runs from MOTCUA_HOME, where the scenario allows it")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    asked = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # it would tell of every try while a broker is away
    unknown = set(asked.names) - SCENARIOS.keys()
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    if any(given is not None and given <= 0 for given in (asked.seconds, asked.size)):
        parser.error("--seconds and --size are more than 0")
    wanted = [SCENARIOS[name] for name in asked.names or SCENARIOS]
    if asked.list:
        print("\n".join(f"{s.name:<12}{s.seconds:>6.0f} s{s.size or '':>6}  {s.says}" for s in wanted))
        return 0
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # or its system and its brokers would stay
    if len(wanted) == 1:
        return _one(wanted[0], asked)
    return max(namespaces.inside("", [name, *_passed_on()]) for name in [scenario.name for scenario in wanted])


def _one(scenario: Scenario, asked: argparse.Namespace) -> int:
    if scenario.needs and not namespaces.are_we_in(scenario.needs):
        return namespaces.inside(scenario.needs, sys.argv[1:])
    if asked.here and scenario.place is own_system:
        scenario = replace(scenario, place=here)
    print(f"{scenario.name}: {scenario.says}", flush=True)
    report = play(scenario, asked.seconds or scenario.seconds, asked.size or scenario.size, asked.seed)
    print(printed(report), flush=True)
    if asked.keep:
        keep(report)
        write_page(kept(list(SCENARIOS)))
    return 0 if report.holds else 1


def _passed_on() -> list[str]:
    return [word for word in sys.argv[1:] if word not in SCENARIOS]


if __name__ == "__main__":
    sys.exit(main())
