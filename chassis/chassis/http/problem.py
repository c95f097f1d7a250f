"""Errors as `application/problem+json` (RFC 9457), naming the field and the article of law."""

from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

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
    429: "Quá nhiều yêu cầu",
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
        request_id=request_id_of(request),
    )
    return JSONResponse(body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def request_id_of(request: Request) -> str | None:
    """The id that the request was given."""
    return getattr(request.state, "request_id", None)
