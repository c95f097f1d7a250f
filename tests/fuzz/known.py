"""What really exists in a system, so that made-up requests come behind the first door."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, LiteralString

import psycopg

from catalogue.province import load_data
from chassis.tokens import ROLES, issue

EVERY_ROLE = (*sorted(ROLES), "supervisor")
"""And one that there is not."""
NASTY: tuple[Any, ...] = (
    "\x00",
    "\ud800",
    "\u202egnp.exe",
    "../../../../etc/passwd",
    "'; DROP TABLE facts; --",
    "${jndi:ldap://x}",
    "%s%s%n",
    "a\r\nSet-Cookie: x=1",
    "x" * 70_000,
    "",
    " ",
    "9" * 400,
    2**63,
    2**31,
    -1,
    0,
    1e308,
    True,
    None,
    [],
    {},
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+07:00",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31",
    "1970-01-01T00:00:00Z",
    "2206-03-07T08:00:00+07:00",
    "2206-03-07",
    "2026-02-30",
)
"""What may stand anywhere in place of anything."""


@dataclass(frozen=True)
class Known:
    """Values by the name under which interfaces speak of them, and tokens of people who may act."""

    values: dict[str, list[Any]]
    everybody: str
    single: tuple[str, ...]
    wrong: tuple[str, ...]

    def token(self, chance: Random) -> str | None:
        """Mostly one that opens every door; now and then one of a single role, a wrong one, or none."""
        draw = chance.random()
        if draw < 0.8:
            return self.everybody
        if draw < 0.9:
            return chance.choice(self.single)
        return chance.choice(self.wrong) if draw < 0.95 else None


def known(owner_dsn: str, keys: Path) -> Known:
    """Read from the system's own database."""
    data = load_data()
    agencies = [agency.code for agency in data.agencies][:40]
    with psycopg.connect(owner_dsn) as connection:
        dossiers = _column(connection, "SELECT DISTINCT originator_id::text FROM intake.facts LIMIT 300")
        codes = _column(connection, "SELECT code FROM tracking.dossier WHERE code IS NOT NULL LIMIT 300")
        vault = _column(connection, "SELECT key FROM intake.vault LIMIT 300")
    values: dict[str, Any] = {
        "dossier": [*dossiers, *codes[:20]],
        "code": [*codes, *(procedure.code for procedure in data.procedures[:40])],
        "subject": dossiers,
        "key": vault,
        "procedure": [procedure.code for procedure in data.procedures[:40]],
        "version": ["vn-2026.1", "vn-2026.2"],
        "leg": [1, 2],
        "number": [1, 2, "01"],
        "assignee": ["specialist-1", "everybody-1"],
        "year": [2026],
        "month": ["2026-03"],
        "effective_at": ["2026-11-25T02:00:00Z", "2026-11-24T02:00:00+07:00"],
        "began_at": ["2026-11-24T01:00:00Z"],
        "ended_at": ["2026-11-24T09:00:00Z"],
        "succeeded_at": ["2026-11-24T02:00:00Z"],
    } | dict.fromkeys(("agency", "agencies", "receiving", "settling", "one_stop"), agencies)
    return Known({name: found for name, found in values.items() if found}, _everybody(keys), _single(keys), _wrong(keys))


def _column(connection: "psycopg.Connection[Any]", query: LiteralString) -> list[str]:
    return [row[0] for row in connection.execute(query)]


def _everybody(keys: Path) -> str:
    return issue(keys, "everybody-1", EVERY_ROLE, ["*"])


def _single(keys: Path) -> tuple[str, ...]:
    return tuple(issue(keys, f"{role}-1", [role], ["*"]) for role in EVERY_ROLE)


def _wrong(keys: Path) -> tuple[str, ...]:
    good = _everybody(keys)
    unsigned = "eyJhbGciOiJub25lIn0." + good.split(".")[1] + "."
    return (
        "x",
        good[:-4],
        unsigned,
        issue(keys, "late-1", EVERY_ROLE, ["*"], seconds=-60),
        issue(keys, "other-1", EVERY_ROLE, audience="bank"),
    )


def choose(chance: Random, values: Sequence[Any]) -> Any:
    return values[chance.randrange(len(values))]
