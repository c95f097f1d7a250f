"""Errors as `application/problem+json` (RFC 9457), naming the field and the article of law."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chassis.errors import Duplicate, Full, NotHeardOf, Refused, Retry, VersionConflict
from chassis.files import FULL
from chassis.http.wording import NOT_JSON, NOT_READ, ONLY_FORM, ONLY_JSON, say
from contracts.refusal import Unheard
from worktime import UnknownRuleSet

log = logging.getLogger("motcua.http")
MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Yêu cầu không đọc được",
    401: "Chưa đăng nhập",
    403: "Không có quyền",
    404: "Không tìm thấy",
    405: "Không có thao tác này",
    409: "Không thực hiện được ở trạng thái này",
    412: "Hồ sơ đã thay đổi",
    413: "Nội dung quá lớn",
    415: "Loại dữ liệu không được nhận",
    422: "Nội dung không hợp lệ",
    428: "Thiếu tiêu đề bắt buộc",
    500: "Lỗi hệ thống",
    503: "Tạm thời chưa phục vụ được",
}

Citing = Callable[[str | None, str], str]
"""The article of a point, for a dossier of that id as it stands in the path."""
NO_ROOM = "Ổ đĩa của hệ thống đã đầy nên chưa ghi nhận được nội dung này; dữ liệu đã ghi không mất. Xin thử lại sau ít phút."
BODY = "body"
"""The field of a problem with the whole body."""
FILE = "file"
"""The field of an uploaded file."""
PLAINLY = {"There was an error parsing the body": NOT_READ}
"""What the framework says in English."""
NOWHERE = {404: "Không có địa chỉ này.", 405: "Địa chỉ này không nhận thao tác đó."}
MOST_TOLD = 3
"""So many errors are said in `detail`; `errors` holds all."""


class Problem(BaseModel):
    """The body of an error answer."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    article: str | None = None
    field: str | None = None
    errors: list[dict[str, Any]] | None = None
    request_id: str | None = None


class ProblemError(Exception):
    """An error answer with a status of its own."""

    def __init__(self, status: int, detail: str, *, article: str = "", field: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.article = article
        self.field = field
        self.headers = headers


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    article: str = "",
    field: str = "",
    errors: list[dict[str, Any]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer for a problem."""
    body = Problem(
        title=TITLES.get(status, "Lỗi"),
        status=status,
        detail=detail,
        article=article or None,
        field=field or None,
        errors=errors,
        request_id=_request_id(request),
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)


def _is_a_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _route(request: Request) -> str:
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"


def _told(error: Mapping[str, Any]) -> dict[str, Any]:
    """Where and what; never the value that was sent."""
    field = ".".join(str(part) for part in error["loc"][1:]) or BODY
    return {"field": field, "message": say(error["type"], error.get("ctx", {})), "type": error["type"]}


def _article(request: Request) -> str:
    """The law that asks for what this route's body must hold; a service that knows no rule sets names none."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    bodies = [parameter.field_info.annotation for parameter in dependant.body_params] if dependant else []
    point = next((str(body.POINT) for body in bodies if getattr(body, "POINT", "")), "")
    cited: Citing | None = getattr(request.app.state, "article", None)
    return cited(request.path_params.get("dossier"), point) if cited and point else ""


def install(app: FastAPI) -> None:
    """Every error of the app becomes a problem."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        wait = {"Retry-After": "1"} if isinstance(error, Unheard) else None
        return problem(request, error.status, error.why, article=error.article, field=error.field, headers=wait)

    async def specific(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)
        return problem(request, error.status, error.detail, article=error.article, field=error.field, headers=error.headers)

    async def away(request: Request, error: Exception) -> JSONResponse:
        told = {"why": f"{type(error).__name__}: {error}", "cause": type(error.__cause__).__name__}
        log.warning("answered 503", extra={**told, "request_id": _request_id(request), "route": _route(request)})
        wait = "1" if isinstance(error, NotHeardOf) else "2"
        return problem(request, 503, "Hệ thống đang cập nhật, xin thử lại sau ít giây.", headers={"Retry-After": wait})

    async def full(request: Request, error: Exception) -> JSONResponse:
        log.error("answered 503, the disk is full", extra={"why": f"{type(error).__name__}: {error}"})
        return problem(request, 503, NO_ROOM, headers={"Retry-After": "30"})

    async def system(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, OSError) and error.errno in FULL:
            return await full(request, error)
        raise error

    async def conflict(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Hồ sơ vừa được người khác xử lý; xin tải lại.", headers={"Retry-After": "0"})

    async def duplicate(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Nội dung này đã được ghi nhận trước đó.")

    async def beyond(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 422, "Có ngày hoặc số nằm ngoài phạm vi tính được.")

    async def without_rules(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Hồ sơ nhập từ hệ thống cũ không có bộ quy tắc nào để tính thời hạn.")

    async def broken(request: Request, error: Exception) -> JSONResponse:
        log.error("answered 500", exc_info=error, extra={"request_id": _request_id(request), "route": _route(request)})
        return problem(request, 500, "Hệ thống gặp lỗi; xin báo mã yêu cầu này cho bộ phận hỗ trợ.")

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        found = error.errors()
        unread = next((e for e in found if e["type"] == "json_invalid"), None)
        if unread is not None:
            return problem(request, 400, NOT_JSON.format(pos=unread["loc"][-1]), field=BODY)
        if any(tuple(e["loc"]) == (BODY,) and isinstance(e.get("input"), bytes) for e in found):
            return problem(request, 415, ONLY_JSON, field=BODY)
        if any(tuple(e["loc"]) == (BODY, FILE) and e.get("input") is None for e in found) and not _is_a_form(request):
            return problem(request, 415, ONLY_FORM, field=FILE)
        errors = [_told(e) for e in found]
        detail = " ".join(f"{e['field']}: {e['message']}" for e in errors[:MOST_TOLD])
        return problem(request, 422, detail, article=_article(request), field=errors[0]["field"], errors=errors)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        if error.detail in PLAINLY:
            return problem(request, error.status_code, PLAINLY[error.detail], field=BODY)
        plain = error.detail == HTTPStatus(error.status_code).phrase
        detail = NOWHERE.get(error.status_code, error.detail) if plain else error.detail
        return problem(request, error.status_code, str(detail), headers=dict(error.headers or {}))

    for kind, handler in (
        (Refused, refused),
        (ProblemError, specific),
        (Full, full),
        (OSError, system),
        (Retry, away),
        (VersionConflict, conflict),
        (Duplicate, duplicate),
        (OverflowError, beyond),
        (UnknownRuleSet, without_rules),
        (Exception, broken),
        (RequestValidationError, invalid),
        (HTTPException, http),
    ):
        app.add_exception_handler(kind, handler)
