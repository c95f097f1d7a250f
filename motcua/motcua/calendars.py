"""`motcua calendar`: draft a calendar, preview what it moves at every owner of clocks, approve it, watch it being recorded."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from motcua.client import Client, Json, Problem
from motcua.connection import connect
from motcua.terminal import console as open_console
from worktime import in_viet_nam

calendar_app = typer.Typer(no_args_is_help=True, help="Working calendars: draft, preview, approve, follow.")
OWNERS = {"intake": "kiểm tra hồ sơ", "routing": "phần việc", "processing": "trả kết quả"}
"""Who keeps clocks, and what its clocks are called."""
TOTALS = ("examined", "moved", "stop_being_late", "start_being_late")
Person = Annotated[str, typer.Option("--as", help="Whose name the act carries; a draft is approved by somebody else.")]


def _said(act: Any) -> Any:
    try:
        return act()
    except Problem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem


def _client(who: str, *roles: str) -> Client:
    return connect(who, *roles, agencies=("*",), patience=30)


@calendar_app.command("list")
def listing() -> None:
    """Every version, and which one is in force."""
    found = _said(_client("operator", "operator").catalogue.calendars)
    table = Table("Lịch", "Trạng thái", "Dựa trên", "Văn bản", "Người lập", "Người duyệt")
    for item in found["items"]:
        table.add_row(item["code"], item["status"], item["based_on"], item["document"], item["drafted_by"], item["decided_by"] or "–")
    open_console().print(table)
    typer.echo(f"Đang dùng: {found['newest']}")


@calendar_app.command("draft")
def draft(file: Path, who: Person = "editor") -> None:
    """Draft a version from a JSON file: version, document, changes, official_years."""
    wish = _wish(file)
    made = _said(lambda: _client(who, "catalogue-editor").catalogue.draft_calendar(wish))
    typer.echo(f"Dự thảo {made['code']} dựa trên {made['based_on']}: xem trước bằng motcua calendar preview {made['code']}")


def _wish(file: Path) -> Json:
    try:
        wish: Json = msgspec.json.decode(file.read_bytes(), type=dict)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as unread:
        raise typer.BadParameter(f"{file} cannot be read as a JSON object ({type(unread).__name__})", param_hint="FILE") from unread
    return wish


@calendar_app.command("preview")
def preview(version: str, rows: Annotated[int, typer.Option(min=0, help="How many moves to list.")] = 50) -> None:
    """What a version would move: totals per owner, then each clock with its old and new date."""
    client = _client("operator", "operator")
    totals, moves = _said(lambda: gather(client, version))
    open_console().print(_totals(totals))
    if moves and rows:
        open_console().print(_moves(moves[:rows]))
    if len(moves) > rows:
        typer.echo(f"… và {len(moves) - rows} đồng hồ khác")


def gather(client: Client, version: str) -> tuple[dict[str, Counter[str]], list[tuple[str, Json]]]:
    """Totals per owner and every move, page by page from each of them."""
    totals: dict[str, Counter[str]] = {}
    moves: list[tuple[str, Json]] = []
    for owner in OWNERS:
        totals[owner] = Counter()
        for page in client.operations.calendar_preview(owner, version):
            totals[owner].update({name: page[name] for name in TOTALS})
            moves += [(owner, item) for item in page["items"]]
    return totals, moves


@calendar_app.command("approve")
def approve(version: str, who: Person = "approver", yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Show the totals, ask, and put the version in force; every owner then records what moves."""
    client = _client(who, "catalogue-approver", "operator")
    totals, _ = _said(lambda: gather(client, version))
    open_console().print(_totals(totals))
    if not yes:
        typer.confirm(f"Duyệt lịch {version}?", abort=True)
    approved = _said(lambda: client.catalogue.approve_calendar(version))
    typer.echo(f"Lịch {version} có hiệu lực (thay đổi số {approved['number']}); theo dõi bằng motcua calendar progress {version}")


@calendar_app.command("progress")
def progress(version: str) -> None:
    """How far an approved version has come at each owner. Exit code 1 while clocks are left."""
    client, table, left = _client("operator", "operator"), Table("Đồng hồ", "Đã xem", "Đã chuyển", "Vướng", "Còn lại"), 0
    for owner, name in OWNERS.items():
        told = _said(lambda owner=owner: client.operations.calendar_progress(owner, version))
        left += told["left"]
        table.add_row(name, *(str(told[column]) for column in ("examined", "moved", "stuck", "left")))
    open_console().print(table)
    raise typer.Exit(1 if left else 0)


def _totals(totals: dict[str, Counter[str]]) -> Table:
    table = Table("Đồng hồ", "Đang mở", "Chuyển ngày", "Hết trễ hạn", "Thành trễ hạn")
    for owner, counted in totals.items():
        table.add_row(OWNERS[owner], *(str(counted[name]) for name in TOTALS))
    table.add_section()
    table.add_row("Tổng", *(str(sum(counted[name] for counted in totals.values())) for name in TOTALS))
    return table


def _moves(moves: list[tuple[str, Json]]) -> Table:
    table = Table("Hồ sơ", "Đồng hồ", "Cơ quan", "Hạn cũ", "Hạn mới", "Trễ hạn")
    for owner, item in moves:
        late = {(True, False): "hết trễ", (False, True): "thành trễ", (True, True): "vẫn trễ"}.get(
            (item["late_before"], item["late_after"]), ""
        )
        table.add_row(
            item["code"] or f"chưa có mã ({item['dossier']})",
            f"{OWNERS[owner]} {item['clock']}",
            item["agency"],
            _when(item["old_due_at"]),
            _when(item["new_due_at"]),
            late,
        )
    return table


def _when(moment: str) -> str:
    return f"{in_viet_nam(datetime.fromisoformat(moment)):%H:%M %d/%m/%Y}"
