"""Histories of the thirteen stories as they were once told: kept for ever, replayed against the code of today.

`<story>.v<n>.jsonl` has the records, one CloudEvent a line; `<story>.v<n>.json` the states that they led to. When a rule of law changes
what a story gives, `python -m tests.histories STORY --rule … --article …` keeps the new history beside the old and declares the change.
"""

import re
import tomllib
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from chassis.archive.records import Sent, from_line, to_line
from chassis.bus import Record
from contracts.fact import decode
from contracts.national_status import Progress
from contracts.topics import DOSSIERS
from motcua.play.stories import NAMES, STORIES
from motcua.play.stories.tale import Tale
from ratings.main import BLUEPRINT as RATINGS
from ratings.views import CASE
from tests.harness import World
from tests.motcua.town import MemoryTransport, memory_stage
from tracking.main import BLUEPRINT as TRACKING
from tracking.views import DOSSIER

FOLDER = Path(__file__).parent
CHANGES = FOLDER / "changes.toml"
_MADE_ANEW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:\.\d+)?|[0-9a-f]{32,}")
_UPLOADER = re.compile(r"/upload-[0-9a-f]{16}/")
"""The mark of who sent a file, in its key; kept histories are from before it."""
_ORDER = msgspec.json.Encoder(order="deterministic")


def tell(story: str, folder: Path) -> list[Record]:
    """Tell a story with the code of today; its dossier's records in partition order."""
    tale = Tale(memory_stage(folder), NAMES.index(story))
    STORIES[story](tale)
    transport: MemoryTransport = tale.stage.client.wire._http._transport  # type: ignore[assignment]
    log = transport._world.bus.partitions(DOSSIERS)
    return [record for partition in log for record in partition if record.key == str(tale.dossier).encode()]


def states(records: list[Record]) -> Any:
    """What everybody who only listens makes of a history: tracking, ratings, and the national status after each fact."""
    world = World()
    views = world.add(TRACKING), world.add(RATINGS)
    world.bus.send_now(records)
    world.settle()
    subject, progress, statuses = UUID(records[0].key.decode()), Progress(), []
    for record in records:
        progress.apply(decode(dict(record.headers)["ce_type"].decode(), record.value or b""))
        statuses.append(progress.status)
    rows = []
    for service, table in zip(views, (DOSSIER, CASE), strict=True):
        with service.database.session() as session:
            rows += session.rows(table, [(subject,)])
    return msgspec.json.decode(_ORDER.encode({"tracking": rows[0], "ratings": rows[1], "statuses": statuses}))


def as_known_then(now: Any, then: Any) -> Any:
    """The states of today without fields that did not exist then, as far as they are empty: a new field changes no old state."""
    rows = {name: _known(now[name], then[name]) for name in ("tracking", "ratings")}
    return {**now, **rows}


def _known(row: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in then or value}


def outline(records: list[Record]) -> list[str]:
    """Each fact with all its values, but without what is made anew at every telling: ids, salts, digests, sizes of files."""
    found = []
    for record in records:
        body = msgspec.json.decode(record.value or b"{}")
        text = _ORDER.encode(_without_sizes(body)).decode()
        found.append(f"{dict(record.headers)['ce_type'].decode()} {_MADE_ANEW.sub('…', _UPLOADER.sub('/upload/', text))}")
    return found


def _without_sizes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_sizes(inner) for name, inner in value.items() if name != "size"}
    return [_without_sizes(inner) for inner in value] if isinstance(value, list) else value


def versions(story: str) -> list[int]:
    """The kept versions of a story, oldest first."""
    return sorted(int(path.name.split(".v")[1].split(".")[0]) for path in FOLDER.glob(f"{story}.v*.jsonl"))


def kept(story: str, version: int) -> tuple[list[Record], Any]:
    """A kept history's records and states."""
    lines = (FOLDER / f"{story}.v{version}.jsonl").read_bytes().splitlines()
    sent = [from_line(line) for line in lines]
    states = msgspec.json.decode((FOLDER / f"{story}.v{version}.json").read_bytes())
    return [Record(DOSSIERS, s.key or b"", s.value, s.headers) for s in sent], states


def keep(story: str, version: int, records: list[Record]) -> None:
    """Write a version; one that is there already stays as it is. Raises `FileExistsError`."""
    lines = [to_line(Sent(r.key, r.value, r.headers, 0, r.partition, n)) + b"\n" for n, r in enumerate(records)]
    with open(FOLDER / f"{story}.v{version}.jsonl", "xb") as file:
        file.writelines(lines)
    text = msgspec.json.format(_ORDER.encode(states(records)), indent=1)
    (FOLDER / f"{story}.v{version}.json").write_bytes(text + b"\n")


def declared() -> list[dict[str, Any]]:
    """The rule changes that gave a story a new version: `story`, `version`, `rule`, `article`."""
    return list(tomllib.loads(CHANGES.read_text(encoding="utf-8")).get("change", []))
