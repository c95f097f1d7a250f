"""Which of the papers are scans that an officer signed."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chassis.store import Unit
from contracts.dossier.parts import Attachment, Scan
from contracts.fact import FileRef
from intake.domain.reception import ON_PAPER
from intake.views import SCANNED, Scanned


def keep_scan(unit: Unit, file: FileRef, officer: str, certificate: str, now: datetime) -> None:
    """Remember who signed a scan, until it is filed."""
    unit.put(SCANNED, Scanned(digest=file.digest, officer=officer, certificate=certificate, signed_at=now))


def with_scans(unit: Unit, channel: str, attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The papers of a dossier that came on paper, each with who digitised it, where that is known."""
    if channel not in ON_PAPER:
        return tuple(attachments)
    unit.prefetch_rows(SCANNED, [(attachment.file.digest,) for attachment in attachments])
    return tuple(_with_scan(unit, attachment) for attachment in attachments)


def _with_scan(unit: Unit, attachment: Attachment) -> Attachment:
    known = unit.get(SCANNED, attachment.file.digest)
    return msgspec.structs.replace(attachment, scan=Scan(officer=known.officer, certificate=known.certificate)) if known else attachment
