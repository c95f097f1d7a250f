"""`motcua import`: a case enters whole or not at all, once, and in the order of its life."""

import gzip
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from motcua import importing
from motcua.cli import app
from motcua.history.cases import Case, cases_of, ordinal_of
from motcua.history.fields import table
from motcua.history.log import Unreadable, read_log
from motcua.history.mapping import HERE, IMPORTABLE, Unmapped, WrongMapping, load, moment
from motcua.history.sending import send
from tests.motcua.fake_system import FakeSystem

COLUMNS = (
    "case:channel,case:concept:name,case:deadline,case:department,case:enddate,case:responsible,case:startdate,"
    "concept:name,org:resource,time:timestamp,applicant_name"
)
START = "2011-10-11 13:42:22+02:00"
RECEIPT, CHECK = "Confirmation of receipt", "T02 Check confirmation of receipt"
ASK, TOLD = "T08 Draft and send request for advice", "T09-3 Process or receive external advice from party 3"


def row(case: str, activity: str, hour: int, *, end: str = "2011-12-01 10:00:00+01:00", channel: str = "Internet") -> str:
    attributes = f"{channel},{case},2011-12-06 13:41:31+01:00,General,{end},Resource21,{START}"
    return f"{attributes},{activity},Resource10,2011-10-12 {hour:02}:00:00+02:00,Nguyễn Văn A"


def log_of(tmp_path: Path, *rows: str) -> Path:
    path = tmp_path / "log.csv"
    path.write_text("\n".join([COLUMNS, *rows, ""]), encoding="utf-8", errors="surrogateescape")
    return path


def cases(path: Path) -> list[Case]:
    return cases_of(read_log(path), load(Path("receipt"))).cases


def names(case: Case) -> list[str]:
    return [fact["type"].split(".")[3] for part in case.parts.values() for fact in part]


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
    assert "line 4, case case-8: the activity 'T99 Dance' is not in the mapping" in done.stdout


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


