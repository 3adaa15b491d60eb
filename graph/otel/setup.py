"""Where spans go: OpenTelemetry's SDK as its environment sets it, by an exporter that never holds anybody up.

On where an endpoint is set (OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT), unless
OTEL_SDK_DISABLED is true or OTEL_TRACES_EXPORTER is none. Without it nothing of OpenTelemetry is imported. All other
variables are the SDK's own: headers, compression, sampler, service name, resource attributes, limits.
"""

import atexit
import logging
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph.bounded_session import bounded_session
from graph.otel.teller import RECEIVER, Tell, Teller
from graph.trace_redaction import Redactor, trace_redactor

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from graph.otel.handler import SpanHandler

log = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL = "http/protobuf"


class Spans:
    """The way out of one process: a handler for graphs, and the provider that its spans leave through.

    `own` is the provider if it was made here. A script's own sends more than this, and is the script's to end.
    """

    def __init__(self, handler: "SpanHandler", teller: Teller, own: "TracerProvider | None") -> None:
        self.handler = handler
        self.teller = teller
        self._own = own

    def end(self) -> None:
        """Send what is left, for a few seconds at most; what is under way ends, too."""
        self.handler.end_all()
        if self._own is not None:
            bounded_session(RECEIVER).end()
            self._own.shutdown()


class _Process:
    """What the process has: spans, or None while they are off or could not be set up."""

    spans: Spans | None = None
    tried = False


def spans_are_on() -> bool:
    """Return whether the environment asks for spans."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return False
    return any(os.environ.get(name, "").strip() for name in ENDPOINTS)


def current_handler() -> "SpanHandler | None":
    """Return what a graph that is compiled now is to tell of its runs, or None while spans are off."""
    return _Process.spans.handler if _Process.spans is not None else None


def begin_spans(
    patterns: Sequence[str] = (), *, key_names: Iterable[str] = (), on_failure: Tell | None = None
) -> Spans | None:
    """Begin to send spans, and return their way out; None where they are off, or cannot be sent.

    What is redacted, and `patterns` and `key_names`, are as in `protect_traces`. `on_failure` is told once, redacted,
    when spans cannot be delivered; without it the log is. Raises re.error for a pattern that is no regular expression.
    """
    if not spans_are_on():
        return None
    if not _Process.tried:
        _Process.tried = True
        redactor = trace_redactor(patterns, key_names)
        teller = Teller(redactor, on_failure or log.warning)
        try:
            _check_environment()
            _Process.spans = _new_spans(redactor, teller)
        except ImportError:
            teller.tell("its packages are not installed: pip install 'toolgrad-langgraph[otel]'")
        except Exception as error:  # the boundary: what the SDK thinks of its environment is not the run's matter
            teller.tell(str(error))
        else:
            atexit.register(end_spans)
    elif _Process.spans is not None and on_failure is not None:
        _Process.spans.teller.pass_on_to(on_failure)
    return _Process.spans


def end_spans() -> None:
    """End what `begin_spans` began, if it did."""
    spans, _Process.spans, _Process.tried = _Process.spans, None, False
    if spans is not None:
        atexit.unregister(end_spans)
        spans.end()


def _check_environment() -> None:
    """Raise ValueError for an environment that asks for what there is not."""
    exporter = os.environ.get("OTEL_TRACES_EXPORTER", "").strip() or "otlp"
    if exporter != "otlp":
        raise ValueError(f"OTEL_TRACES_EXPORTER={exporter}: there is otlp, or none for no spans")
    for name in _PROTOCOLS:
        protocol = os.environ.get(name, "").strip()
        if protocol and protocol != _PROTOCOL:
            raise ValueError(f"{name}={protocol}: there is {_PROTOCOL}, which collectors take at port 4318")
        if protocol:
            break
    for name in ENDPOINTS:
        if endpoint := os.environ.get(name, "").strip():
            if urlsplit(endpoint).scheme not in ("http", "https") or not urlsplit(endpoint).netloc:
                raise ValueError(f"{name} is no URL such as http://localhost:4318")
            break


def _new_spans(redactor: Redactor, teller: Teller) -> Spans:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

    from graph.otel.handler import SpanHandler

    provider, own = trace.get_tracer_provider(), None
    if not isinstance(provider, TracerProvider):
        from graph.otel.exporting import own_provider

        provider = own = own_provider(redactor, teller)
    return Spans(SpanHandler(provider.get_tracer("toolgrad"), redactor), teller, own)
