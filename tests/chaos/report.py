"""The runs' results, kept as JSON beside this file, and the part of docs/reliability.md that is made from them."""

import json
from dataclasses import asdict
from pathlib import Path

from tests.chaos.staging import Report

KEPT = Path(__file__).with_name("results")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- made by make chaos: begin -->", "<!-- made by make chaos: end -->"


def keep(report: Report) -> None:
    """Put it in the place of the last run of that scenario."""
    KEPT.mkdir(exist_ok=True)
    (KEPT / f"{report.name}.json").write_text(json.dumps(asdict(report), indent=1, ensure_ascii=False) + "\n")


def kept(names: list[str]) -> list[Report]:
    """The last run of each scenario that has one, in that order."""
    files = [KEPT / f"{name}.json" for name in names]
    return [Report(**json.loads(file.read_text())) for file in files if file.exists()]


def write_page(reports: list[Report]) -> None:
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{section(reports)}\n{END}{after}", "utf-8")


def section(reports: list[Report]) -> str:
    """A table of all, then what each one did."""
    lines = [
        "| scenario | began | faults for | lives | answers 2xx | facts | rows | sent again | lost | doubled | holds |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for report in reports:
        f = report.found
        cells = [f.get(name, "–") for name in ("answers", "facts", "rows", "sent_again", "lost", "doubled")]
        words = [f"`{report.name}`", report.began, f"{report.seconds:.0f} s", report.lives, *cells, "yes" if report.holds else "**no**"]
        lines.append("| " + " | ".join(str(word) for word in words) + " |")
    for report in reports:
        lines += ["", f"**{report.name}**: {report.says}", *(f"* {line}" for line in report.told), f"* {_numbers(report)}"]
        lines += [f"* **{line}**" for line in [*report.failed, *report.found.get("wrong", [])][:12]]
    return "\n".join(lines) + "\n"


def _numbers(report: Report) -> str:
    tries = ", ".join(f"{number} × {status}" for status, number in report.by_status.items())
    return (
        f"tries by answer: {tries}; quiet after {report.quiet_after} s; {report.whole:.0f} s in all; load of the machine {report.machine}"
    )


def printed(report: Report) -> str:
    """For a terminal."""
    f = report.found
    counts = ", ".join(f"{f[name]} {name.replace('_', ' ')}" for name in ("answers", "facts", "rows", "sent_again", "unreadable") if f)
    wrong = "".join(f"\n    WRONG {line}" for line in [*report.failed, *f.get("wrong", [])][:30])
    end = f"lost {f.get('lost', '?')}, doubled {f.get('doubled', '?')}: {'holds' if report.holds else 'DOES NOT HOLD'}"
    return f"{report.name}: {report.lives} lives; {counts}; {end}\n    {_numbers(report)}{wrong}"
