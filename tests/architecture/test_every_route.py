"""Every route of every service: nobody without a token but where the list says so, no stranger's role, no command without a key."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.http.bodies import Body
from tests.generated.services import blueprints
from tests.harness import Service, World, token

ROOT = Path(__file__).resolve().parents[2]
SERVICES = blueprints(ROOT)
DESCRIPTIONS = {"/openapi.json", "/docs", "/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css", "/docs/favicon.png"}
OPERATIONS = {"/health/live", "/health/ready", "/metrics"}
PUBLIC = {
    "catalogue": {
        "GET /procedures",
        "GET /procedures/{code}",
        "GET /agencies",
        "GET /outages",
        "GET /calendars",
        "GET /calendars/{version}",
    },
    "intake": {"GET /procedures/{code}/guidance", "GET /procedures/{code}/blank-form"},
    "ratings": {"GET /punctuality"},
    "tracking": {"GET /lookup/{code}", "GET /statistics", "GET /public/dossiers"},
}
"""What anybody may read; a route that is not here is for callers with a token."""
WITHOUT_KEY = {
    "POST /files": "keeps bytes; the command that names them has the key",
    "POST /vault/{dossier}": "keeps words; the command that refers to them has the key",
}
"""Writes that record no fact for a caller, and why they need no key."""
WITHOUT_ARTICLE = {
    "POST /agencies": "what is missing is told by the domain, with its article",
    "POST /calendars": "the same",
    "POST /procedures": "the same",
    "POST /dossiers/{dossier}/approval": "has no words of its own, only what stood in a paper book",
    "POST /dossiers/{dossier}/closing": "the same",
    "POST /dossiers/{dossier}/extension": "the same",
    "POST /dossiers/{dossier}/supplement-confirmation": "the same",
    "POST /dossiers/{dossier}/obligations": "the law is what it is given: the basis of the obligation",
    "POST /imports/{dossier}": "an older system's history, under no rules",
    "POST /parked/{subject}/discard": "an operator's, no law is behind it",
    "POST /vault/{dossier}": "a service's, no law is behind it",
}
"""Writes whose malformed bodies are refused without an article, and why."""
ID = "0190b6a0-0000-7000-8000-000000000001"
SOURCES = [source.read_text("utf-8") for house in ("services", "chassis") for source in (ROOT / house).rglob("*.py")]
ROLES = sorted({role for source in SOURCES for role in re.findall(r'"([a-z][a-z-]+)"', source)})
"""Every word that may be a role: a caller with all of them passes every door."""


@cache
def service(name: str) -> Service:
    return World().add(SERVICES[name], certificates="memory")


def routes() -> Iterator[tuple[str, str, str]]:
    for name in SERVICES:
        for route in service(name).client.app.routes:  # type: ignore[attr-defined]
            for verb in sorted(route.methods - {"HEAD", "OPTIONS"}):
                path = re.sub(r":path\}", "}", route.path)
                if path not in DESCRIPTIONS | OPERATIONS:
                    yield name, verb, path


EVERY = sorted(routes())
GUARDED = [(name, verb, path) for name, verb, path in EVERY if f"{verb} {path}" not in PUBLIC.get(name, ())]
WRITES = [(name, verb, path) for name, verb, path in EVERY if verb != "GET"]


def ask(name: str, verb: str, path: str, who: str | None, **content: Any) -> Any:
    headers = {"Authorization": f"Bearer {who}"} if who else {}
    return service(name).client.request(verb, re.sub(r"\{[^}]+\}", _word, path), headers=headers, **content)


def _word(place: "re.Match[str]") -> str:
    return "1" if place.group(0) in ("{leg}", "{number}", "{n}") else ID


def test_the_list_of_public_routes_names_no_route_that_is_gone() -> None:
    assert {(n, r) for n, rs in PUBLIC.items() for r in rs} <= {(name, f"{verb} {path}") for name, verb, path in EVERY}
    assert set(WITHOUT_KEY) <= {f"{verb} {path}" for _, verb, path in WRITES}


@pytest.mark.parametrize(("name", "verb", "path"), GUARDED)
def test_without_a_token_the_answer_is_401(name: str, verb: str, path: str) -> None:
    for who in (None, "abc"):
        answer = ask(name, verb, path, who)
        assert answer.status_code == 401, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("name", "verb", "path"), [r for r in WRITES if r in GUARDED])
def test_a_role_that_nobody_gave_opens_no_door_to_a_write(name: str, verb: str, path: str) -> None:
    answer = ask(name, verb, path, token("passer-by", "passer-by"), **_valid(name, verb, path))
    assert answer.status_code == 403, answer.text


COMMANDS = [(name, verb, path) for name, verb, path in WRITES if f"{verb} {path}" not in WITHOUT_KEY]


@cache
def keyless(name: str, verb: str, path: str) -> Any:
    return ask(name, verb, path, token("anybody", *ROLES), **_valid(name, verb, path))


@pytest.mark.parametrize(("name", "verb", "path"), COMMANDS)
def test_a_command_without_a_key_is_refused_and_records_nothing(name: str, verb: str, path: str) -> None:
    answer = keyless(name, verb, path)
    assert 400 <= answer.status_code < 500, answer.text
    assert service(name).database.stored == []


def test_of_the_commands_that_this_walk_can_fill_each_says_that_the_key_is_missing() -> None:
    """The others refuse a made-up file or date before they come to the key."""
    said = [command for command in COMMANDS if keyless(*command).status_code == 428]
    assert len(said) > len(COMMANDS) / 2
    assert {keyless(*command).json()["field"] for command in said} == {"Idempotency-Key"}


@cache
def _valid(name: str, verb: str, path: str) -> dict[str, Any]:
    """A body that the route's schema takes."""
    contents = _contents(name, verb, path)
    if not contents:
        return {}
    ((kind, content),) = contents.items()
    if kind == "multipart/form-data":
        return {"files": {"file": ("a.pdf", b"%PDF-1.7 %%EOF")}}
    return {"json": _sample(_document(name), content["schema"])}


