"""A small log in the columns of the receipt log, and what becomes of it."""

from pathlib import Path

from motcua.history.cases import Case, cases_of
from motcua.history.log import read_log
from motcua.history.mapping import HERE, load

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


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The receipt log's mapping with other lines."""
    text = (HERE / "receipt.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path
