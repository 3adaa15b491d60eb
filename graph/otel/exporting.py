"""A provider of our own: not the process's, so that what other libraries record does not leave unredacted by it."""

import threading
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from graph.bounded_session import END_S, bounded_session
from graph.otel.handler import RunIds
from graph.otel.teller import RECEIVER, Teller
from graph.trace_redaction import Redactor


class BoundedExporter(SpanExporter):
    """OTLP over HTTP, of which a failure is told, and which gives up soon once the process ends."""

    def __init__(self, teller: Teller) -> None:
        session = bounded_session(RECEIVER)
        session.begin()
        self._exporter = OTLPSpanExporter(session=session)
        self._teller = teller
        self._ending = threading.Event()
        self._closed = threading.Lock()
        # Not begun at the end: there may be no new threads then.
        threading.Thread(target=self._give_up, daemon=True).start()

    def begin_end(self) -> None:
        """Begin the last seconds."""
        self._ending.set()

    def _give_up(self) -> None:
        self._ending.wait()
        threading.Event().wait(END_S)
        self.shutdown()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans; say when it cannot be done."""
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._teller.tell()
        return result

    def shutdown(self) -> None:
        """Try nothing again, and send nothing more."""
        if self._closed.acquire(blocking=False):
            self._exporter.shutdown()  # type: ignore[no-untyped-call]


class EndingProcessor(BatchSpanProcessor):
    """A queue of spans that is left to its exporter for a few seconds when it ends, not for thirty."""

    def __init__(self, exporter: BoundedExporter) -> None:
        super().__init__(exporter)
        self._bounded = exporter

    def shutdown(self) -> None:
        """Send what is left."""
        self._bounded.begin_end()
        super().shutdown()  # type: ignore[no-untyped-call]


def own_provider(redactor: Redactor, teller: Teller) -> TracerProvider:
    """Return a provider as the environment sets it, named after the project where the environment names nothing."""
    resource = Resource.create()
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):
        resource = resource.merge(Resource({SERVICE_NAME: "toolgrad"}))
    clean = {name: redactor.value(value) for name, value in resource.attributes.items()}
    provider = TracerProvider(
        resource=Resource(clean, resource.schema_url), id_generator=RunIds(), shutdown_on_exit=False
    )
    provider.add_span_processor(EndingProcessor(BoundedExporter(teller)))
    return provider
