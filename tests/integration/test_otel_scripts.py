"""OpenTelemetry where no command of ours runs: scripts, the development server, and calls in a session."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.spans import CONTENT, OFFLINE, assert_nested, environment, generate, nodes_of, unwilling
from tests.integration.test_langsmith import NODES, SOON_S, langsmith, wait_until
from tests.otel_collector import collecting

SCRIPT = """
import asyncio
from graph.app import build_graph
from graph.context import Context

context = Context(tools=["builtin:moon"], calls="1:100")
graph = build_graph().compile()

async def work():
    return await asyncio.gather(*(graph.ainvoke({"seed": 3, "index": n}, context=context) for n in range(3)))

print(*(out["status"] for out in asyncio.run(work())))
"""
PROVIDER = """
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource({"service.name": "mine"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(provider)
with trace.get_tracer("mine").start_as_current_span("my work"):
"""


def run_script(folder: Path, script: str, url: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment(url, **more),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"accepted", "rejected"}
    return done.stderr


def test_a_script_is_traced_by_the_environment_alone(tmp_path: Path) -> None:
    with collecting() as traces:
        run_script(tmp_path, SCRIPT, traces.url, TOOLGRAD_REDACT="moon", OTEL_SERVICE_NAME="told", **CONTENT)
    roots = traces.roots()
    assert sorted(root.attributes["toolgrad.record.id"] for root in roots) == [f"s3-00000{n}" for n in range(3)]
    assert {root.resource["service.name"] for root in roots} == {"told"}
    assert set(NODES) <= set(nodes_of(traces, roots[0]))
    assert_nested(traces)
    assert b"moon" not in traces.everything()
    assert b"[redacted]" in traces.everything()


def test_a_scripts_own_provider_and_span_are_respected(tmp_path: Path) -> None:
    inside = "\n".join(f"    {line}" for line in SCRIPT.splitlines())
    with collecting() as traces:
        run_script(tmp_path, PROVIDER + inside, traces.url)
    (root,) = traces.roots()
    assert root.name == "my work"
    assert {span.resource["service.name"] for span in traces.spans} == {"mine"}
    assert [span.name for span in traces.spans if span.parent == root.id] == ["invoke_workflow toolgrad"] * 3
    assert_nested(traces)


def test_a_script_whose_collector_is_dead_ends_soon_and_hears_of_it_once(tmp_path: Path) -> None:
    with unwilling("dead") as url:
        began = time.time()
        err = run_script(tmp_path, SCRIPT, url)
    assert time.time() - began < SOON_S
    assert err.count("OpenTelemetry: spans are not delivered") == 1


@pytest.mark.studio
def test_the_development_server_is_traced_and_redacted_too(tmp_path: Path) -> None:
    from langgraph_sdk import get_sync_client

    from tests.integration.dev_server import DevServer, project

    with collecting() as traces:
        own = {name: value for name, value in environment(traces.url).items() if name.startswith("OTEL_")}
        server = DevServer(project(tmp_path / "served"), **own, TOOLGRAD_REDACT="moon", **CONTENT)
        server.start()
        try:
            context = {"tools": ["builtin:moon"], "calls": "1:100"}
            with get_sync_client(url=server.url) as client:
                out = client.runs.wait(None, "toolgrad", input={"seed": 1, "index": 2}, context=context)
            assert out["status"] in ("accepted", "rejected"), server.log
            wait_until(lambda: bool(traces.roots()), 20)
        finally:
            server.stop()
    (root,) = traces.roots()
    assert root.attributes["toolgrad.record.id"] == "s1-000002"
    assert set(NODES) <= set(nodes_of(traces, root))
    assert traces.operations("execute_tool")
    assert b"moon" not in traces.everything()


def test_a_trace_has_langsmiths_id(tmp_path: Path) -> None:
    with collecting() as traces, langsmith() as smith:
        more = {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": "lsv2_pt_none", "LANGSMITH_ENDPOINT": smith.url}
        assert generate(tmp_path, traces.url, *OFFLINE, **more)[0] == 0
        smith_ids = {str(root["id"]).replace("-", "") for root in smith.roots()}
        # Both hear of each call of a tool.
        called = [run["name"] for run in smith.runs.values() if run["run_type"] == "tool"]
    assert {root.trace for root in traces.roots()} == smith_ids
    assert sorted(called) == sorted(span.attributes["gen_ai.tool.name"] for span in traces.operations("execute_tool"))


STATEFUL = '''
from typing import Annotated
from pydantic import Field
from tool_registry.declare import annotate


class Counter:
    """A counter that is read and raised."""

    def __init__(self) -> None:
        self._at = 0

    @annotate(read_only=False, category="numbers")
    def raise_by(self, amount: Annotated[int, Field(description="By how much.", examples=[3, 5, 8])]) -> dict[str, int]:
        """Raise the counter, and return what it is then."""
        self._at += amount
        return {"now": self._at}
'''


def test_calls_in_a_session_are_inside_of_the_node_that_makes_them(tmp_path: Path) -> None:
    (tmp_path / "counter.py").write_text(STATEFUL)
    (tmp_path / "run.toml").write_text(
        '[[tools]]\nspec = "python:counter.py:Counter"\nstateful = true\nallow_writes = true\n'
    )
    with collecting() as traces:
        arguments = ["--config", "run.toml", "--samples", "2", "--calls", "2:100", "--turns", "1:100"]
        _, _, err = generate(tmp_path, traces.url, *arguments)
    calls = traces.operations("execute_tool")
    assert calls, err
    assert_nested(traces)
    # They are made on another loop, in a thread of its own; so are the accepted ones again.
    nodes = {traces.parent(span).name for span in calls}
    assert "execute_call" in nodes
    assert nodes <= {"execute_call", "critique_calls", "update_chain", "check_stop", "prune_chain", "verify_record"}


def test_packages_that_are_missing_are_told_with_how_to_get_them(tmp_path: Path) -> None:
    missing = "import sys; sys.modules['opentelemetry.exporter.otlp.proto.http.trace_exporter'] = None\n"
    err = run_script(tmp_path, missing + SCRIPT, "http://127.0.0.1:9")
    assert err.count("OpenTelemetry: ") == 1
    assert "pip install 'toolgrad-langgraph[otel]'" in err
