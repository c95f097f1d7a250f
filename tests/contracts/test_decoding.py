"""Facts are read by many threads from a service's first moment."""

import subprocess
import sys
from pathlib import Path

import pytest

GOLDEN = Path(__file__).resolve().parents[2] / "contracts" / "golden"
READ_ALL = """
import sys, threading
from pathlib import Path
sys.setswitchinterval(1e-6)
from contracts.fact import decode
facts = [(path.stem, path.read_bytes()) for path in sorted(Path(sys.argv[1]).glob("vn.motcua.dossier.*.json"))]
together = threading.Barrier(8)
def read():
    together.wait()
    for kind, value in facts:
        decode(kind, value)
threads = [threading.Thread(target=read) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


@pytest.mark.parametrize("life", range(4))
def test_threads_that_read_the_first_fact_of_a_kind_at_once_do_not_end_the_process(life: int) -> None:
    """Regression: tracking died of a segmentation fault three seconds after its start."""
    done = subprocess.run([sys.executable, "-c", READ_ALL, str(GOLDEN)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
