"""What each service sends and hears, as AsyncAPI 3.0: channels are topics, messages are facts with their CloudEvents headers."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from chassis.service import Blueprint
from contracts.topics import CATALOGUE, DOSSIERS, PORTAL, RATINGS
from tests.generated import schemas
from tests.generated.services import blueprints

Document = dict[str, Any]
TOPIC_OF = {"dossier": DOSSIERS, "catalogue": CATALOGUE, "portal": PORTAL, "rating": RATINGS}
"""The third word of a `ce_type` says on which topic it travels."""
CHANNELS: dict[str, tuple[str, str, str]] = {
    DOSSIERS: ("dossiers", "Every fact about a dossier, kept for ever.", "The dossier's id; facts of one dossier keep their order."),
    CATALOGUE: ("catalogue", "Agencies and procedures with their validity; compacted.", "The key of the catalogue record."),
    PORTAL: ("portal", "What the National Portal answered.", "The dossier's id."),
    RATINGS: ("ratings", "Ratings and published indices.", "The dossier's id."),
}
"""Topic → name of the channel, what it carries, what its record key is."""


def files(root: Path) -> dict[str, str]:
    """Path → text, one document for each service."""
    return {f"contracts/asyncapi/{name}.yaml": _yaml(document(blueprint)) for name, blueprint in blueprints(root).items()}


def document(blueprint: Blueprint) -> Document:
    """The AsyncAPI document of a service."""
    sent, heard = sends(blueprint), hears(blueprint)
    topics = sorted({*(topic_of(name) for name in sent), *heard})
    carried = {topic: [n for n in _types() if topic_of(n) == topic and (topic in heard or n in sent)] for topic in topics}
    names = [name for topic in topics for name in carried[topic]]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Motcua {blueprint.name}",
            "version": blueprint.version,
            "description": "CloudEvents 1.0 in Kafka's binary mode: attributes are record headers, the value is the JSON of the fact.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {CHANNELS[topic][0]: _channel(topic, carried[topic]) for topic in topics},
        "operations": {**_operations("send", sent), **_operations("receive", [n for n in names if topic_of(n) in heard])},
        "components": {
            "messages": {name: _message(name) for name in names},
            "messageTraits": {"fact": {"headers": _headers(True)}, "record": {"headers": _headers(False)}},
        },
    }


def sends(blueprint: Blueprint) -> list[str]:
    """The types that a service sends: the facts it owns, if it has a relay, and the records of the catalogue."""
    if blueprint.name == "catalogue":
        return list(schemas.RECORDS)
    return [name for name, cls in schemas.facts().items() if blueprint.name == cls.OWNER] if blueprint.outbound else []


def hears(blueprint: Blueprint) -> list[str]:
    """The topics that a service reads."""
    return [*(blueprint.topics if blueprint.handle else ()), *((CATALOGUE,) if blueprint.hears_catalogue else ())]


def topic_of(name: str) -> str:
    """The topic of a `ce_type`."""
    return TOPIC_OF[name.split(".")[2]]


def _types() -> list[str]:
    return sorted([*schemas.facts(), *schemas.RECORDS])


def _channel(topic: str, names: Iterable[str]) -> Document:
    settings = {"cleanup.policy": ["compact"]} if topic == CATALOGUE else {"retention.ms": -1}
    return {
        "address": topic,
        "description": CHANNELS[topic][1],
        "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in names},
        "bindings": {"kafka": {"topic": topic, "partitions": 12, "topicConfiguration": settings}},
    }


def _operations(action: str, names: Iterable[str]) -> Document:
    by_topic: dict[str, list[str]] = {}
    for name in names:
        by_topic.setdefault(topic_of(name), []).append(name)
    return {f"{action}-{CHANNELS[topic][0]}": _operation(action, topic, by_topic[topic]) for topic in sorted(by_topic)}


def _operation(action: str, topic: str, names: Iterable[str]) -> Document:
    channel = f"#/channels/{CHANNELS[topic][0]}"
    return {"action": action, "channel": {"$ref": channel}, "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names]}


def _message(name: str) -> Document:
    cls: Any = {**schemas.facts(), **schemas.RECORDS}[name]
    return {
        "name": name,
        "title": cls.__name__,
        "summary": " ".join((cls.__doc__ or "").split("\n\n")[0].split()),
        "contentType": "application/json",
        "headers": {"type": "object", "properties": {"ce_type": {"const": name}}},
        "payload": {"schemaFormat": "application/schema+json;version=2020-12", "schema": {"$ref": f"../schemas/{name}.json"}},
        "bindings": {"kafka": {"key": {"type": "string", "description": CHANNELS[topic_of(name)][2]}}},
        "traits": [{"$ref": f"#/components/messageTraits/{'record' if name in schemas.RECORDS else 'fact'}"}],
    }


def _headers(fact: bool) -> Document:
    """The headers of a record; a fact also carries its place in the dossier, who did it and what it followed from."""
    required = {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "description": "The service that recorded it."},
        "ce_subject": {"type": "string", "format": "uuid", "description": "The dossier."} if fact else {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded; UTC with microseconds."},
        "content-type": {"const": "application/json"},
    }
    of_facts = {
        "ce_sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "Contiguous from 1 per source and dossier."},
        "ce_actor": {"type": "string", "description": "Who acted: an account id, never a name."},
        "ce_correlationid": {"type": "string", "format": "uuid"},
    }
    optional = {
        "ce_causationid": {"type": "string", "format": "uuid", "description": "The fact that this one followed from."},
        "traceparent": {"type": "string", "description": "W3C Trace Context."},
    }
    always = {**required, **(of_facts if fact else {})}
    return {"type": "object", "required": list(always), "properties": {**always, **(optional if fact else {})}}


class _Plain(yaml.SafeDumper):
    """Without anchors: the same part is written out wherever it occurs."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _yaml(content: Document) -> str:
    return yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=140)
