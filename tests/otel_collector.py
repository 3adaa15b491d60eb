"""A small collector of OpenTelemetry's on loopback: takes spans over HTTP as real ones do, and lets them be read."""

import contextlib
import gzip
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from tests.services.http import Reply, Seen, serving

Manner = Literal["good", "refusing", "failing", "hanging"]
KINDS = {1: "INTERNAL", 3: "CLIENT"}


@dataclass(frozen=True)
class ReceivedSpan:
    name: str
    trace: str
    id: str
    parent: str
    kind: str
    began: int
    ended: int
    is_error: bool
    message: str
    attributes: dict[str, Any]
    resource: dict[str, Any]


@dataclass
class Collector:
    """`raw` is every body that came, unpacked; `spans` what they hold."""

    manner: Manner = "good"
    url: str = ""
    raw: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    spans: list[ReceivedSpan] = field(default_factory=list)
    _lock: Any = field(default_factory=threading.Lock)

    def take(self, seen: Seen) -> None:
        body = seen.body
        match seen.headers.get("content-encoding"):
            case "gzip":
                body = gzip.decompress(body)
            case "deflate":
                body = zlib.decompress(body)
        request = ExportTraceServiceRequest.FromString(body)
        with self._lock:
            self.raw.append(body)
            for resource in request.resource_spans:
                about = {each.key: plain(each.value) for each in resource.resource.attributes}
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        self.spans.append(
                            ReceivedSpan(
                                name=span.name,
                                trace=span.trace_id.hex(),
                                id=span.span_id.hex(),
                                parent=span.parent_span_id.hex(),
                                kind=KINDS[span.kind],
                                began=span.start_time_unix_nano,
                                ended=span.end_time_unix_nano,
                                is_error=span.status.code == 2,
                                message=span.status.message,
                                attributes={each.key: plain(each.value) for each in span.attributes},
                                resource=about,
                            )
                        )

    def roots(self) -> list[ReceivedSpan]:
        return [span for span in self.spans if not span.parent]

    def of(self, root: ReceivedSpan) -> list[ReceivedSpan]:
        return sorted((span for span in self.spans if span.trace == root.trace), key=lambda span: span.began)

    def parent(self, span: ReceivedSpan) -> ReceivedSpan:
        (found,) = (each for each in self.spans if each.id == span.parent)
        return found

    def operations(self, name: str) -> list[ReceivedSpan]:
        return [span for span in self.spans if span.attributes.get("gen_ai.operation.name") == name]

    def everything(self) -> bytes:
        return b"\n".join(self.raw)


def plain(value: AnyValue) -> Any:
    kind = value.WhichOneof("value")
    return [plain(item) for item in value.array_value.values] if kind == "array_value" else getattr(value, str(kind))


@contextlib.contextmanager
def collecting(manner: Manner = "good") -> Iterator[Collector]:
    """Serve until the end of the block. `hanging` takes requests and never answers."""
    state = Collector(manner)
    ended = threading.Event()

    def answer(seen: Seen) -> Reply:
        state.paths.append(seen.target)
        state.headers.append(seen.headers)
        match state.manner:
            case "hanging":
                ended.wait(60)
            case "refusing":
                return Reply({"message": f"no such key: {seen.headers.get('x-api-key', '')}"}, 401)
            case "failing":
                return Reply({"message": "no"}, 503)
            case "good":
                state.take(seen)
        return Reply(b"", 200, {"content-type": "application/x-protobuf"})

    with serving(answer) as service:
        state.url = service.url
        try:
            yield state
        finally:
            ended.set()
