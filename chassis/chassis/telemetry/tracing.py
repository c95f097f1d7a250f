"""Traces that follow a dossier across services: the traceparent is stored with each fact and sent with its record."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
NOT_SAMPLED = re.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f][02468ace]")
"""Passed on as it is: nobody would see a span of it. The lowest bit of the flags says so; the next, that the id is random."""
followed: ContextVar[str] = ContextVar("followed", default="")
"""The traceparent of what is being done, sampled or not: log lines name its trace."""
_tracer = trace.get_tracer("motcua")
_started = False
_UNTRACED: AbstractContextManager[None] = nullcontext()


def to_file(path: Path) -> SpanProcessor:
    """Sampled spans as JSON lines, appended to a file: any collector that tails files can take them from there."""
    out = path.open("a", encoding="utf-8")
    return BatchSpanProcessor(ConsoleSpanExporter(out=out, formatter=lambda span: span.to_json(indent=None) + "\n"))


def start_tracing(service: str, processor: SpanProcessor | None = None, ratio: float = 0.05) -> None:
    """Set the process's tracer; without a processor spans are made (so ids flow) but written nowhere."""
    global _started, _tracer
    provider = TracerProvider(resource=Resource.create({"service.name": service}), sampler=ParentBasedTraceIdRatio(ratio))
    if processor is not None:
        provider.add_span_processor(processor)
    _started, _tracer = True, provider.get_tracer("motcua")


def caused_by(traceparent: str | None, name: str) -> AbstractContextManager[str | None]:
    """A span that continues the trace of a message or request; yields the traceparent to store with new facts."""
    return _span(traceparent, name) if _started else _UNTRACED


@contextmanager
def _span(traceparent: str | None, name: str) -> Iterator[str]:
    if traceparent and NOT_SAMPLED.fullmatch(traceparent):
        with _followed(traceparent):
            yield traceparent
        return
    context = _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
    span = _tracer.start_span(name, context=context)
    written = _written(span.get_span_context())
    with trace.use_span(span, end_on_exit=True) if span.is_recording() else nullcontext(), _followed(written):
        yield written


@contextmanager
def _followed(traceparent: str) -> Iterator[None]:
    token = followed.set(traceparent)
    try:
        yield
    finally:
        followed.reset(token)


def _written(span: trace.SpanContext) -> str:
    return f"00-{trace.format_trace_id(span.trace_id)}-{trace.format_span_id(span.span_id)}-{span.trace_flags:02x}"
