"""The commands of results."""

from datetime import datetime
from uuid import UUID

from chassis.files import DamagedFile, Files
from chassis.store import Unit
from chassis.vault import Vault
from contracts.dossier.parts import Channel
from contracts.fact import FileRef
from contracts.refusal import Refused
from results import domain
from results.seal import NotSignable, Seal
from results.views import case_of

PDF = "application/pdf"


def issue(
    unit: Unit, files: Files, seal: Seal, dossier: UUID, *, number: str, file: FileRef, clerk: str, at: datetime, now: datetime
) -> dict[str, str]:
    """Sign the clerk's PDF and issue it. Refuses what is not a PDF (PR-18); the answer names the signed file and the certificate."""
    case, state = case_of(unit, dossier), unit.state(dossier, domain.fold)
    domain.may_issue(state, case)
    domain.real_time(at, now)
    content = _pdf(files, file)
    try:
        signed = seal.sign(content, place=case.settling, at=now)
    except NotSignable as broken:
        raise Refused(broken.why, article="SL14.2", field="file", status=422) from broken
    ref = files.put(dossier, "result", signed.content, PDF)
    unit.record(dossier, domain.issue(state, case, number=number, file=ref, certificate=signed.certificate, clerk=clerk, at=at, now=now))
    return {"digest": ref.digest, "certificate": signed.certificate}


def _pdf(files: Files, file: FileRef) -> bytes:
    if file.media_type != PDF:
        raise Refused("Kết quả phải là tệp PDF.", article="SL14.2", field="file", status=422)
    try:
        content = files.get(file)
    except (FileNotFoundError, DamagedFile) as missing:
        raise Refused("Không có tệp này, hoặc nội dung không đúng mã kiểm tra.", field="file", status=422) from missing
    if not content.startswith(b"%PDF-"):
        raise Refused("Kết quả phải là tệp PDF.", article="SL14.2", field="file", status=422)
    return content


def return_result(
    unit: Unit, vault: Vault, dossier: UUID, *, way: Channel, other_way_reason: str | None, officer: str, at: datetime, now: datetime
) -> None:
    """Hand the result over. What can be refused is refused before the reason goes to the vault."""
    case, state = case_of(unit, dossier), unit.state(dossier, domain.fold)
    domain.may_return(state, case, way, other_way_reason is not None, now)
    domain.real_time(at, now)
    other = other_way_reason is not None and way != case.return_channel
    reason = vault.put(dossier, "other-way-reason", {"reason": other_way_reason}) if other else None
    unit.record(dossier, domain.return_result(state, case, way=way, other_way_reason=reason, officer=officer, at=at, now=now))
