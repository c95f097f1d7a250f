"""Traces that follow a dossier across services: the traceparent is stored with each fact and sent with its record."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
NOT_SAMPLED = re.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00")
"""Such a trace is passed on as it is: nobody would see a span of it."""
_tracer = trace.get_tracer("motcua")
_started = False


def start_tracing(service: str, processor: SpanProcessor | None = None, ratio: float = 0.05) -> None:
    """Set the process's tracer; without a processor spans are made (so ids flow) but not exported."""
    global _started, _tracer
    provider = TracerProvider(resource=Resource.create({"service.name": service}), sampler=ParentBasedTraceIdRatio(ratio))
    if processor is not None:
        provider.add_span_processor(processor)
    _started, _tracer = True, provider.get_tracer("motcua")


@contextmanager
def caused_by(traceparent: str | None, name: str) -> Iterator[str | None]:
    """A span that continues the trace of a message or request; yields the traceparent to store with new facts."""
    if not _started:
        yield None
        return
    if traceparent and NOT_SAMPLED.fullmatch(traceparent):
        yield traceparent
        return
    context = _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    span = _tracer.start_span(name, context=context)
    if not span.is_recording():
        yield _written(span.get_span_context())
        return
    with trace.use_span(span, end_on_exit=True):
        yield _written(span.get_span_context())


def _written(span: trace.SpanContext) -> str:
    return f"00-{trace.format_trace_id(span.trace_id)}-{trace.format_span_id(span.span_id)}-{span.trace_flags:02x}"
