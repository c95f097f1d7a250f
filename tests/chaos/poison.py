"""Poison among good messages: what cannot be handled is put aside, and nobody else waits for it."""

import asyncio
import json
import time
from collections.abc import Callable
from uuid import UUID

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from psycopg import sql

from chassis.ids import new_id
from contracts.topics import DOSSIERS
from motcua_stack.database import schema_of
from tests.chaos.processes import metric, state_of
from tests.chaos.reconciling import HEARS
from tests.chaos.staging import Stage, patiently

Poison = tuple[UUID, bytes, list[tuple[str, bytes]]]
TWO_MEGABYTES = 2 * 1024 * 1024
LONGEST = 150.0
"""Seconds within which everything must be put aside; a fact whose dossier is unknown waits a minute of them."""


def headers(
    subject: UUID, kind: str = "vn.motcua.dossier.closed.v1", source: str = "intake", **changed: bytes | None
) -> list[tuple[str, bytes]]:
    """A good envelope, but for what is changed; None leaves a header out."""
    wanted: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": str(new_id()).encode(),
        "ce_type": kind.encode(),
        "ce_source": source.encode(),
        "ce_subject": str(subject).encode(),
        "ce_time": b"2026-03-02T02:00:00.000000Z",
        "ce_sequence": b"1",
        "ce_actor": b"chaos",
        "ce_correlationid": str(new_id()).encode(),
        "content-type": b"application/json",
    }
    return [(name, value) for name, value in (wanted | changed).items() if value is not None]


def closed(**more: object) -> bytes:
    fact = {"effective_at": "2026-03-02T02:00:00Z", "recorded_at": "2026-03-02T02:00:00Z", "cause": "no-supplement"}
    return json.dumps(fact | more).encode()


def not_json() -> Poison:
    subject = new_id()
    return subject, b"\x00\x00\x00\x00\x07Avro, perhaps", headers(subject)


def wrong_schema() -> Poison:
    subject = new_id()
    return subject, json.dumps({"effective_at": 7, "reason": ["?"]}).encode(), headers(subject)


def unknown_type() -> Poison:
    subject = new_id()
    return subject, closed(), headers(subject, "vn.motcua.dossier.invented.v9")


def missing_header() -> Poison:
    subject = new_id()
    return subject, closed(), headers(subject, ce_id=None)


def two_megabytes() -> Poison:
    subject = new_id()
    return subject, b'{"padding": "' + b"x" * TWO_MEGABYTES + b'"}', headers(subject)


def of_no_dossier() -> Poison:
    """Well formed in every way, but nobody has ever filed this dossier."""
    subject = new_id()
    fact = {"effective_at": "2026-03-02T02:00:00Z", "recorded_at": "2026-03-02T02:00:00Z", "leg": 1}
    fact |= {"agency": "H60.01", "assignee": "nobody", "assigned_by": "nobody"}
    return subject, json.dumps(fact).encode(), headers(subject, "vn.motcua.dossier.assigned.v1", "processing")


KINDS: dict[str, Callable[[], Poison]] = {
    "not JSON": not_json,
    "wrong schema": wrong_schema,
    "unknown type": unknown_type,
    "missing header": missing_header,
    "2 MB body": two_megabytes,
    "fact of no dossier": of_no_dossier,
}


def poison(stage: Stage) -> None:
    """`size` messages of six kinds over the seconds; then everything else must have gone on, and an operator gives them up."""
    refused = asyncio.run(_refused_by_the_broker(stage.system.kafka))
    stage.tell(f"2 MB as it is: {'the broker refuses it' if refused else 'taken by the broker'}; packed below 1 MB it is taken")
    sent: list[tuple[str, UUID]] = []
    for number in range(stage.size):
        kind = list(KINDS)[number % len(KINDS)]
        subject, value, envelope = KINDS[kind]()
        asyncio.run(_send(stage.system.kafka, subject, value, envelope))
        sent.append((kind, subject))
        time.sleep(stage.seconds / stage.size)
    stage.strangers += [subject for _, subject in sent]
    began = time.monotonic()
    patiently(lambda: all(_settled(stage, subject) for _, subject in sent), LONGEST)
    for kind in dict.fromkeys(kind for kind, _ in sent):
        subjects = [subject for name, subject in sent if name == kind]
        stage.tell(f"{len(subjects)} × {kind}: {_fate(stage, subjects)}")
    stage.tell(f"all put aside {time.monotonic() - began:.1f} s after the last was sent")
    for service in HEARS:
        state = state_of(service)
        stage.expect(state.get("stopped") is None and bool(state.get("ok")), f"{service} stopped: {state}")
    _give_up(stage)


def _settled(stage: Stage, subject: UUID) -> bool:
    """Whether every service has either parked it or heard it."""
    return all(fate for fate in _fates(stage, subject).values())


def _fates(stage: Stage, subject: UUID) -> dict[str, str]:
    fates = {}
    with psycopg.connect(stage.system.postgres_dsn, autocommit=True) as owner:
        for service in HEARS:
            schema = schema_of(service)
            parked = owner.execute(
                sql.SQL("SELECT reason FROM {} WHERE subject = %s").format(sql.Identifier(schema, "parked")), [str(subject)]
            ).fetchone()
            heard = owner.execute(
                sql.SQL("SELECT 1 FROM {} WHERE subject = %s").format(sql.Identifier(schema, "heard")), [subject]
            ).fetchone()
            fates[service] = f"parked ({parked[0]})" if parked else "heard, without effect" if heard else ""
    return fates


def _fate(stage: Stage, subjects: list[UUID]) -> str:
    """In words: how many services parked it and for which reasons."""
    words: dict[str, list[str]] = {}
    for subject in subjects[:1]:
        for service, fate in _fates(stage, subject).items():
            words.setdefault(fate or "NOT SETTLED", []).append(service)
    for subject in subjects:
        stage.expect(_settled(stage, subject), f"{subject} was neither parked nor heard everywhere: {_fates(stage, subject)}")
    return "; ".join(f"{fate[:90]} in {len(services)}" for fate, services in words.items())


def _give_up(stage: Stage) -> None:
    """What an operator does with garbage: each is discarded with a reason, and nothing is parked any more."""
    operator, discarded = stage.load.client, 0
    for service in HEARS:
        for item in list(operator.operations.parked(service)["items"]):
            operator.operations.discard(service, item["subject"], "garbage from a test of faults")
            discarded += 1
        stage.expect(not operator.operations.parked(service)["total"], f"{service} still has parked records")
        stage.expect(metric(service, "motcua_inbox_stopped") == 0, f"{service} tells that its inbox stopped")
    stage.tell(f"{discarded} parked records given up by an operator, with a reason each")


async def _refused_by_the_broker(bootstrap: str) -> bool:
    subject, value, envelope = two_megabytes()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=8 * TWO_MEGABYTES)
    await producer.start()
    try:
        await producer.send_and_wait(DOSSIERS, value, key=str(subject).encode(), headers=envelope)
    except MessageSizeTooLargeError:
        return True
    finally:
        await producer.stop()
    return False


async def _send(bootstrap: str, subject: UUID, value: bytes, envelope: list[tuple[str, bytes]]) -> None:
    """As any stranger on the bus could; packed, so that the broker takes two megabytes of nothing."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=8 * TWO_MEGABYTES, compression_type="lz4")
    await producer.start()
    try:
        await producer.send_and_wait(DOSSIERS, value, key=str(subject).encode(), headers=envelope)
    finally:
        await producer.stop()
