"""What a failure of any kind is told as: which exception becomes which problem."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, get_args

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chassis.errors import Duplicate, Full, NotHeardOf, Refused, Retry, VersionConflict
from chassis.files import FULL
from chassis.http.problem import ProblemError, problem, request_id_of
from chassis.http.wording import NOT_JSON, NOT_READ, ONLY_FORM, ONLY_JSON, say
from contracts.refusal import Unheard
from worktime import NoRulesThen, OutsideCalendar, UnknownRuleSet

log = logging.getLogger("motcua.http")
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
GONE = "Kết nối đã đóng trước khi yêu cầu được gửi hết."
NOT_KNOWN = "Ở đây chưa có hồ sơ hoặc thông tin được hỏi; nếu vừa được gửi đến, xin thử lại sau ít giây."
MOST_TOLD = 3
"""So many errors are said in `detail`; `errors` holds all."""


def _is_a_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _route(request: Request) -> str:
    return f"{request.method} {getattr(request.scope.get('route'), 'path', '')}"


def _told(error: Mapping[str, Any]) -> dict[str, Any]:
    """Where and what; never the value that was sent."""
    field = ".".join(str(part) for part in error["loc"][1:]) or BODY
    return {"field": field, "message": say(error["type"], error.get("ctx", {})), "type": error["type"]}


def _article(request: Request, field: str) -> str:
    """The law that asks for what this field of the route's body must hold; a service that knows no rule sets names none."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    bodies = [parameter.field_info.annotation for parameter in dependant.body_params] if dependant else []
    point = next((found for body in bodies if (found := _point(body, field))), "")
    cited: Citing | None = getattr(request.app.state, "article", None)
    return cited(request.path_params.get("dossier"), point) if cited and point else ""


def _point(body: Any, field: str) -> str:
    """What a body says of its law (`POINT`); a part of it that is a body itself, such as a back-entry, may say otherwise."""
    name = field.partition(".")[0]
    part = getattr(body, "model_fields", {}).get(name)
    parts = get_args(part.annotation) if part else ()
    return next((str(known.POINT) for known in (*parts, body) if getattr(known, "POINT", "")), "")


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    wait = {"Retry-After": "1"} if isinstance(error, Unheard) else None
    return problem(request, error.status, error.why, article=error.article, field=error.field, headers=wait)


async def _specific(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return problem(request, error.status, error.detail, article=error.article, field=error.field, headers=error.headers)


async def _away(request: Request, error: Exception) -> JSONResponse:
    told = {"why": f"{type(error).__name__}: {error}", "cause": type(error.__cause__).__name__}
    log.warning("answered 503", extra={**told, "request_id": request_id_of(request), "route": _route(request)})
    return problem(request, 503, "Hệ thống đang cập nhật, xin thử lại sau ít giây.", headers={"Retry-After": "2"})


async def _unknown(request: Request, error: Exception) -> JSONResponse:
    """Not known here, and perhaps on its way: nothing is broken, so the log stays still."""
    return problem(request, 404, NOT_KNOWN, headers={"Retry-After": "1"})


async def _full(request: Request, error: Exception) -> JSONResponse:
    log.error("answered 503, the disk is full", extra={"why": f"{type(error).__name__}: {error}"})
    return problem(request, 503, NO_ROOM, headers={"Retry-After": "30"})


async def _system(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, OSError) and error.errno in FULL:
        return await _full(request, error)
    raise error


async def _conflict(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 409, "Hồ sơ vừa được người khác xử lý; xin tải lại.", headers={"Retry-After": "0"})


async def _duplicate(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 409, "Nội dung này đã được ghi nhận trước đó.")


async def _beyond(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 422, "Có ngày hoặc số nằm ngoài phạm vi tính được.")


async def _without_rules(request: Request, error: Exception) -> JSONResponse:
    return problem(request, 409, "Hồ sơ nhập từ hệ thống cũ không có bộ quy tắc nào để tính thời hạn.")


async def _broken(request: Request, error: Exception) -> JSONResponse:
    log.error("answered 500", exc_info=error, extra={"request_id": request_id_of(request), "route": _route(request)})
    return problem(request, 500, "Hệ thống gặp lỗi; xin báo mã yêu cầu này cho bộ phận hỗ trợ.")


async def _invalid(request: Request, error: Exception) -> JSONResponse:
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
    return problem(request, 422, detail, article=_article(request, errors[0]["field"]), field=errors[0]["field"], errors=errors)


async def _gone(request: Request, error: Exception) -> JSONResponse:
    """Who asked has hung up: nobody reads this, and nothing is wrong here."""
    return problem(request, 400, GONE)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.detail in PLAINLY:
        return problem(request, error.status_code, PLAINLY[error.detail], field=BODY)
    plain = error.detail == HTTPStatus(error.status_code).phrase
    detail = NOWHERE.get(error.status_code, error.detail) if plain else error.detail
    return problem(request, error.status_code, str(detail), headers=dict(error.headers or {}))


_HANDLERS = (
    (Refused, _refused),
    (ProblemError, _specific),
    (Full, _full),
    (OSError, _system),
    (NotHeardOf, _unknown),
    (Retry, _away),
    (VersionConflict, _conflict),
    (Duplicate, _duplicate),
    (OverflowError, _beyond),
    (OutsideCalendar, _beyond),
    (NoRulesThen, _beyond),
    (ClientDisconnect, _gone),
    (UnknownRuleSet, _without_rules),
    (Exception, _broken),
    (RequestValidationError, _invalid),
    (HTTPException, _http),
)


def install(app: FastAPI) -> None:
    """Every error of the app becomes a problem."""
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, handler)
