"""Submissions for 60 s with the whole system running: accepted a second, and the CPU each costs in every process.

    python bench/sustained.py [SECONDS]

Uses the system that runs from `MOTCUA_HOME`, if one does; else starts one in a folder of its own and stops it afterwards.
"""

import sys
import time
from urllib.parse import urlsplit

from _rig import RUNS, show
from idle import system, usage
from submissions import CALLERS, load, submission

from chassis.tokens import issue

REST_SECONDS = 10
"""Between runs, so that the services behind intake catch up."""


def run(supervisor: int, port: int, token: str, body: bytes, seconds: float) -> dict[str, float]:
    """Accepted a second, and name → CPU milliseconds a submission."""
    before = usage(supervisor)
    rate = load(port, token, body, seconds)
    after = usage(supervisor)
    return {"": rate, **{name: 1000 * (after[name][0] - before.get(name, (0.0, 0.0))[0]) / (rate * seconds) for name in after}}


def main(seconds: float) -> None:
    runs = []
    with system() as (it, home):
        port = urlsplit(it.services["intake"]).port or 80
        token = issue(home / "secrets", "citizen-1", ["citizen"])
        body = submission(port, token)
        load(port, token, body, 5)
        for _ in range(RUNS):
            time.sleep(REST_SECONDS)
            runs.append(run(it.supervisor, port, token, body, seconds))
    runs.sort(key=lambda found: found[""])
    names = sorted(runs[0].keys() - {""}, key=lambda name: -runs[0][name])
    head = ["", *(f"{found['']:,.0f}/s" for found in runs)]
    rows = [[name, *(f"{found.get(name, 0.0):.2f}" for found in runs)] for name in names]
    rows.append(["in all", *(f"{sum(found.values()) - found['']:.2f}" for found in runs)])
    rows.append(["intake, % of a core", *(f"{found['intake'] * found[''] / 10:.0f}" for found in runs)])
    rows.append(["in all, % of a core", *(f"{(sum(found.values()) - found['']) * found[''] / 10:.0f}" for found in runs)])
    show(
        f"{CALLERS} callers for {seconds:g} s, whole system running: CPU ms a submission", head, rows, note=f", {RUNS} runs, slowest first"
    )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
