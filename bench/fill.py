"""Loads dossiers with all their facts into the stores of all services, and tells seconds, rows and bytes.

python bench/fill.py [DOSSIERS] [--topic]
"""

import asyncio
import sys
import time

from _rig import rig, show
from copies import Filled, Stamp, fill, moulds
from copies.loading import move_inboxes, prepare, publish, services

from contracts import DOSSIERS
from motcua_stack import create_topics


def table(filled: Filled, total: int) -> list[list[str]]:
    """Rows and bytes of a dossier by table, the largest first."""
    order = sorted(filled.bytes, key=lambda place: -filled.bytes[place])
    lines = [[f"{s} {t}", f"{filled.rows.get((s, t), 0) / total:.2f}", f"{filled.bytes[s, t] / total:,.0f}"] for s, t in order]
    kept = [line for line in lines if line[2] != "0"]
    return [*kept, ["in all", f"{sum(filled.rows.values()) / total:.2f}", f"{sum(filled.bytes.values()) / total:,.0f}"]]


def main(total: int, topic: bool) -> None:
    began = time.perf_counter()
    stamp = Stamp(moulds(), total)
    facts = sum(mould.facts for mould in stamp.moulds.each) / len(stamp.moulds.each)
    under_way = sum(not mould.ended for mould in stamp.moulds.each) / len(stamp.moulds.each)
    print(f"{len(stamp.moulds.each)} moulds in {time.perf_counter() - began:.1f} s: {facts:.2f} facts each, {under_way:.0%} under way")
    with rig() as it:
        prepare(it.stack.postgres_dsn, it.stack.home, services(stamp))
        filled = fill(stamp, it.stack.postgres_dsn)
        show(f"{total:,} dossiers", ["", "rows each", "bytes each"], table(filled, total), note="")
        print(
            f"  stores and views in {filled.seconds:.1f} s: "
            f"{total / filled.seconds:,.0f} dossiers, {total * facts / filled.seconds:,.0f} facts a second"
        )
        if topic:
            create_topics(it.stack.kafka, {DOSSIERS: {}})
            began = time.perf_counter()
            sent = asyncio.run(publish(stamp, it.stack.kafka))
            asyncio.run(move_inboxes(it.stack.postgres_dsn, it.stack.kafka, services(stamp)))
            seconds = time.perf_counter() - began
            size = sum(path.stat().st_size for path in (it.stack.home / "kafka").rglob("*.log"))
            print(f"  topic: {sent:,} records in {seconds:.1f} s, {sent / seconds:,.0f}/s, {size / total:,.0f} bytes a dossier (lz4)")


if __name__ == "__main__":
    main(next((int(word) for word in sys.argv[1:] if word.isdigit()), 10_000), "--topic" in sys.argv)
