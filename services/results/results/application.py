"""The commands of results: load, ask the domain, record. One function a command."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from chassis.catalogue import Catalogue
from chassis.deadlines import deadline
from chassis.files import DamagedFile, Files
from chassis.store import Unit
from chassis.vault import Vault
from contracts.dossier.parts import Channel, Deadline
from contracts.fact import FileRef
from contracts.refusal import Refused
from results.case import Case
from results.domain import State, correction, early, fold, issuing, returning
from results.domain.e_paper import EPaper, Given, e_paper
from results.domain.time import real_time
from results.seal import NotSignable, Seal, Signed
from results.views import case_of
from worktime import UnknownRuleSet, due, rule_set

PDF = "application/pdf"
HALF_ONLINE = "một phần"


@dataclass(frozen=True)
class Desk:
    """What the commands work with."""

    files: Files
    seal: Seal
    vault: Vault
    catalogue: Catalogue


@dataclass(frozen=True)
class Act:
    """One command on one dossier: who, when it happened, what is known. `now` is the time the rules go by, `recorded_at` the clock's;
    they differ in a back-entry alone."""

    unit: Unit
    dossier: UUID
    officer: str
    at: datetime
    now: datetime
    recorded_at: datetime
    case: Case
    state: State


def begin(unit: Unit, dossier: UUID, officer: str, at: datetime, now: datetime, recorded_at: datetime) -> Act:
    """What a command stands on. Raises `NotHeardOf`."""
    return Act(unit, dossier, officer, at, now, recorded_at, case_of(unit, dossier), unit.state(dossier, fold))


def issue(
    act: Act, desk: Desk, *, number: str, file: FileRef, given: Given, on_paper: bool, hand_over: Channel | None = None
) -> dict[str, str | bool]:
    """Sign the clerk's PDF and issue it; what is early is announced at once, unless it was issued on paper (`on_paper`).

    `hand_over`: the way in which an immediate result goes to the applicant in the same act, and the dossier ends (IN-30, Đ17.4).
    """
    issuing.may_issue(act.state, act.case)
    real_time(act.case, act.at, act.now)
    if hand_over is not None:
        issuing.may_hand_over_at_once(act.case)
    paper = None if act.case.imported else _e_paper(act, desk, given)
    signed, ref = _signed(act, desk, file)
    issued = issuing.issue(
        act.state,
        act.case,
        number=number,
        file=ref,
        certificate=signed.certificate,
        clerk=act.officer,
        document_type=paper.document_type if paper else None,
        e_paper=desk.vault.put(act.dossier, "e-paper", msgspec.to_builtins(paper)) if paper else None,
        at=act.at,
        now=act.now,
    )
    act.unit.record(act.dossier, issued)
    announced = None if on_paper else early.announce(act.case, way="system", officer=act.officer, at=act.at, now=act.now)
    if announced is not None:
        act.unit.record(act.dossier, announced)
    if hand_over is not None:
        now_issued = replace(act, state=msgspec.structs.replace(act.state, issued=issued))
        return_result(now_issued, desk, way=hand_over, other_way_reason=None, originals_compared=False)
    return {
        "digest": ref.digest,
        "certificate": signed.certificate,
        "announced": announced is not None,
        "returned": hand_over is not None,
    }


def _e_paper(act: Act, desk: Desk, given: Given) -> EPaper:
    procedure = desk.catalogue.procedure(act.case.procedure, act.case.procedure_version)
    outcome = issuing.may_issue(act.state, act.case)
    return e_paper(given, outcome=outcome, code=act.case.code, procedure=procedure, form=act.case.form, article=act.case.article("e_paper"))


def _signed(act: Act, desk: Desk, file: FileRef) -> tuple[Signed, FileRef]:
    content = _pdf(act.case, desk.files, file)
    try:
        signed = desk.seal.sign(content, place=act.case.settling, at=act.recorded_at)
    except NotSignable as broken:
        raise Refused(broken.why, article=act.case.article("issue"), field="file", status=422) from broken
    return signed, desk.files.put(act.dossier, "result", signed.content, PDF)


def _pdf(case: Case, files: Files, file: FileRef) -> bytes:
    if file.media_type != PDF:
        raise Refused("Kết quả phải là tệp PDF.", article=case.article("issue"), field="file", status=422)
    try:
        content = files.get(file)
    except (FileNotFoundError, DamagedFile) as missing:
        raise Refused("Không có tệp này, hoặc nội dung không đúng mã kiểm tra.", field="file", status=422) from missing
    if not content.startswith(b"%PDF-"):
        raise Refused("Kết quả phải là tệp PDF.", article=case.article("issue"), field="file", status=422)
    return content


def announce(act: Act, way: early.Way) -> None:
    """The applicant was reached otherwise than by the system."""
    real_time(act.case, act.at, act.now)
    act.unit.record(act.dossier, early.announce_again(act.state, act.case, way=way, officer=act.officer, at=act.at, now=act.now))


def return_result(act: Act, desk: Desk, *, way: Channel, other_way_reason: str | None, originals_compared: bool) -> None:
    """Hand the result over. What can be refused is refused before the reason goes to the vault."""
    how = returning.Returning(
        way=way,
        explained=other_way_reason is not None,
        compare=way == "counter" and _half_online(act, desk),
        compared=originals_compared,
    )
    returning.may_return(act.state, act.case, how, act.at, act.now)
    real_time(act.case, act.at, act.now)
    other = other_way_reason is not None and way != act.case.return_channel
    reason = desk.vault.put(act.dossier, "other-way-reason", {"reason": other_way_reason}) if other else None
    fact = returning.return_result(act.state, act.case, how, other_way_reason=reason, officer=act.officer, at=act.at, now=act.now)
    act.unit.record(act.dossier, fact)


def _half_online(act: Act, desk: Desk) -> bool:
    if act.case.channel != "online" or act.case.imported:
        return False
    return desk.catalogue.procedure(act.case.procedure, act.case.procedure_version).service_level == HALF_ONLINE


def request_correction(act: Act, desk: Desk, reason: str) -> None:
    """An error of the authority: back to the agency (Đ23.1)."""
    real_time(act.case, act.at, act.now)
    fact = correction.request_correction(
        act.case,
        act.state,
        officer=act.officer,
        at=act.at,
        now=act.now,
        keep=lambda: desk.vault.put(act.dossier, "correction", {"reason": reason}),
        deadline=_correction_deadline(desk.catalogue, act.case, act.at),
    )
    act.unit.record(act.dossier, fact)


def _correction_deadline(catalogue: Catalogue, case: Case, at: datetime) -> Deadline | None:
    """None where no rule sets one, and for a dossier that was not received here: no rules were pinned for it."""
    try:
        rules = rule_set(case.rule_set)
    except UnknownRuleSet:
        return None
    if rules.settings.result_correction is None:
        return None
    dates = catalogue.calendar(case.settling, case.calendar)
    limit = due(rules.settings.result_correction, at, dates, rules, point="result_correction")
    return deadline(limit, limit.term, dates.version)


def correct(act: Act, desk: Desk, *, number: str, file: FileRef) -> dict[str, str | bool]:
    """Sign and issue the mended result."""
    correction.may_correct(act.case, act.state)
    real_time(act.case, act.at, act.now)
    signed, ref = _signed(act, desk, file)
    fact = correction.correct(
        act.case, act.state, number=number, file=ref, certificate=signed.certificate, clerk=act.officer, at=act.at, now=act.now
    )
    act.unit.record(act.dossier, fact)
    return {"digest": ref.digest, "certificate": signed.certificate, "late": fact.late}
