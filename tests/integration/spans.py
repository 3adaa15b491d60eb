"""A command whose spans go to a collector, for the tests of OpenTelemetry."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.doubling import SPEC
from tests.integration.test_langsmith import ROOT
from tests.otel_collector import Collector, Manner, ReceivedSpan, collecting

KEY = "sk-test-0123456789abcdefghij"
HEADER = "header-that-nobody-may-see"
WORDS = "plain-words-as-a-secret"
OFFLINE = ["--tools", "builtin:moon", "--samples", "2", "--calls", "1:100"]
CONTENT = {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"}


def environment(url: str, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OPENAI", "OTEL"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": KEY,
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-api-key={HEADER}",
        **more,
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "toolgrad_data", "generate", "--out", "night", *arguments]


def generate(folder: Path, url: str, *arguments: str, **more: str) -> tuple[int, str, str]:
    done = subprocess.run(
        command(*arguments), cwd=folder, env=environment(url, **more), capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


def with_model(url: str, *arguments: str) -> list[str]:
    asked = ["--model", "m", "--base-url", url, "--tools", SPEC, "--seed", "7"]
    return [*asked, "--turns", "1:100", "--calls", "1:100", "--max-iterations", "1", "--max-repairs", "0", *arguments]


def nodes_of(collector: Collector, root: ReceivedSpan) -> list[str]:
    return [span.name for span in collector.of(root) if "toolgrad.node" in span.attributes]


def assert_nested(collector: Collector) -> None:
    """Each span lies inside of the one above it, in its trace; of what is cancelled the inner may end last."""
    for span in collector.spans:
        if span.parent:
            above = collector.parent(span)
            assert above.trace == span.trace
            assert above.began <= span.began <= span.ended, (above.name, span.name)
            assert span.ended <= above.ended or (span.is_error and above.is_error), (above.name, span.name)


@contextmanager
def unwilling(manner: Manner | str) -> Iterator[str]:
    """An endpoint that takes no spans; `dead` refuses connections, `silent` accepts them and says nothing."""
    if manner in ("dead", "silent"):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            if manner == "silent":
                held.listen(64)
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        return
    with collecting(manner) as collector:  # type: ignore[arg-type]
        yield collector.url
