"""`motcua import`: what cannot be mapped keeps its case out, and is told with its line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from motcua.cli import app
from motcua.history.cases import cases_of
from motcua.history.log import read_log
from motcua.history.mapping import load
from tests.motcua.receipt_log import CHECK, RECEIPT, START, changed, log_of, row


@pytest.mark.parametrize(
    "bad",
    [
        row("case-8", "T99 Dance", 9),
        row("case-8", CHECK, 9).replace("2011-10-12", "on Monday"),
        row("case-8", CHECK, 9).replace("2011-10-12 09:00:00+02:00", ""),
        row("case-8", CHECK, 9) + ",one more",
        row("case-8", CHECK, 9)[:60],
        row("case-8", CHECK, 9).replace("Resource10", "Resource\udcff"),
    ],
    ids=["activity", "moment", "no-moment", "a-field-more", "cut-off", "bytes"],
)
def test_a_line_that_cannot_be_mapped_is_told_with_its_number_and_keeps_its_whole_case_out(tmp_path: Path, bad: str) -> None:
    path = log_of(tmp_path, row("case-8", RECEIPT, 8), row("case-7", RECEIPT, 8), bad)
    found = cases_of(read_log(path), load(Path("receipt")))
    assert [case.name for case in found.cases] == ["case-7"]
    assert [(rejected.line, rejected.case) for rejected in found.rejected] == [(4, "case-8")]
    assert found.rejected[0].why


def test_every_bad_line_of_a_case_is_told(tmp_path: Path) -> None:
    bad = row("case-8", CHECK, 9).replace("2011-10-12", "on Monday")
    path = log_of(tmp_path, row("case-8", RECEIPT, 8), row("case-8", "T99 Dance", 9), bad)
    found = cases_of(read_log(path), load(Path("receipt")))
    assert sorted(rejected.line for rejected in found.rejected) == [3, 4]


def test_a_rejected_line_is_told_with_its_number(tmp_path: Path) -> None:
    path = log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-8", RECEIPT, 8), row("case-8", "T99 Dance", 9))
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt", "--check"])
    assert done.exit_code == 1
    assert "line 4, case case-8: its activity is not in the mapping" in done.stdout


@pytest.mark.parametrize("bad", [row("", CHECK, 9), "\udcff\udcfe bad"], ids=["no-case", "bytes"])
def test_while_a_line_does_not_say_whose_it_is_nothing_is_imported(tmp_path: Path, bad: str) -> None:
    """Regression: the case it belonged to went in without it, and could not be completed by the mended log."""
    path = log_of(tmp_path, row("case-7", RECEIPT, 8), bad, row("case-8", RECEIPT, 8))
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt"])
    assert done.exit_code == 1
    assert "0 cases can be imported" in done.stdout and "line 3, case ?" in done.stdout and "may be of any case" in done.stdout


def test_a_case_with_a_moment_ahead_is_rejected_with_its_line_before_anything_is_sent(tmp_path: Path) -> None:
    """Regression: its first facts went in, and the service of the later one refused the rest."""
    ahead = row("case-8", CHECK, 9).replace("2011-10-12 09", "2099-10-12 09")
    path = log_of(tmp_path, row("case-8", RECEIPT, 8), row("case-7", RECEIPT, 8), ahead)
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt", "--check"])
    assert done.exit_code == 1
    assert "1 case can be imported" in done.stdout and "line 4, case case-8: " in done.stdout and "lies in the future" in done.stdout


def test_every_fault_of_a_case_is_told_also_where_its_due_date_cannot_be_read(tmp_path: Path) -> None:
    no_hour = row("case-8", CHECK, 9).replace("2011-10-12 09:00:00", "soon")
    no_date = row("case-8", RECEIPT, 8).replace("2011-12-06 13:41:31+01:00", "once")
    found = cases_of(read_log(log_of(tmp_path, no_date, no_hour)), load(Path("receipt")))
    assert [(rejected.line, rejected.why.split(" ")[0]) for rejected in found.rejected] == [(3, "time:timestamp"), (2, "case:deadline")]


def test_the_name_of_a_case_moves_no_cursor(tmp_path: Path) -> None:
    path = log_of(tmp_path, row("case-\x1b[31m8", "T99 Dance", 9))
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt", "--check"])
    assert "case case-\ufffd[31m8: " in done.stdout


@pytest.mark.parametrize(
    "officer", ["Nguyễn Văn Bí Mật 0911222333", "Nguyen Van A", "0911222333", "r-0911.222.333", "vana@example.vn", "x" * 101]
)
def test_what_may_name_a_person_is_refused_with_its_line_and_never_said_again(tmp_path: Path, officer: str) -> None:
    """Regression: an officer's name and telephone number went onto the topic."""
    bad = row("case-8", CHECK, 9).replace("Resource10", officer)
    found = cases_of(read_log(log_of(tmp_path, row("case-8", RECEIPT, 8), row("case-7", RECEIPT, 8), bad)), load(Path("receipt")))
    assert [case.name for case in found.cases] == ["case-7"]
    (rejected,) = found.rejected
    assert (rejected.line, rejected.case) == (4, "case-8") and "StepCompleted.officer" in rejected.why
    assert officer not in rejected.why


