"""`motcua dossier CODE`: the whole history in words."""

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from motcua.client import Json, Problem
from motcua.connection import connect
from motcua.terminal import console as open_console

SAME_MOMENT_SECONDS = 1
AT_ONCE = "cùng lúc"
ENDED = (3, 8, 10)
WITHOUT_RESULT = (3, 8)
"""Refused, stopped, closed: no result is promised any more."""
STANDINGS = {"early": "xong trước hạn", "on_time": "xong đúng hạn", "late": "quá hạn", "open": "còn trong hạn"}


def dossier(code: Annotated[str, typer.Argument(help="A dossier's code, or before reception its id.")]) -> None:
    """A dossier's history in words: what, who, on which article, when it happened and when it was recorded."""
    client = connect("operator", "operator", agencies=("*",), patience=10)
    try:
        history, summary = client.tracking.history(code), client.tracking.dossier(code)
    except Problem as problem:
        typer.echo(problem.detail, err=True)
        raise typer.Exit(1) from problem
    console = open_console()
    for line in summary_lines(summary):
        console.print(line, highlight=False)
    console.print(history_table(history))


def summary_lines(summary: Json) -> list[str]:
    """The head of the history: what it is, where it stands, and its date."""
    name, agency = summary.get("procedure_name") or summary.get("procedure"), summary.get("holder_name") or summary.get("agency_name")
    where = "" if has_ended(summary) else f"; đang ở: {agency}"
    lines = [f"Hồ sơ {summary.get('code') or summary.get('id')}: {name}", f"Trạng thái: {summary.get('status_name')}{where}"]
    lines[1] += f"; {STANDINGS[summary['standing']]}" if summary.get("standing") in STANDINGS else ""
    if summary.get("due_at") and summary.get("status") not in WITHOUT_RESULT:
        notes = ["tạm tính"] if summary.get("provisional") else []
        notes += [f"trước khi gia hạn: {say(summary['original_due_at'])}"] if summary.get("original_due_at") else []
        lines.append(f"Hẹn trả: {say(summary['due_at'])}" + (f" ({'; '.join(notes)})" if notes else ""))
    return lines


def has_ended(summary: Json) -> bool:
    """Nobody holds it any more: it is over, or it was settled in an older system, which keeps the result."""
    return summary.get("status") in ENDED or bool(summary.get("imported") and summary.get("finished_at"))


def history_table(history: list[Json]) -> Table:
    """One row an event; the moment of recording in full only where it differs."""
    table = Table("#", "Việc", "Ai", "Căn cứ", "Xảy ra lúc", "Ghi lúc", show_lines=True)
    for number, event in enumerate(history, start=1):
        happened, recorded = event["effective_at"], event["recorded_at"]
        table.add_row(
            str(event.get("n", number)),
            event.get("what") or event["type"],
            event.get("who") or event.get("actor", ""),
            event.get("article") or "",
            say(happened),
            AT_ONCE if _same(happened, recorded) else say(recorded) + _cause(event),
        )
    return table


def say(moment: str) -> str:
    """`24/04/2026 16:10`, in the zone it is given in; with seconds where there are any."""
    shown = datetime.fromisoformat(moment)
    return f"{shown:%d/%m/%Y %H:%M:%S}" if shown.second else f"{shown:%d/%m/%Y %H:%M}"


def _same(happened: str, recorded: str) -> bool:
    return abs((datetime.fromisoformat(recorded) - datetime.fromisoformat(happened)).total_seconds()) < SAME_MOMENT_SECONDS


def _cause(event: Json) -> str:
    causes = {"imported": " (nhập từ hệ thống cũ)", "outage": " (ghi bù sau sự cố{approved})"}
    approved = f", {event['approver']} duyệt" if event.get("approver") else ""
    return causes.get(event.get("back_entry") or "", "").format(approved=approved)
