"""A system of the tests' own: its folder, its ports, started and stopped by the command that a person would give."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua_stack import ports
from motcua_stack.registry import SERVICES

VARIABLES = ("MOTCUA_HOME", "MOTCUA_PORTS", "MOTCUA_POSTGRES", "MOTCUA_KAFKA")


def free_ports() -> int:
    """A first port after which the ports of all services are free."""
    return ports.free_ports([service.port for service in SERVICES])


def command(module: str, *words: str, seconds: float = 300) -> str:
    """What the command printed, in a process of its own; it must succeed."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def own_system(*up: str) -> Iterator[Path]:
    """A running system's folder; `up` are the words after `motcua up`."""
    home = Path(tempfile.mkdtemp(prefix="motcua-test-"))
    before = {name: os.environ.get(name) for name in VARIABLES}
    os.environ |= {"MOTCUA_HOME": str(home), "MOTCUA_PORTS": str(free_ports())}
    try:
        command("motcua.cli", "up", *up)
        yield home
    finally:
        command("motcua_stack", "down")
        shutil.rmtree(home)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
