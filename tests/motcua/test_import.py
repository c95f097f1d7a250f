"""`motcua import`: a case enters whole or not at all, once, and in the order of its life."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from motcua import importing
from motcua.cli import app
from motcua.history.cases import ordinal_of
from motcua.history.sending import send
from tests.motcua.fake_system import FakeSystem
from tests.motcua.receipt_log import ASK, CHECK, RECEIPT, TOLD, cases, log_of, names, row


def test_every_event_becomes_one_fact_beside_those_of_the_cases_attributes(tmp_path: Path) -> None:
    (case,) = cases(log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", CHECK, 9)))
    assert names(case) == ["submitted", "received", "transferred", "step-completed", "result-issued", "result-returned"]
    step = case.parts["processing"][0]["body"]
    assert step["effective_at"] == "2011-10-12T09:00:00+02:00" and step["officer"] == "Resource10"
    assert step["step"] == "T02-Check-confirmation-of-receipt"


@pytest.mark.req("IN-22")
def test_the_date_of_a_code_is_that_of_the_reception_in_viet_nam(tmp_path: Path) -> None:
    """Exact readings 4.1; regression: it was that of the filing."""
    (case,) = cases(log_of(tmp_path, row("case-7", RECEIPT, 8)))
    (late,) = cases(log_of(tmp_path, row("case-7", RECEIPT, 21)))
    assert [case.code, late.code] == ["IMPORTED.GENERAL-111012-0007", "IMPORTED.GENERAL-111013-0007"]


def test_a_case_without_an_end_stays_open(tmp_path: Path) -> None:
    (case,) = cases(log_of(tmp_path, row("case-7", RECEIPT, 8, end="")))
    assert "results" not in case.parts


def test_an_answer_takes_the_question_that_is_open_and_is_a_step_without_one(tmp_path: Path) -> None:
    (case,) = cases(log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", ASK, 9), row("case-7", TOLD, 10), row("case-7", TOLD, 11)))
    asked, answered = (fact["body"] for fact in case.parts["routing"][1:])
    assert asked["consultation"] == answered["consultation"] == 1
    assert [fact["body"]["step"] for fact in case.parts["processing"]] == ["T09-3-Process-or-receive-external-advice-from-party-3"]


def test_a_refusal_of_a_service_is_told_with_the_line_of_its_fact(tmp_path: Path) -> None:
    found, system = cases(log_of(tmp_path, row("case-7", RECEIPT, 8))), FakeSystem()
    system.refuse = {"status": 409, "detail": "Mã đã cấp cho hồ sơ khác.", "field": "facts.1.code"}
    sent = send(system.client(), found, lambda phase, number: None, seconds=5)
    assert sent.refused["case-7"].startswith("line 2: ")


def test_a_case_without_digits_gets_a_number_made_of_its_name() -> None:
    assert ordinal_of("case-10011") == 10011
    assert ordinal_of("Müller") == ordinal_of("Müller") < 10_000_000


def test_owners_follow_each_other_and_the_same_log_again_adds_nothing(tmp_path: Path) -> None:
    found, system = cases(log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", CHECK, 9), row("case-9", RECEIPT, 8))), FakeSystem()
    first = send(system.client(), found, lambda phase, number: None, seconds=5)
    again = send(system.client(), found, lambda phase, number: None, seconds=5)
    assert (len(first.complete), sum(first.recorded.values())) == (2, 11)
    assert (len(again.complete), sum(again.recorded.values())) == (2, 0)
    assert [kind.split(".")[3] for kind in system.facts[str(found[0].dossier)]] == names(found[0])


def test_a_fact_that_tracking_lacks_is_a_difference(tmp_path: Path) -> None:
    found, system = cases(log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", CHECK, 9))), FakeSystem()
    send(system.client(), found, lambda phase, number: None, seconds=5)
    system.lose = "vn.motcua.dossier.step-completed.v1"
    assert send(system.client(), found, lambda phase, number: None, seconds=5).different == ["case-7"]


def test_a_column_that_the_mapping_does_not_name_never_leaves_the_log(tmp_path: Path) -> None:
    system = FakeSystem()
    send(system.client(), cases(log_of(tmp_path, row("case-7", RECEIPT, 8))), lambda phase, number: None, seconds=5)
    assert system.bodies and not any("Nguyễn" in body for body in system.bodies)


def test_a_case_whose_history_here_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, system = log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", CHECK, 9)), FakeSystem()
    system.lose = "vn.motcua.dossier.step-completed.v1"
    monkeypatch.setattr(importing, "connect", lambda *who, **options: system.client())
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt"])
    assert done.exit_code == 1
    assert "case case-7 has another history here than in the log" in done.stdout


def test_what_a_service_refuses_with_moves_no_cursor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, system = log_of(tmp_path, row("case-7", RECEIPT, 8)), FakeSystem()
    system.refuse = {"status": 409, "detail": "Mã \x1b[31mđã cấp."}
    monkeypatch.setattr(importing, "connect", lambda *who, **options: system.client())
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt"])
    assert "\x1b" not in done.stdout and "Mã \ufffd[31mđã cấp." in done.stdout
