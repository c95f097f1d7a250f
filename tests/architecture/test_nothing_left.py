"""What tests and benches must not leave behind or show."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_keys_of_a_test_run_go_with_it() -> None:
    """Regression: each run left a folder with signing keys in /tmp."""
    code = "from tests.harness import keys_folder; print(keys_folder())"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert "motcua-keys-" in said and not Path(said).exists()


def test_no_bench_gives_a_database_address_on_a_command_line() -> None:
    """Regression: the password in it was shown to every user of the machine."""
    for bench in (ROOT / "bench").glob("*.py"):
        for line in bench.read_text().splitlines():
            command = "sys.executable" in line or "__file__" in line
            assert not command or "dsn" not in line.split("env")[0], f"{bench.name}: {line.strip()}"
