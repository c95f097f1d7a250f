"""Uploads: a file is stored first, and a command then names it by key and digest. What a citizen sent only that citizen can name."""

import hashlib
import io
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from pypdf import PdfReader

from chassis.errors import Refused
from chassis.files import Files, type_of
from chassis.http.answers import answers
from chassis.http.app import Api
from chassis.http.problem import ProblemError
from chassis.ids import new_id
from chassis.tokens import Caller
from contracts.fact import FileRef

MAX_FILE = 20 * 1024 * 1024
PDF_END = b"%%EOF"
LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")


OWN_ROLE = "citizen"
NOT_YOURS = "Tệp này không do bạn tải lên; xin tải lên lại rồi gửi."


class FileIn(BaseModel):
    """A stored file as a command names it: what `POST /files` answered."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=300, pattern=r"^dossiers/[0-9a-f-]{36}/upload(-[0-9a-f]{16})?/([0-9a-f]{32}|[0-9a-f]{64})$")
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0, le=MAX_FILE, strict=True)
    media_type: Literal["application/pdf", "image/jpeg", "image/png"]

    def ref(self) -> FileRef:
        """The contract's form."""
        return FileRef(key=self.key, digest=self.digest, size=self.size, media_type=self.media_type)


def add_upload_route(api: Api, files: Files, roles: Sequence[str]) -> None:
    """`POST /files`: keeps a PDF, JPEG or PNG and answers its reference. The file's name is not kept."""
    allowed = Depends(api.auth.needs(*roles))

    @api.app.post("/files", status_code=201, tags=["files"], dependencies=[Depends(_only_one)])
    @answers(FileRef)
    def upload(file: UploadFile, caller: Annotated[Caller, allowed]) -> dict[str, Any]:
        """Store a file of at most 20 MB; its type is told by its content, not by its name.

        No Idempotency-Key: nothing is recorded. Sent twice, it keeps a copy that no fact speaks of; the command that names it has the key.
        """
        content = file.file.read(MAX_FILE + 1)
        ref = files.put(new_id(), folder_of(caller.subject), content, media_type_of(content))
        answer: dict[str, Any] = msgspec.to_builtins(ref)
        return answer


async def _only_one(request: Request) -> None:
    """Of two parts with the same name one would be left out without a word."""
    if len((await request.form()).getlist("file")) > 1:
        raise ProblemError(422, "Mỗi lần chỉ tải lên một tệp.", field="file")


def folder_of(subject: str) -> str:
    """Where an upload lies: under a mark made of the account's pseudonym."""
    return f"upload-{hashlib.sha256(f'upload {subject}'.encode()).hexdigest()[:16]}"


def must_be_own(file: FileRef, caller: Caller, field: str, article: str = "") -> None:
    """422 when somebody names a file that somebody else sent."""
    if f"/{folder_of(caller.subject)}/" not in file.key:
        raise ProblemError(422, NOT_YOURS, article=article, field=field)


def must_be_theirs(file: FileRef, caller: Caller, field: str) -> None:
    """422 when a citizen names a file that somebody else sent; officers and services file for others."""
    if caller.roles <= {OWN_ROLE}:
        must_be_own(file, caller, field)


def must_be_stored(files: Files, file: FileRef, field: str, article: str = "") -> None:
    """Refuses a file that was never uploaded, or not as the command tells of it."""
    if not files.has(file):
        raise Refused("Chưa tải lên tệp nào có đúng khóa, mã băm, dung lượng và loại này.", article=article, field=field, status=422)


def media_type_of(content: bytes) -> str:
    """The type of a file by its first bytes. 413, 415 or 422 for what is not taken."""
    if not content:
        raise ProblemError(422, "Tệp rỗng (0 byte).", field="file")
    if len(content) > MAX_FILE:
        raise ProblemError(413, f"Tệp lớn hơn {MAX_FILE} byte.", field="file")
    media_type = type_of(content)
    if media_type is None:
        raise ProblemError(415, "Chỉ nhận tệp PDF, JPEG hoặc PNG.", field="file")
    if media_type == "application/pdf":
        _must_open(content)
    return media_type


def _must_open(pdf: bytes) -> None:
    if PDF_END not in pdf:
        raise ProblemError(422, "Tệp PDF bị cắt cụt (không có phần kết thúc); xin tải lên lại tệp đầy đủ.", field="file")
    if _asks_for_password(pdf):
        raise ProblemError(422, "Tệp PDF có mật khẩu; xin gửi tệp mở được không cần mật khẩu.", field="file")


def _asks_for_password(content: bytes) -> bool:
    """Only a file whose trailer, which is never compressed, speaks of encryption is looked into. 422 for one that cannot be read then."""
    if not LOCKED.search(content):
        return False
    try:
        reader = PdfReader(io.BytesIO(content))
        return reader.is_encrypted and not reader.decrypt("")
    except Exception as damaged:
        raise ProblemError(422, "Tệp PDF bị hỏng, không mở được; xin tạo lại và tải lên lại.", field="file") from damaged
