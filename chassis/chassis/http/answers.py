"""What routes answer, told in the interface's document and nowhere else: no answer is checked or built a second time for it."""

from collections.abc import Callable
from typing import Any, Generic, NotRequired, TypedDict, TypeVar

import msgspec
from fastapi import FastAPI
from fastapi.routing import APIRoute

PLACE = "#/components/schemas/{name}"
JSON = "application/json"
_SHAPE = "answers"
Route = TypeVar("Route", bound=Callable[..., Any])
Item = TypeVar("Item")


class Items(TypedDict, Generic[Item]):
    """All there are."""

    items: list[Item]


class Page(TypedDict, Generic[Item]):
    """A page. `next`: the cursor of the next one; absent on the last."""

    items: list[Item]
    next: NotRequired[str]


def answers(*shapes: Any, also: tuple[int, ...] = ()) -> Callable[[Route], Route]:
    """Say the shape of a route's 2xx answer: a struct, a `TypedDict`, or what is made of them; several: one of them.

    Stands below `@api.app.get(…)`. `also`: other statuses that answer the same.
    """

    def mark(route: Route) -> Route:
        setattr(route, _SHAPE, (shapes, also))
        return route

    return mark


def describe(app: FastAPI, document: dict[str, Any]) -> None:
    """Write the shapes into the document. Raises `ValueError` for two different shapes of one name."""
    marked = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema and hasattr(route.endpoint, _SHAPE)]
    told = [getattr(route.endpoint, _SHAPE) for route in marked]
    every = [shape for shapes, _ in told for shape in shapes]
    schemas, components = msgspec.json.schema_components(every, ref_template=PLACE)
    known = document.setdefault("components", {}).setdefault("schemas", {})
    twice = sorted(name for name, schema in components.items() if known.get(name, schema) != schema)
    if twice:
        raise ValueError(f"two shapes of one name: {', '.join(twice)}")
    known.update(components)
    told_schemas = iter(schemas)
    for route, (shapes, also) in zip(marked, told, strict=True):
        one_of = [next(told_schemas) for _ in shapes]
        for operation in (document["paths"][route.path_format][verb.lower()] for verb in route.methods or ()):
            answer = operation["responses"][str(route.status_code or 200)]
            answer["content"][JSON]["schema"] = one_of[0] if len(one_of) == 1 else {"anyOf": one_of}
            operation["responses"] |= {str(status): answer for status in also}
