"""`motcua import`: the shapes of logs and mappings."""

import gzip
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from motcua.cli import app
from motcua.history.cases import cases_of
from motcua.history.fields import table
from motcua.history.log import Unreadable, read_log
from motcua.history.mapping import IMPORTABLE, Unmapped, WrongMapping, load, moment
from tests.motcua.receipt_log import CHECK, RECEIPT, changed, log_of, row


def test_a_log_without_an_event_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_bytes(b"")
    done = CliRunner().invoke(app, ["import", str(tmp_path / "log.csv"), "--mapping", "receipt", "--check"])
    assert (done.exit_code, "holds no event" in done.stderr) == (2, True)


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
