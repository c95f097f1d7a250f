"""The vault: personal data and free text, erasable; a fact holds only the key and a salted digest. Every read is logged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from chassis.ids import Ids, new_id
from chassis.store import Changes, Session, Table, Unit
from chassis.vault import Purpose, salted
from contracts.fact import VaultRef


class VaultRow(msgspec.Struct, frozen=True, kw_only=True):
    """One kept content (any JSON)."""

    key: str
    dossier: UUID
    kind: str
    salt: str
    content: Any
    written_by: str
    written_at: datetime


class VaultRead(msgspec.Struct, frozen=True, kw_only=True):
    """Who read what, when and why (TR-16)."""

    id: UUID
    key: str
    reader: str
    purpose: str
    read_at: datetime


VAULT = Table("vault", VaultRow, ("key",))
VAULT_READ = Table("vault_read", VaultRead, ("id",))


def keep(unit: Unit, dossier: UUID, kind: str, content: Any, *, by: str, now: datetime, ids: Ids = new_id) -> VaultRef:
    """Put content into the vault, in the unit's own transaction."""
    salt, digest = salted(content)
    row = VaultRow(key=str(ids()), dossier=dossier, kind=kind, salt=salt, content=content, written_by=by, written_at=now)
    unit.insert(VAULT, row)
    return VaultRef(key=row.key, digest=digest)


def read_within(unit: Unit, ref: VaultRef, *, reader: str, purpose: Purpose, now: datetime, ids: Ids = new_id) -> Any:
    """A content inside a command, the read logged with what the command records; None when it was erased."""
    row = unit.get(VAULT, ref.key)
    if row is not None:
        unit.insert(VAULT_READ, VaultRead(id=ids(), key=ref.key, reader=reader, purpose=purpose, read_at=now))
    return None if row is None else row.content


def read_many(session: Session, keys: Sequence[str], *, reader: str, purpose: Purpose, now: datetime, ids: Ids = new_id) -> dict[str, Any]:
    """Contents by key, each read logged; a key that was erased is left out."""
    rows = session.rows(VAULT, [(key,) for key in dict.fromkeys(keys)])
    entries = [VaultRead(id=ids(), key=row.key, reader=reader, purpose=purpose, read_at=now) for row in rows]
    session.commit(Changes(inserts={VAULT_READ: {(entry.id,): entry for entry in entries}}))
    return {row.key: row.content for row in rows}


def read(session: Session, key: str, *, reader: str, purpose: Purpose, now: datetime, ids: Ids = new_id) -> VaultRow | None:
    """A content by key, and the line in the log of reads; None when it was erased or never was."""
    rows = session.rows(VAULT, [(key,)])
    if not rows:
        return None
    entry = VaultRead(id=ids(), key=key, reader=reader, purpose=purpose, read_at=now)
    session.commit(Changes(inserts={VAULT_READ: {(entry.id,): entry}}))
    return rows[0]
