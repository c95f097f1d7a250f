"""What the services say about themselves: OpenAPI, AsyncAPI, and the headers on the topic."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict
from uuid import UUID

import msgspec
import pytest
import yaml
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from chassis.http import answers
from chassis.http.answers import describe
from contracts.envelope import Envelope
from tests.described import fault_of
from tests.generated import asyncapi, openapi
from tests.generated.schemas import facts
from tests.generated.services import blueprints

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(blueprints(ROOT))
VERBS = {"get", "put", "post", "delete", "patch", "head", "options"}


def _resolve(document: Any, reference: str) -> Any:
    for word in reference.removeprefix("#/").split("/"):
        document = document[word]
    return document


def _resolved(document: Any, schema: Any) -> Any:
    return _resolve(document, schema["$ref"]) if "$ref" in schema else schema


def _references(node: Any) -> list[str]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node["$ref"]] if isinstance(node, dict) and "$ref" in node else []
    return own + [reference for each in inner for reference in _references(each)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_of_an_asyncapi_document_leads_somewhere(service: str) -> None:
    (path,) = (p for p in asyncapi.files(ROOT) if p.endswith(f"/{service}.yaml"))
    document = yaml.safe_load(asyncapi.files(ROOT)[path])
    for reference in _references(document):
        if reference.startswith("#/"):
            assert _resolve(document, reference)
        else:
            assert (ROOT / path).parent.joinpath(reference).is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_an_asyncapi_document_has_what_the_specification_demands(service: str) -> None:
    document = asyncapi.document(blueprints(ROOT)[service])
    assert document["asyncapi"] == "3.0.0"
    assert document["info"]["title"] and document["info"]["version"]
    for operation in document["operations"].values():
        channel = _resolve(document, operation["channel"]["$ref"])
        assert operation["action"] in {"send", "receive"}
        assert len(operation["messages"]) <= len(channel["messages"])
    for channel in document["channels"].values():
        assert channel["address"].endswith(".v1") and channel["messages"]


def test_a_service_with_a_relay_sends_the_facts_it_owns_and_no_others() -> None:
    for blueprint in blueprints(ROOT).values():
        if blueprint.outbound is not None:
            assert asyncapi.sends(blueprint) == [name for name, cls in facts().items() if blueprint.name == cls.OWNER]


def test_the_headers_of_a_record_are_those_that_are_described() -> None:
    event = UUID(int=7)
    envelope = Envelope(
        id=event,
        type="vn.motcua.dossier.closed.v1",
        source="intake",
        subject=event,
        sequence=1,
        time=datetime(2026, 3, 2, 2, tzinfo=UTC),
        actor="officer-5",
        correlation=event,
        causation=event,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    )
    described = asyncapi.document(blueprints(ROOT)["intake"])["components"]["messageTraits"]["fact"]["headers"]
    sent = {name: value.decode() for name, value in envelope.headers()}
    Draft202012Validator(described).validate(sent)
    assert set(sent) == set(described["properties"])


@pytest.mark.parametrize("service", SERVICES)
def test_an_interface_is_openapi_3_1_and_the_same_each_time(service: str) -> None:
    blueprint = blueprints(ROOT)[service]
    document = openapi.interface(blueprint)
    assert document["openapi"].startswith("3.1.")
    assert json.dumps(document, sort_keys=True) == json.dumps(openapi.interface(blueprint), sort_keys=True)
    operations = [operation for path in document["paths"].values() for verb, operation in path.items() if verb in VERBS]
    names = [operation["operationId"] for operation in operations]
    assert operations and len(names) == len(set(names))
    assert all(_resolve(document, reference) for reference in _references(document))


def test_an_interface_says_where_a_token_and_a_key_are_needed() -> None:
    document = openapi.interface(blueprints(ROOT)["intake"])
    reception = document["paths"]["/dossiers/{dossier}/reception"]["post"]
    assert reception["security"] == [{"bearer": []}]
    assert {"Idempotency-Key", "If-Match"} <= {parameter["name"] for parameter in reception["parameters"]}


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_listed_by_a_sentence_and_not_by_a_word(service: str) -> None:
    """Regression: `/docs` listed "Submit", "Show", "See"."""
    paths = openapi.interface(blueprints(ROOT)[service])["paths"]
    told = {f"{verb} {path}": operation["summary"] for path, verbs in paths.items() for verb, operation in verbs.items() if verb in VERBS}
    assert told and not [name for name, summary in told.items() if len(summary.split()) < 3]


@pytest.mark.parametrize("service", SERVICES)
def test_every_answer_in_json_says_what_is_in_it(service: str) -> None:
    """Regression: 87 answers were `{}`. That real answers have these shapes is held by the client of `tests.harness`."""
    document = openapi.interface(blueprints(ROOT)[service])
    told = {
        f"{verb} {path} {status}": _resolved(document, answer["content"]["application/json"]["schema"])
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        for status, answer in operation["responses"].items()
        if status.startswith("2") and "application/json" in answer.get("content", {})
    }
    assert told and not [name for name, schema in told.items() if not ({"properties", "anyOf"} & schema.keys())]


def test_a_real_answer_that_is_not_as_told_is_found() -> None:
    app = FastAPI()

    class Told(TypedDict):
        number: int

    @app.get("/numbers/{n}")
    @answers(Told)
    def number(n: str) -> JSONResponse:
        return JSONResponse({})

    describe(app, app.openapi())
    assert fault_of(app, "GET", "/numbers/1", 200, {"number": 1}) is None
    assert "number" in (fault_of(app, "GET", "/numbers/1", 200, {}) or "")
    assert "integer" in (fault_of(app, "GET", "/numbers/1", 200, {"number": "1"}) or "")
    assert "more" in (fault_of(app, "GET", "/numbers/1", 200, {"number": 1, "more": 2}) or "")
    assert "status" in (fault_of(app, "GET", "/numbers/1", 202, {"number": 1}) or "")


def test_two_shapes_of_one_name_are_found_before_they_are_told() -> None:
    app = FastAPI()

    class Body(BaseModel):
        a: int

    told = msgspec.defstruct("Body", [("b", str)])

    @app.post("/bodies")
    @answers(told)
    def keep(body: Body) -> JSONResponse:
        return JSONResponse({})

    with pytest.raises(ValueError, match="two shapes of one name: Body"):
        describe(app, app.openapi())


def test_what_anybody_may_read_asks_for_no_token() -> None:
    paths = openapi.interface(blueprints(ROOT)["catalogue"])["paths"]
    assert any("security" not in operation for path in paths.values() for verb, operation in path.items() if verb == "get")


@pytest.mark.req("PR-27")
@pytest.mark.parametrize("service", SERVICES)
def test_no_route_deletes_or_rewrites(service: str) -> None:
    (path,) = (p for p in openapi.files(ROOT) if p.endswith(f"/{service}.json"))
    paths = json.loads(openapi.files(ROOT)[path])["paths"]
    assert not [(verb, route) for route, verbs in paths.items() for verb in verbs if verb in ("put", "patch", "delete")]
