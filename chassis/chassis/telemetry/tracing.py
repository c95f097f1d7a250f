"""Traces that follow a dossier across services: the traceparent is stored with each fact and sent with its record."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
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
    context = _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    with _tracer.start_as_current_span(name, context=context) as span:
        carrier: dict[str, str] = {}
        if span.get_span_context().is_valid:
            _PROPAGATOR.inject(carrier)
        yield carrier.get("traceparent")
