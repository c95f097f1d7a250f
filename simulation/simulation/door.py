"""Calls a service's routes as functions: the real access rules, bodies and commands, without sockets and without ASGI."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.datastructures import QueryParams


@dataclass(frozen=True)
class Entrance:
    """One route, taken apart: its function, and how each argument is made from a request."""

    method: str
    pattern: re.Pattern[str]
    endpoint: Callable[..., Any]
    arguments: Mapping[str, Callable[[Request, Mapping[str, str], Any], Any]]
    status: int


@dataclass
class Door:
    """The entrances of one app."""

    app: FastAPI
    entrances: list[Entrance] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entrances = [_entrance(route) for route in self.app.routes if isinstance(route, APIRoute)]

    def ask(self, method: str, path: str, token: str | None, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]) -> Response:
        """Answer a request. Exceptions of the service become the answers that its handlers give; others go through."""
        request = _request(method, path, token, headers, query)
        for entrance in self.entrances:
            match = entrance.pattern.match(path) if entrance.method == method else None
            if match:
                return self._answer(request, entrance, match.groupdict(), body)
        raise LookupError(f"{method} {path}")

    def _answer(self, request: Request, entrance: Entrance, path: Mapping[str, str], body: Any) -> Response:
        try:
            answer = _finished(entrance.endpoint(**{name: make(request, path, body) for name, make in entrance.arguments.items()}))
        except Exception as error:
            handler = next((h for kind in type(error).__mro__[:-2] if (h := self.app.exception_handlers.get(kind))), None)
            if handler is None:
                raise
            answered: Response = _finished(handler(request, error))
            return answered
        return answer if isinstance(answer, Response) else _json(answer, entrance.status)


def _json(answer: Any, status: int) -> Response:
    return JSONResponse(jsonable_encoder(answer), status)


def _finished(result: Any) -> Any:
    """What a function returned, also where it is a coroutine, which must wait for nothing."""
    if not inspect.iscoroutine(result):
        return result
    try:
        result.send(None)
    except StopIteration as done:
        return done.value
    result.close()
    raise RuntimeError("a route of a run may not wait for anything")


def _request(method: str, path: str, token: str | None, headers: Mapping[str, str], query: Mapping[str, Any]) -> Request:
    if token is not None:
        headers = {**headers, "authorization": f"Bearer {token}"}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw, "query_string": str(QueryParams(query)).encode(), "state": {}}
    scope |= {"server": ("simulation", 80), "scheme": "http", "root_path": ""}
    return Request(scope)


def _entrance(route: APIRoute) -> Entrance:
    signature = inspect.signature(route.endpoint, eval_str=True)
    names = set(route.param_convertors)
    arguments = {name: _argument(name, parameter, names) for name, parameter in signature.parameters.items()}
    return Entrance(next(iter(route.methods or {"GET"})), route.path_regex, route.endpoint, arguments, route.status_code or 200)


def _argument(name: str, parameter: inspect.Parameter, path: set[str]) -> Callable[[Request, Mapping[str, str], Any], Any]:
    annotation = parameter.annotation
    if annotation is Request:
        return lambda request, _path, _body: request
    depends = next((extra for extra in get_args(annotation)[1:] if isinstance(extra, Depends)), None) if get_args(annotation) else None
    if depends is not None and depends.dependency is not None:
        dependency = depends.dependency
        return lambda request, _path, _body: _finished(dependency(request))
    if name in path:
        convert = TypeAdapter(annotation).validate_python
        return lambda _request, path, _body: _valid(convert, path[name], "path", name)
    if _is_model(annotation):
        adapter = TypeAdapter(annotation)
        return lambda _request, _path, body: _valid(adapter.validate_python, body, "body", "")
    return _queried(name, parameter)


def _is_model(annotation: Any) -> bool:
    kinds = get_args(annotation) if get_origin(annotation) else (annotation,)
    return any(inspect.isclass(kind) and issubclass(kind, BaseModel) for kind in kinds)


def _queried(name: str, parameter: inspect.Parameter) -> Callable[[Request, Mapping[str, str], Any], Any]:
    convert = TypeAdapter(parameter.annotation).validate_python
    default = getattr(parameter.default, "default", parameter.default)

    def make(request: Request, _path: Mapping[str, str], _body: Any) -> Any:
        given = request.query_params.get(name)
        return default if given is None else _valid(convert, given, "query", name)

    return make


def _valid(convert: Callable[[Any], Any], value: Any, where: str, name: str) -> Any:
    try:
        return convert(value)
    except ValidationError as invalid:
        errors = [{**error, "loc": (where, *([name] if name else []), *error["loc"])} for error in invalid.errors()]
        raise RequestValidationError(errors) from invalid