def _document(name: str) -> Any:
    return service(name).client.app.openapi()  # type: ignore[attr-defined]


def _contents(name: str, verb: str, path: str) -> dict[str, Any]:
    """What the route takes as a body, by media type; nothing where it takes none."""
    found: dict[str, Any] = _document(name)["paths"][path][verb.lower()].get("requestBody", {}).get("content", {})
    return found


def _sample(document: Any, schema: Any) -> Any:
    """The plainest value of a schema: what must be there, at its shortest."""
    if "$ref" in schema:
        return _sample(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        return _sample(document, choice)
    match schema.get("type"):
        case "object":
            return {key: _sample(document, schema["properties"][key]) for key in schema.get("required", ())}
        case "array":
            return [_sample(document, schema["items"]) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
        case "boolean":
            return True
        case "string":
            return _text(schema.get("format", ""), schema.get("pattern"), schema.get("minLength", 0), schema.get("maxLength", 1000))
    return {}


@cache
def _text(kind: str, pattern: str | None, least: int, most: int) -> str:
    known = {"date-time": "2026-03-02T02:00:00Z", "date": "2026-03-02", "uuid": ID}
    if kind in known:
        return known[kind]
    if pattern is None or re.search(pattern, "x" * max(1, least)):
        return "x" * max(1, least)
    words = st.from_regex(pattern, alphabet=st.characters(codec="ascii"))
    return find(words, lambda text: least <= len(text) <= most, settings=settings(database=None, phases=[Phase.generate]))


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for body in of.__subclasses__():
        yield from (body, *bodies(body)) if not body.__module__.startswith("tests.") else ()


STRICT = {"integer": [True, "1", 1.0], "boolean": ["yes", "true", 1]}
TYPED = [
    (body, name, kind)
    for _ in EVERY[:1]
    for body in sorted(set(bodies()), key=lambda body: (body.__module__, body.__name__))
    for name, shape in body.model_json_schema().get("properties", {}).items()
    for kind in {shape.get("type"), *(each.get("type") for each in shape.get("anyOf", ()))} & STRICT.keys()
]


@pytest.mark.parametrize(("body", "name", "kind"), TYPED, ids=[f"{body.__name__}.{name}" for body, name, _ in TYPED])
def test_a_number_is_a_number_and_true_is_true(body: type[Body], name: str, kind: str) -> None:
    """Regression: an approval took `true` and "1" for the first leg, against its own description."""
    for value in STRICT[kind]:
        with pytest.raises(ValidationError) as wrong:
            body.model_validate({name: value})
        assert (name,) in {error["loc"][:1] for error in wrong.value.errors()}, value


@pytest.mark.parametrize(("name", "verb", "path"), [route for route in WRITES if "application/json" in _contents(*route)])
def test_a_malformed_body_is_refused_with_the_article_that_asks_for_it(name: str, verb: str, path: str) -> None:
    """Regression: seventeen routes named none, though their other refusals did."""
    answer = ask(name, verb, path, token("everybody-1", *ROLES), json=["nothing"])
    assert answer.status_code == 422, answer.text
    assert bool(answer.json().get("article")) != (f"{verb} {path}" in WITHOUT_ARTICLE)
