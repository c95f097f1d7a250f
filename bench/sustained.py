"""Submissions for 60 s with the whole system running: accepted a second, how soon they stood in tracking's view, and the CPU each costs.

    python bench/sustained.py [SECONDS [RUNS]]

Uses the system that runs from `MOTCUA_HOME`, if one does; else starts one in a folder of its own and stops it afterwards.
"""

import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from _rig import RUNS, show
from idle import system, usage
from prometheus_client.parser import text_string_to_metric_families
from submissions import CALLERS, load, submission

from chassis.tokens import issue
from motcua_stack import Running

REST_SECONDS = 10
"""Between runs, so that the services behind intake catch up."""
SHARES = (0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Run:
    """Accepted a second; CPU milliseconds a submission by name; seconds from stored to applied in tracking, by share, as upper bounds."""

    rate: float
    cpu: dict[str, float]
    delays: dict[float, float]


def delays(metrics: str) -> dict[float, float]:
    """Upper bound in seconds → facts that tracking had applied within it."""
    families = text_string_to_metric_families(httpx.get(metrics).text)
    samples = (sample for family in families for sample in family.samples if sample.name == "motcua_heard_delay_seconds_bucket")
    return {float(sample.labels["le"]): sample.value for sample in samples}


def bound(before: dict[float, float], after: dict[float, float], share: float) -> float:
    """The smallest bound within which so large a share of what came between was applied."""
    came = {limit: after[limit] - before.get(limit, 0.0) for limit in sorted(after)}
    whole = came[max(came)]
    return next(limit for limit, number in came.items() if number >= share * whole)


def run(it: Running, port: int, token: str, body: bytes, seconds: float) -> Run:
    """Load for so long."""
    metrics = f"{it.services['tracking']}/metrics"
    cpu, seen = usage(it.supervisor), delays(metrics)
    rate = load(port, token, body, seconds)
    now = usage(it.supervisor)
    spent = {name: 1000 * (now[name][0] - cpu.get(name, (0.0, 0.0))[0]) / (rate * seconds) for name in now}
    then = delays(metrics)
    return Run(rate, spent, {share: bound(seen, then, share) for share in SHARES})


def main(seconds: float, number: int) -> None:
    runs = []
    with system() as (it, home):
        port = urlsplit(it.services["intake"]).port or 80
        token = issue(home / "secrets", "citizen-1", ["citizen"])
        body = submission(port, token)
        load(port, token, body, 5)
        for _ in range(number):
            time.sleep(REST_SECONDS)
            runs.append(run(it, port, token, body, seconds))
    runs.sort(key=lambda each: each.rate)
    names = sorted(runs[0].cpu, key=lambda name: -runs[0].cpu[name])
    rows = [[name, *(f"{each.cpu.get(name, 0.0):.2f}" for each in runs)] for name in names]
    rows.append(["in all", *(f"{sum(each.cpu.values()):.2f}" for each in runs)])
    rows.append(["intake, % of a core", *(f"{each.cpu['intake'] * each.rate / 10:.0f}" for each in runs)])
    rows.append(["in all, % of a core", *(f"{sum(each.cpu.values()) * each.rate / 10:.0f}" for each in runs)])
    rows += [[f"in tracking's view, p{share:.0%}, s".replace("%", ""), *(f"≤ {each.delays[share]:g}" for each in runs)] for share in SHARES]
    title = f"{CALLERS} callers for {seconds:g} s, whole system running: CPU ms a submission"
    show(title, ["", *(f"{each.rate:,.0f}/s" for each in runs)], rows, note=f", {number} runs, slowest first")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0, int(sys.argv[2]) if len(sys.argv) > 2 else RUNS)
