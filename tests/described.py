"""Every answer that a test gets is held against what the service's interface says of it."""

from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from jsonschema_rs import Draft202012Validator

JSON = "application/json"


class Undescribed(AssertionError):
    """A 2xx answer that the interface does not describe, or describes otherwise."""


class DescribedClient(TestClient):
    """A client that fails where a JSON answer does not have the shape that the interface tells: nothing less, and nothing more."""

    def request(self, method: str, url: Any, *given: Any, **content: Any) -> Any:
        answer = super().request(method, url, *given, **content)
        if 200 <= answer.status_code < 300 and answer.headers.get("content-type", "").startswith(JSON):
            fault = fault_of(self.app, method, answer.request.url.path, answer.status_code, answer.json())  # type: ignore[arg-type]
            if fault:
                raise Undescribed(f"{method} {answer.request.url.path} {answer.status_code}: {fault}")
        return answer


def fault_of(app: FastAPI, method: str, path: str, status: int, body: Any) -> str | None:
    """What is wrong with an answer, by the interface of the app; None when nothing is, or when the route is none of the interface."""
    shapes = _SHAPES.get(app) or _SHAPES.setdefault(app, Shapes(app))
    return shapes.fault(method, path, str(status), body)


class Shapes:
    """The interface of an app, read once. An object has no more than what is told of it, where anything is."""

    def __init__(self, app: FastAPI) -> None:
        self._routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
        self._document = _closed(app.openapi())
        self._validators: dict[tuple[str, str, str], Draft202012Validator] = {}

    def fault(self, method: str, path: str, status: str, body: Any) -> str | None:
        route = next((route for route in self._routes if method in (route.methods or ()) and route.path_regex.match(path)), None)
        if route is None:
            return None
        told = self._document["paths"][route.path_format][method.lower()]["responses"].get(status)
        if told is None:
            return "the interface knows no such status"
        key = (route.path_format, method, status)
        if key not in self._validators:
            schema = {**told["content"][JSON]["schema"], "components": self._document["components"]}
            self._validators[key] = Draft202012Validator(schema)
        return next(_faults(self._validators[key], body), None)


def _faults(validator: Draft202012Validator, body: Any) -> Iterator[str]:
    for error in validator.iter_errors(body):
        yield f"{error.message} at /{'/'.join(map(str, error.instance_path))}"


def _closed(schema: Any) -> Any:
    """The same document, in which an object whose properties are told has no others."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        closed.setdefault("additionalProperties", False)
    return closed


_SHAPES: WeakKeyDictionary[FastAPI, Shapes] = WeakKeyDictionary()
