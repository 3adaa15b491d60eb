"""What a person hears of spans that are not delivered: once, why, and nothing secret."""

import logging
from collections.abc import Callable

from graph.trace_redaction import Redactor

Tell = Callable[[str], None]

RECEIVER = "OpenTelemetry's collector"
#: Loggers of the SDK that say what became of spans.
_LOGGERS = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")
_QUEUE_FULL = "Queue full"


class Teller(logging.Handler):
    """Tells once that spans are not delivered; the SDK's own log, which repeats it, is not shown."""

    def __init__(self, redactor: Redactor, say: Tell) -> None:
        super().__init__(logging.WARNING)
        self._redactor = redactor
        self._say = say
        self._told = False
        self._why = ""
        for name in _LOGGERS:
            logger = logging.getLogger(name)
            logger.handlers = [self]
            logger.propagate = False

    def pass_on_to(self, say: Tell) -> None:
        """Tell that one from here on."""
        self._say = say

    def emit(self, record: logging.LogRecord) -> None:
        """Keep why: what was said first. That spans are dropped, which no exporter hears of, is told at once."""
        message = record.getMessage()
        self._why = self._why or message
        if message.startswith(_QUEUE_FULL):
            self.tell("more spans than can be sent: some are left out. OTEL_BSP_MAX_QUEUE_SIZE is how many may wait")

    def tell(self, why: str = "") -> None:
        """Say it, unless it was said."""
        if not self._told:
            self._told = True
            clean = self._redactor.text(" ".join((why or self._why).split()))[:300]
            self._say(f"OpenTelemetry: spans are not delivered; the run goes on without. {clean}")
