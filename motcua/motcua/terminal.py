"""Where tables are printed: as wide as the terminal, and wide enough when there is none."""

import sys

from rich.console import Console

WIDTH_OF_A_FILE = 160


def console() -> Console:
    """A console on standard output."""
    return Console() if sys.stdout.isatty() else Console(width=WIDTH_OF_A_FILE)
