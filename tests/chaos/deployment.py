"""A bad deployment: too large a share fails, and the inbox stops with an alarm instead of parking a topic."""

import sys
from dataclasses import replace

from tests.chaos.processes import await_all_ready, await_ready, beside, metric, planned, state_of, supervisor
from tests.chaos.staging import Stage, patiently

SERVICE = "tracking"
FEW = 10


def deployment(stage: Stage) -> None:
    """Tracking is replaced by a version whose handler fails at each new dossier; it stops itself; the old version is put back."""
    program = planned().program(SERVICE)
    bad = replace(program, argv=(sys.executable, "-m", "tests.chaos.bad_tracking"), log=program.log.with_name("bad-tracking.log"))
    bad = replace(bad, environment=dict(bad.environment) | {"PYTHONPATH": sys.path[0] or "."})
    supervisor().stop([SERVICE])
    with beside(bad):
        stopped = patiently(lambda: bool(state_of(SERVICE).get("stopped")), stage.seconds)
        state = state_of(SERVICE)
        parked = int(stage.load.client.operations.parked(SERVICE)["total"])
        stage.tell(f"the bad version stopped itself: {state.get('stopped')}; ready: {state.get('ok')}")
        stage.tell(f"motcua_inbox_stopped {metric(SERVICE, 'motcua_inbox_stopped'):.0f}, {parked} records parked")
        stage.expect(stopped and not state.get("ok"), f"the bad version did not stop: {state}")
        stage.expect(metric(SERVICE, "motcua_inbox_stopped") == 1, "no alarm")
        stage.expect(len({item["subject"] for item in _parked(stage)}) < FEW, f"{parked} records were parked before it stopped")
    supervisor().start(SERVICE)
    took = await_ready(SERVICE)
    redriven = 0
    for subject in {item["subject"] for item in _parked(stage)}:
        redriven += int(stage.load.client.operations.redrive(SERVICE, subject)["applied"])
    stage.tell(f"the old version was ready {took:.1f} s after its start; {redriven} parked records redriven")
    await_all_ready()


def _parked(stage: Stage) -> list[dict[str, str]]:
    return list(stage.load.client.operations.parked(SERVICE)["items"])
