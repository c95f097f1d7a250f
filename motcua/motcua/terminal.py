"""Where tables are printed: as wide as the terminal, and wide enough when there is none."""

import sys

from rich.console import Console

WIDTH_OF_A_FILE = 160


def console() -> Console:
    """A console on standard output. What is printed is data: brackets and colons in it mean nothing."""
    width = None if sys.stdout.isatty() else WIDTH_OF_A_FILE
    return Console(width=width, markup=False, emoji=False)


def printable(text: str) -> str:
    """Text of unknown origin without what would move the cursor or colour the terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
