"""Tables as files: COPY text in a backup, JSON Lines in an export; and their digests."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from chassis.archive.folder import Damaged, Form, Rows

PAGE = 1_000
SAME_TEXT = "-c timezone=UTC -c datestyle=ISO,YMD -c bytea_output=hex -c extra_float_digits=1"
"""Connection options under which the same row is the same text everywhere."""
SUFFIX: dict[Form, str] = {"backup": "copy", "export": "jsonl"}


def connected(owner_dsn: str, **options: Any) -> psycopg.Connection[Any]:
    """A connection on which rows have one spelling."""
    return psycopg.connect(owner_dsn, options=SAME_TEXT, **options)


def names(conn: psycopg.Connection[Any], schema: str) -> list[str]:
    """The tables of a schema but its ledger of migrations, which the migrations themselves fill, and the name of the bus that its relay
    sends to, which is another one wherever an archive is brought back."""
    rows = conn.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = %s AND table_type = 'BASE TABLE' AND table_name NOT IN ('migration', 'relay_bus') ORDER BY 1",
        (schema,),
    )
    return [name for (name,) in rows]


def digest(conn: psycopg.Connection[Any], schema: str, table: str) -> Rows:
    """How many rows, and the sum of the first 64 bits of each row's MD5: the same for the same rows in whatever order."""
    text = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} t"
    row = conn.execute(sql.SQL(text).format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return Rows(rows=int(row[0]), digest=str(row[1]))


def dump(conn: psycopg.Connection[Any], schema: str, table: str, folder: Path, form: Form) -> None:
    """Write a table's rows."""
    folder.mkdir(parents=True, exist_ok=True)
    name = sql.Identifier(schema, table)
    with open(folder / f"{table}.{SUFFIX[form]}", "wb") as file, conn.cursor() as cursor:
        if form == "backup":
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(name)) as copy:
                for block in copy:
                    file.write(block)
        else:
            with cursor.copy(sql.SQL("COPY (SELECT to_json(t) FROM {} t) TO STDOUT").format(name)) as copy:
                file.writelines(f"{line}\n".encode() for (line,) in copy.rows())


def fill(conn: psycopg.Connection[Any], schema: str, table: str, folder: Path, form: Form) -> None:
    """Put the rows of a file in the place of the table's own."""
    name = sql.Identifier(schema, table)
    conn.execute(sql.SQL("TRUNCATE {}").format(name))
    with open(folder / f"{table}.{SUFFIX[form]}", "rb") as file:
        if form == "backup":
            with conn.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                while block := file.read(1 << 18):
                    copy.write(block)
        else:
            for page in pages(file):
                text = "INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{}, %s::json)"
                conn.execute(sql.SQL(text).format(name, name), ((b"[" + b",".join(page) + b"]").decode(),))
    _go_on_counting(conn, schema, table)


def pages(lines: Iterable[bytes]) -> Iterator[tuple[bytes, ...]]:
    """Lines in pages."""
    stripped = (line.rstrip(b"\n") for line in lines)
    while page := tuple(islice(stripped, PAGE)):
        yield page


def _go_on_counting(conn: psycopg.Connection[Any], schema: str, table: str) -> None:
    """Identity columns go on behind the rows that came."""
    rows = conn.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s AND is_identity = 'YES'",
        (schema, table),
    ).fetchall()
    for (column,) in rows:
        conn.execute(
            sql.SQL("SELECT setval(pg_get_serial_sequence(%s, %s), greatest(max({0}), 1), max({0}) IS NOT NULL) FROM {1}").format(
                sql.Identifier(column), sql.Identifier(schema, table)
            ),
            (f'"{schema}"."{table}"', column),
        )


def same(conn: psycopg.Connection[Any], schema: str, wanted: dict[str, Rows]) -> None:
    """Raises `Damaged` where a table does not hold what was taken."""
    for table, rows in wanted.items():
        if (found := digest(conn, schema, table)) != rows:
            raise Damaged(f"{schema}.{table} holds {found.rows} rows that are not the {rows.rows} taken")


__all__ = ["connected", "digest", "dump", "fill", "names", "same"]
