"""`motcua due`: what date the law gives, and why. Needs no running system, network or data folder."""

import csv
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

import worktime
from motcua.terminal import console as open_console

Pauses = Annotated[
    list[str] | None, typer.Option("--pause", metavar="FROM..TO", help="A time in which the clock stood still; may be repeated.")
]
WRONG_USE, REFUSED = 2, 3


def due(
    term: Annotated[str | None, typer.Option(help="8wh, 15wd, 15d or same-day.")] = None,
    start: Annotated[str | None, typer.Option("--from", help="When it begins; without a zone it is Vietnamese time.")] = None,
    rule_set: Annotated[str | None, typer.Option(help="Which rules; else the province's.")] = None,
    agency: Annotated[str | None, typer.Option(help="An agency code, for its own calendar.")] = None,
    calendar: Annotated[Path | None, typer.Option(help="A calendar (JSON) instead of the one that comes with it.")] = None,
    pause: Pauses = None,
    supplement: Annotated[
        str | None, typer.Option(metavar="ASKED..COMPLETED", help="When a supplement was asked for and when it was complete.")
    ] = None,
    extend_to: Annotated[str | None, typer.Option(metavar="DATE", help="A new due date; needs --asked-at.")] = None,
    asked_at: Annotated[str | None, typer.Option(metavar="T", help="When the extension was proposed.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    batch: Annotated[Path | None, typer.Option(metavar="FILE", help="A CSV table of questions.")] = None,
) -> None:
    """What date the law gives, and why, step by step. Exit code: 0 a date, 2 wrong use, 3 refused by the law."""
    try:
        if batch is not None:
            if any((term, start, rule_set, agency, pause, supplement, extend_to, asked_at)):
                raise worktime.WrongUse("--batch FILE chỉ đi cùng --calendar và --json; những gì khác ghi trong bảng.")
            code = _batch(batch, calendar, as_json)
        elif term is None or start is None:
            raise worktime.WrongUse("Cần --term và --from (hoặc --batch FILE).")
        else:
            asked = worktime.question(
                term,
                start,
                rule_set=rule_set,
                agency=agency,
                pauses=pause or (),
                supplement=supplement,
                extend_to=extend_to,
                asked_at=asked_at,
            )
            counted = _calendar(calendar, agency)
            _say_whose(asked, counted)
            code = _one(asked, counted, as_json)
    except worktime.WrongUse as wrong:
        typer.echo(f"motcua due: {wrong}", err=True)
        raise typer.Exit(WRONG_USE) from wrong
    raise typer.Exit(code)


def _calendar(path: Path | None, agency: str | None) -> worktime.Calendar | None:
    if path is None:
        return None
    try:
        return worktime.calendar_from_data(json.loads(path.read_text(encoding="utf-8")), agency)
    except (OSError, ValueError) as bad:
        raise worktime.WrongUse(f"Không đọc được tệp lịch {path}: {bad}") from bad


def _say_whose(asked: worktime.Question, calendar: worktime.Calendar | None) -> None:
    """An agency without hours of its own has those of the province; beside the answer, so that nobody takes it for the agency's own."""
    data = (calendar or worktime.calendar()).data
    if asked.agency is not None and data.known(asked.agency) is None:
        typer.echo(
            f"motcua due: lịch {data.version} không có mục riêng cho cơ quan {asked.agency}; tính theo lịch chung của tỉnh.", err=True
        )


def _one(asked: worktime.Question, calendar: worktime.Calendar | None, as_json: bool) -> int:
    if as_json:
        answer = worktime.answer_json(asked, calendar)
        typer.echo(json.dumps(answer, ensure_ascii=False))
        return REFUSED if "refused" in answer else 0
    try:
        told = worktime.answer(asked, calendar)
    except worktime.Refusal as refusal:
        typer.echo(f"Không được: {refusal.why} ({refusal.article}).")
        return REFUSED
    typer.echo(f"Hẹn trả chậm nhất {worktime.say_moment(told.due_at)}.{' Ngày tạm tính.' if told.provisional else ''}")
    for sentence in told.sentences():
        typer.echo(f"  {sentence}")
    return 0


def _batch(path: Path, calendar: Path | None, as_json: bool) -> int:
    """Every row's answer; 2 when a row is malformed, else 3 when one is refused, else 0."""
    answers = [(number, _row(row, calendar)) for number, row in _rows(path)]
    if not answers:
        raise worktime.WrongUse(f"Bảng {path} không có câu hỏi nào.")
    if as_json:
        typer.echo(json.dumps({"answers": [{"line": number, **answer} for number, answer in answers]}, ensure_ascii=False))
    else:
        _table(answers)
    kinds = {kind for _, answer in answers for kind in ("wrong", "refused") if kind in answer}
    return WRONG_USE if "wrong" in kinds else REFUSED if "refused" in kinds else 0


def _rows(path: Path) -> list[tuple[int, dict[str | None, Any]]]:
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            return [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as bad:
        raise worktime.WrongUse(f"Không đọc được bảng {path}: {bad}") from bad


def _row(row: dict[str | None, Any], calendar: Path | None) -> dict[str, Any]:
    try:
        asked = worktime.question_from_row(row)
        return worktime.answer_json(asked, _calendar(calendar, asked.agency))
    except worktime.WrongUse as wrong:
        return {"wrong": str(wrong)}


def _table(answers: list[tuple[int, dict[str, Any]]]) -> None:
    table = Table("Dòng", "Hẹn trả", "Ghi chú")
    for number, answer in answers:
        if "refused" in answer:
            table.add_row(str(number), "không được", f"{answer['refused']['why']} ({answer['refused']['article']})")
        elif "wrong" in answer:
            table.add_row(str(number), "câu hỏi sai", answer["wrong"])
        else:
            notes = [word for key, word in (("provisional", "tạm tính"), ("late_notice", "gia hạn trễ")) if answer[key]]
            table.add_row(str(number), answer["due_at"], ", ".join(notes))
    open_console().print(table)
