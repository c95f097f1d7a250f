"""`motcua token`."""

from typer.testing import CliRunner

from motcua.cli import app


def test_a_role_that_nobody_knows_is_told_with_those_that_there_are() -> None:
    """Regression: a token for a role that no route knows was printed without a word."""
    done = CliRunner().invoke(app, ["token", "--role", "king"])
    assert done.exit_code == 2
    assert "no such role: king" in done.output and "department-head" in done.output
