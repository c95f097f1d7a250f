"""`motcua token`."""

import pytest
from typer.testing import CliRunner

from motcua.cli import app


def test_a_role_that_nobody_knows_is_told_with_those_that_there_are() -> None:
    """Regression: a token for a role that no route knows was printed without a word."""
    done = CliRunner().invoke(app, ["token", "--role", "king"])
    assert done.exit_code == 2
    assert "no such role: king" in done.output and "department-head" in done.output


@pytest.mark.parametrize("subject", ["Nguyễn Văn A", "", "0912345678", "dan@example.vn"])
def test_a_subject_that_services_refuse_is_said_before_a_token_is_given(subject: str) -> None:
    done = CliRunner().invoke(app, ["token", "--subject", subject])
    assert done.exit_code == 2 and "no name, address or number of a person" in " ".join(done.output.replace("│", " ").split())


def test_no_development_token_is_made_where_the_environment_says_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_ENV", "production")
    refused = CliRunner().invoke(app, ["token", "--role", "citizen"])
    assert refused.exit_code == 2 and "refuse development tokens" in " ".join(refused.output.replace("│", " ").split())