def test_a_value_that_a_field_cannot_have_is_told_with_its_field_and_never_said_again(tmp_path: Path) -> None:
    """Regression: what decodes a fact repeats the value that it does not take."""
    mapping = load(changed(tmp_path, ("{case:channel|channels}", "{case:channel}")))
    path = log_of(tmp_path, row("case-8", RECEIPT, 8, channel="Nguyễn Văn Bí Mật"), row("case-7", RECEIPT, 8, channel="online"))
    found = cases_of(read_log(path), mapping)
    assert [case.name for case in found.cases] == ["case-7"]
    assert {(rejected.line, rejected.case) for rejected in found.rejected} == {(2, "case-8")}
    assert found.rejected[0].why == "Submitted.channel is of another type, or of a value that it cannot have"
    assert not any("Bí Mật" in rejected.why for rejected in found.rejected)


@pytest.mark.parametrize(
    ("written", "line"), [("2011-10-12 09:00:00+02:00", 3), ("2011-10-12 08:00:00+02:00", 2), (START, 2), ("2011-12-06 13:41:31+01:00", 2)]
)
@pytest.mark.parametrize("empty", ["0001-01-01 00:00:00+07:00", "9999-12-31 23:59:59-14:00"])
def test_an_empty_date_of_an_older_system_is_told_with_its_line(tmp_path: Path, written: str, line: int, empty: str) -> None:
    """Regression: where it was the reception or the due date, the import ended with a traceback."""
    rows = [row("case-8", RECEIPT, 8).replace(written, empty), row("case-8", CHECK, 9).replace(written, empty), row("case-7", RECEIPT, 8)]
    found = cases_of(read_log(log_of(tmp_path, *rows)), load(Path("receipt")))
    assert [case.name for case in found.cases] == ["case-7"]
    assert (found.rejected[0].line, found.rejected[0].case) == (line, "case-8")
    assert "outside the years 2 to 9998" in found.rejected[0].why


def test_a_case_that_was_never_received_has_nothing_that_comes_after(tmp_path: Path) -> None:
    found = cases_of(read_log(log_of(tmp_path, row("case-8", CHECK, 9))), load(Path("receipt")))
    assert found.cases == [] and found.rejected
    assert not [rejected for rejected in found.rejected if "@" in rejected.why], "a name that stands in no log"


def test_two_cases_never_share_a_code(tmp_path: Path) -> None:
    found = cases_of(read_log(log_of(tmp_path, row("a-7", RECEIPT, 8), row("b-7", RECEIPT, 8))), load(Path("receipt")))
    assert [case.name for case in found.cases] == ["a-7"] and "already" in found.rejected[0].why