def test_a_log_without_an_event_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "log.csv"), "--mapping", "receipt", "--check"])
    assert (done.exit_code, "holds no event" in done.stderr) == (2, True)


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


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The receipt log's mapping with other lines."""
    text = (HERE / "receipt.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


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


def test_people_have_stable_opaque_ids_where_the_mapping_says_so(tmp_path: Path) -> None:
    key = ('zone = "+01:00"', 'zone = "+01:00"\npseudonym_key = "a secret of this import"')
    mapping = changed(tmp_path, key, ("{org:resource}", "{org:resource|pseudonym}"))
    rows = [row("case-7", activity, hour).replace("Resource10", "Nguyễn Văn Bí Mật") for hour, activity in ((8, RECEIPT), (9, CHECK))]
    (case,) = cases_of(read_log(log_of(tmp_path, *rows)), load(mapping)).cases
    officers = {fact["body"]["officer"] for owner in ("intake", "processing") for fact in case.parts[owner] if "officer" in fact["body"]}
    assert len(officers) == 1 and re.fullmatch("p-[a-p]{20}", officers.pop())
    with pytest.raises(WrongMapping, match="pseudonym_key"):
        load(changed(tmp_path, ("{org:resource}", "{org:resource|pseudonym}")))


@pytest.mark.parametrize("zone", ["Mars/City", "7", "+7", "", "../etc", "GMT+1 "])
def test_a_zone_that_is_none_is_said_before_any_line_is_read(tmp_path: Path, zone: str) -> None:
    """Regression: every line was told to be no moment, and the mapping was at fault."""
    with pytest.raises(WrongMapping, match="neither an offset such as"):
        load(changed(tmp_path, ('zone = "+01:00"', f'zone = "{zone}"')))


def test_a_zone_may_be_named_and_knows_its_summer_time() -> None:
    assert moment("2011-07-18 15:53:19", "Europe/Amsterdam", "at").isoformat() == "2011-07-18T15:53:19+02:00"
    assert moment("2011-01-18 15:53:19", "Europe/Amsterdam", "at") == moment("2011-01-18 15:53:19", "+01:00", "at")


def test_a_moment_from_before_zones_had_whole_minutes_is_told_in_utc() -> None:
    """Regression: an offset of +07:06:30 is none that a fact can carry, and an empty date of 1900 was told to be no moment."""
    assert moment("1900-01-01 00:00:00", "Asia/Ho_Chi_Minh", "at").isoformat() == "1899-12-31T16:53:30+00:00"


@pytest.mark.parametrize("text", ["Nguyễn Văn Bí Mật", "9999-12-31T23:00:00Z"])
def test_a_column_without_a_moment_is_named_and_its_text_never_said(text: str) -> None:
    with pytest.raises(Unmapped, match="filed_at") as why:
        moment(text, "+07:00", "filed_at")
    assert text not in str(why.value)


def test_every_missing_and_unknown_field_of_a_mapping_is_said_at_once(tmp_path: Path) -> None:
    """Regression: one at a time, and only when a line of the log came to it."""
    changes = (
        ('term = "{@term}", calendar = "imported" }\nregister_ordinal = "{@ordinal}"\n', 'calendar = "imported" }\n'),
        ('certificate = "imported"\nclerk', "clark"),
    )
    with pytest.raises(WrongMapping) as wrong:
        load(changed(tmp_path, *changes))
    assert "[fields.Received] lacks register_ordinal, deadline.term" in str(wrong.value)
    assert "[fields.ResultIssued] lacks certificate, clerk" in str(wrong.value)
    assert "[fields.ResultIssued] has clark, which ResultIssued does not have" in str(wrong.value)


def test_the_readme_lists_the_fields_of_every_fact() -> None:
    listed = Path("motcua/README.md").read_text(encoding="utf-8")
    assert "\n".join(table(IMPORTABLE)) in listed


def test_a_case_that_was_never_received_has_nothing_that_comes_after(tmp_path: Path) -> None:
    found = cases_of(read_log(log_of(tmp_path, row("case-8", CHECK, 9))), load(Path("receipt")))
    assert found.cases == [] and found.rejected
    assert not [rejected for rejected in found.rejected if "@" in rejected.why], "a name that stands in no log"


def test_a_refusal_of_a_service_is_told_with_the_line_of_its_fact(tmp_path: Path) -> None:
    found, system = cases(log_of(tmp_path, row("case-7", RECEIPT, 8))), FakeSystem()
    system.refuse = {"status": 409, "detail": "Mã đã cấp cho hồ sơ khác.", "field": "facts.1.code"}
    sent = send(system.client(), found, lambda phase, number: None, seconds=5)
    assert sent.refused["case-7"].startswith("line 2: ")


def test_two_cases_never_share_a_code(tmp_path: Path) -> None:
    found = cases_of(read_log(log_of(tmp_path, row("a-7", RECEIPT, 8), row("b-7", RECEIPT, 8))), load(Path("receipt")))
    assert [case.name for case in found.cases] == ["a-7"] and "already" in found.rejected[0].why


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


def test_a_packed_log_and_a_xes_log_read_alike(tmp_path: Path) -> None:
    packed, xes = tmp_path / "log.csv.gz", tmp_path / "log.xes"
    packed.write_bytes(gzip.compress(b"case:concept:name,concept:name\ncase-7,Filed\n"))
    xes.write_text(
        '<log xmlns="http://www.xes-standard.org/">\n<trace>\n<event>\n<string key="concept:name" value="Filed"/>\n</event>\n'
        '<string key="concept:name" value="case-7"/></trace></log>'
    )
    expected = {"case:concept:name": "case-7", "concept:name": "Filed"}
    assert [line.values for line in read_log(packed)] == [line.values for line in read_log(xes)] == [expected]
    assert next(read_log(xes)).number == 3


def test_a_damaged_log_or_mapping_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log.csv.gz").write_bytes(b"no gzip")
    (tmp_path / "mine.toml").write_bytes(b"\xff = 3")
    with pytest.raises(WrongMapping):
        load(tmp_path / "mine.toml")
    (tmp_path / "mine.toml").write_text("log = 3")
    with pytest.raises(Unreadable):
        list(read_log(tmp_path / "log.csv.gz"))
    whole = gzip.compress(b"a,b\n" * 9000)
    (tmp_path / "bent.csv.gz").write_bytes(whole[:20] + b"\xff\xff" + whole[22:])
    (tmp_path / "cut.csv.gz").write_bytes(whole[:-12])
    (tmp_path / "log.xes").write_text('<log><trace><event><string key="a"/></event></trace></log>')
    for damaged in ("bent.csv.gz", "cut.csv.gz", "log.xes"):
        with pytest.raises(Unreadable):
            list(read_log(tmp_path / damaged))
    with pytest.raises(WrongMapping):
        load(tmp_path / "mine.toml")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "none.csv"), "--mapping", str(tmp_path / "mine.toml")])
    assert done.exit_code == 2 and "mine.toml" in done.stderr


def test_a_case_whose_history_here_differs_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, system = log_of(tmp_path, row("case-7", RECEIPT, 8), row("case-7", CHECK, 9)), FakeSystem()
    system.lose = "vn.motcua.dossier.step-completed.v1"
    monkeypatch.setattr(importing, "connect", lambda *who, **options: system.client())
    done = CliRunner().invoke(app, ["import", str(path), "--mapping", "receipt"])
    assert done.exit_code == 1
    assert "case case-7 has another history here than in the log" in done.stdout
