"""Errors as `application/problem+json` (RFC 9457), naming the field and the article of law."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chassis.errors import Duplicate, NotHeardOf, Refused, Retry, VersionConflict
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
        request_id=getattr(request.state, "request_id", None),
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Every error of the app becomes a problem."""

    async def refused(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return problem(request, error.status, error.why, article=error.article, field=error.field)

    async def specific(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)
        return problem(request, error.status, error.detail, article=error.article, field=error.field, headers=error.headers)

    async def away(request: Request, error: Exception) -> JSONResponse:
        log.warning("answered 503", extra={"why": f"{type(error).__name__}: {error}", "cause": type(error.__cause__).__name__})
        wait = "1" if isinstance(error, NotHeardOf) else "2"
        return problem(request, 503, "Hệ thống đang cập nhật, xin thử lại sau ít giây.", headers={"Retry-After": wait})

    async def conflict(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Hồ sơ vừa được người khác xử lý; xin tải lại.", headers={"Retry-After": "0"})

    async def duplicate(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Nội dung này đã được ghi nhận trước đó.")

    async def beyond(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 422, "Có ngày hoặc số nằm ngoài phạm vi tính được.")

    async def without_rules(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 409, "Hồ sơ nhập từ hệ thống cũ không có bộ quy tắc nào để tính thời hạn.")

    async def broken(request: Request, error: Exception) -> JSONResponse:
        return problem(request, 500, "Hệ thống gặp lỗi; xin báo mã yêu cầu này cho bộ phận hỗ trợ.")

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [{"field": ".".join(str(part) for part in e["loc"][1:]), "message": e["msg"], "type": e["type"]} for e in error.errors()]
        status = 400 if any(e["type"] == "json_invalid" for e in errors) else 422
        field = errors[0]["field"] if errors else ""
        return problem(request, status, "Nội dung gửi lên chưa đúng; xem từng trường.", field=field, errors=errors)

    async def http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(request, error.status_code, str(error.detail), headers=dict(error.headers or {}))

    for kind, handler in (
        (Refused, refused),
        (ProblemError, specific),
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
