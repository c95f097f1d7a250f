"""Digitising: a scan gets the personal signature of the officer who made it."""

from pathlib import Path
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from fastapi import Depends, Request
from fastapi.responses import JSONResponse

from chassis.http import Answer, Api, answers
from chassis.http.bodies import Body
from chassis.http.uploads import FileIn, must_be_stored
from chassis.ids import new_id
from chassis.service import Parts
from chassis.store import Unit
from chassis.tokens import Caller
from contracts.refusal import Refused
from intake.answers import SignedScan
from intake.api.access import OFFICERS
from intake.application import Desk
from intake.application.scanning import keep_scan
from intake.scans import PersonalSignatures

NO_SUBJECT = UUID(int=0)


class ScanIn(Body):
    """A stored PDF: plain, or signed already."""

    POINT: ClassVar[str] = "scans"

    file: FileIn


def add_scan_routes(api: Api, parts: Parts, desk: Desk) -> None:
    officer, signatures = Depends(api.auth.needs(*OFFICERS)), _signatures(parts)

    @api.app.post("/scans", status_code=201, tags=["one-stop"])
    @answers(SignedScan)
    def sign(body: ScanIn, request: Request, caller: Annotated[Caller, officer]) -> JSONResponse:
        """Sign a scan with the officer's personal certificate, or check the signature it has; then attach the file that is answered."""
        plain = body.file.ref()
        if plain.media_type != "application/pdf":
            article = desk.rules_on(api.clock.now()).article("scans")
            raise Refused("Bản quét cần là tệp PDF để ký số.", article=article, field="file", status=422)
        must_be_stored(parts.files, plain, "file")

        def act(unit: Unit) -> Answer:
            now = api.clock.now()
            signed = signatures.sign(parts.files.get(plain), caller.subject, now, desk.rules_on(now))
            file = parts.files.put(new_id(), "upload", signed.content, plain.media_type)
            keep_scan(unit, file, caller.subject, signed.certificate, now)
            answer = {"file": msgspec.to_builtins(file), "officer": caller.subject, "certificate": signed.certificate}
            return Answer(body=answer, status=201)

        return api.command.run(request, caller, body.model_dump(mode="json"), act, subject=NO_SUBJECT)


def _signatures(parts: Parts) -> PersonalSignatures:
    settings = parts.settings
    folder = Path(settings.certificates) if settings.certificates else Path(settings.files).parent / "certificates"
    return PersonalSignatures(folder, production=settings.env == "production")
