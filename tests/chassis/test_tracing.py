"""A trace follows a dossier: request → stored fact → record → the next service's span and its facts."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.bus.memory import MemoryBus
from chassis.clock import VirtualClock
from chassis.ids import new_id
from chassis.inbox import Inbox
from chassis.relay import Relay, record_of
from chassis.store import Because, Database, Unit
from chassis.store.memory import MemoryDatabase
from chassis.telemetry import tracing
from chassis.telemetry.logs import JsonLines
from contracts import DOSSIERS
from tests.chassis.inbox_conformance import handle
from tests.chassis.sample import NOW, ended

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    monkeypatch.setattr(tracing, "_tracer", tracing._tracer)
    exporter = InMemorySpanExporter()
    tracing.start_tracing("test", SimpleSpanProcessor(exporter), ratio=1.0)
    yield exporter


def _move(source: Database, bus: MemoryBus, target: Database) -> None:
    asyncio.run(Relay(source, bus, lambda fact: record_of(DOSSIERS, fact)).step())
    positions = {(t, p): o for t, p, o, _ in target.positions()}
    for number, _ in enumerate(bus.partitions(DOSSIERS)):
        records = [r for r in bus.read(DOSSIERS, number, positions.get((DOSSIERS, number), 0))]
        if records:
            with target.session() as session:
                Inbox(handle, VirtualClock(NOW)).apply(records, session)


def test_one_trace_goes_through_three_services(spans: InMemorySpanExporter) -> None:
    bus, intake, routing, processing = MemoryBus(), MemoryDatabase("intake"), MemoryDatabase("routing"), MemoryDatabase("processing")
    dossier = new_id()
    with intake.session() as session, tracing.caused_by(PARENT, "POST dossiers") as traceparent:
        unit = Unit(session, Because(actor="account-1", correlation=UUID(int=1), traceparent=traceparent))
        unit.record(dossier, ended())
        unit.commit()
    _move(intake, bus, routing)
    _move(routing, bus, processing)
    trace = PARENT.split("-")[1]
    for store in (intake, routing, processing):
        stored = store.page(0, 10)[0].envelope
        assert stored.traceparent is not None
        assert stored.traceparent.split("-")[1] == trace
        assert dict(stored.headers())["traceparent"] == stored.traceparent.encode()
    finished = spans.get_finished_spans()
    assert {format(span.context.trace_id, "032x") for span in finished} == {trace}
    by_id = {span.context.span_id: span for span in finished}
    last = finished[-1]
    assert last.name == ended().TYPE
    assert last.parent is not None
    assert by_id[last.parent.span_id].name == ended().TYPE


def test_spans_are_lines_of_a_file_and_log_lines_name_their_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "_tracer", tracing._tracer)
    written = tracing.to_file(tmp_path / "intake.traces.jsonl")
    tracing.start_tracing("intake", written, ratio=1.0)
    with tracing.caused_by(PARENT, "POST dossiers"):
        line = JsonLines().format(logging.makeLogRecord({"msg": "answered 503"}))
    written.shutdown()
    (span,) = [json.loads(line) for line in (tmp_path / "intake.traces.jsonl").read_text().splitlines()]
    trace = PARENT.split("-")[1]
    assert (span["name"], span["context"]["trace_id"]) == ("POST dossiers", f"0x{trace}")
    assert json.loads(line)["trace"] == trace
    assert "trace" not in json.loads(JsonLines().format(logging.makeLogRecord({"msg": "idle"})))


def test_a_trace_that_is_not_sampled_goes_on_unchanged(spans: InMemorySpanExporter) -> None:
    unsampled = PARENT.removesuffix("01") + "00"
    with tracing.caused_by(unsampled, "heard") as traceparent:
        assert traceparent == unsampled
    assert spans.get_finished_spans() == ()


def test_a_fact_without_a_trace_starts_one(spans: InMemorySpanExporter) -> None:
    with tracing.caused_by(None, "timer") as traceparent:
        assert traceparent is not None
    assert spans.get_finished_spans()[0].parent is None


def test_an_unreadable_traceparent_is_no_reason_to_fail(spans: InMemorySpanExporter) -> None:
    with tracing.caused_by("zz-nonsense", "timer") as traceparent:
        assert traceparent is not None


def test_a_new_trace_that_the_ratio_leaves_out_has_ids_and_no_span(spans: InMemorySpanExporter) -> None:
    tracing.start_tracing("test", SimpleSpanProcessor(spans), ratio=0.0)
    with tracing.caused_by(None, "timer") as traceparent:
        assert traceparent is not None and tracing.NOT_SAMPLED.fullmatch(traceparent)
    assert spans.get_finished_spans() == ()
