"""OpenTelemetry by its standard environment alone, against a collector: what arrives, and what must not."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doubling import SPEC, Doubling, served
from tests.integration.command import lines
from tests.integration.test_langsmith import ENDING, NODES, ROOT, SOON_S, langsmith, wait_until
from tests.model_server import Asked, Reply, failing
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


def test_a_sample_is_a_trace_of_nodes_with_model_calls_and_tool_calls_inside(tmp_path: Path) -> None:
    with collecting() as traces, served(Doubling()) as model:
        code, _, err = generate(tmp_path, traces.url, *with_model(model.url, "--samples", "4", "--concurrency", "4"))
        assert code == 0, err
        assert "OpenTelemetry" not in err
        host, port = model.url.removeprefix("http://").removesuffix("/v1").split(":")
    roots = sorted(traces.roots(), key=lambda span: str(span.attributes["toolgrad.record.id"]))
    records = lines(tmp_path / "night" / "records.jsonl")
    assert [root.attributes["toolgrad.record.id"] for root in roots] == [record["id"] for record in records]
    assert_nested(traces)
    assert {headers["x-api-key"] for headers in traces.headers} == {HEADER}
    for index, root in enumerate(roots):
        assert (root.name, root.kind, root.is_error) == ("invoke_workflow toolgrad", "INTERNAL", False)
        expected = {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.agent.name": "toolgrad",
            "gen_ai.conversation.id": f"s7-00000{index}",
            "toolgrad.run": "night",
            "toolgrad.seed": 7,
            "toolgrad.index": index,
            "toolgrad.policy.propose": "openai",
            "toolgrad.model.propose": "m",
            "toolgrad.status": "accepted",
            "toolgrad.calls": 1,
        }
        assert root.attributes == root.attributes | expected
        assert root.resource["service.name"] == "toolgrad"
        assert nodes_of(traces, root) == [*NODES, *ENDING]
        inside = traces.of(root)
        chats = [span for span in inside if span.name.startswith("chat")]
        assert [(span.name, span.kind) for span in chats] == [("chat m", "CLIENT")] * 3
        for span, role, node in zip(
            chats,
            ["propose", "critique", "synthesize"],
            ["propose_calls", "critique_calls", "synthesize_query"],
            strict=True,
        ):
            assert traces.parent(span).name == node
            said = {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": "openai",
                "gen_ai.request.model": "m",
                "gen_ai.output.type": "json",
                "gen_ai.response.finish_reasons": ["stop"],
                "gen_ai.usage.input_tokens": 100,
                "gen_ai.usage.output_tokens": 20,
                "server.address": host,
                "server.port": int(port),
                "toolgrad.role": role,
            }
            assert span.attributes == span.attributes | said
        (call,) = (span for span in inside if span.name.startswith("execute_tool"))
        assert (call.name, call.kind, call.is_error) == ("execute_tool double", "INTERNAL", False)
        assert traces.parent(call).name == "execute_call"
        assert call.attributes == {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "double",
            "gen_ai.tool.type": "function",
            "gen_ai.tool.description": "Double a number.",
        }
    assert len({root.trace for root in roots}) == 4


def test_what_was_said_is_sent_where_the_environment_asks_for_it(tmp_path: Path) -> None:
    with collecting() as traces, served(Doubling()) as model:
        generate(tmp_path, traces.url, *with_model(model.url, "--samples", "1"), **CONTENT)
    (call,) = traces.operations("execute_tool")
    number = json.loads(call.attributes["gen_ai.tool.call.arguments"])["number"]
    assert json.loads(call.attributes["gen_ai.tool.call.result"]) == 2 * number
    chat = next(span for span in traces.spans if span.attributes.get("toolgrad.role") == "synthesize")
    asked = json.loads(chat.attributes["gen_ai.input.messages"])
    assert [message["role"] for message in asked] == ["system", "user"]
    assert f"number={number}" in asked[1]["parts"][0]["content"]
    (answer,) = json.loads(chat.attributes["gen_ai.output.messages"])
    assert (answer["role"], answer["finish_reason"]) == ("assistant", "stop")
    assert "I wonder" in answer["parts"][0]["content"]


def found(folder: Path, *texts: str | bytes) -> list[str]:
    """Where a good part of a secret stands: files of the run, what was told, what was sent."""
    places = []
    for secret in (KEY, HEADER, WORDS):
        part = secret[8:24]
        files = [path for path in folder.rglob("*") if path.is_file() and secret != WORDS]  # which a result may have
        places += [str(path) for path in files if part.encode() in path.read_bytes()]
        places += [
            str(text)[:200] for text in texts if part.encode() in (text.encode() if isinstance(text, str) else text)
        ]
    return places


def test_secrets_and_patterns_are_nowhere_even_when_a_server_repeats_them(tmp_path: Path) -> None:
    def echo(asked: Asked, before: int) -> Reply | None:
        told = f"Incorrect key {asked.headers['authorization']}, {WORDS}, project falcon-{1000 + before}"
        if before == 3:
            return failing(400, told, code="context_length_exceeded")  # the sample is lost, the run goes on
        return failing(401, told) if before >= 12 else None

    with collecting() as traces, served(Doubling(echo)) as model:
        arguments = with_model(model.url, "--samples", "9", "--concurrency", "1", "--debug")
        redact = ["--redact", r"falcon-\d+", "--redact", r"twice \d+"]
        more = {"MY_VAULT_TOKEN": WORDS, "OTEL_RESOURCE_ATTRIBUTES": f"team={KEY}", **CONTENT}
        code, out, err = generate(tmp_path, traces.url, *arguments, *redact, **more)
    assert code == 1
    assert found(tmp_path, traces.everything()) == []
    assert KEY not in out + err
    assert HEADER not in out + err
    assert b"falcon-1" not in traces.everything()
    assert b"twice 1" not in traces.everything()
    failed = [span for span in traces.operations("chat") if span.is_error]
    assert [span.attributes["error.type"] for span in failed] == ["400", "401"]
    assert all("Incorrect key Bearer [redacted], [redacted], project [redacted]" in span.message for span in failed)
    assert {span.resource["team"] for span in traces.spans} == {"[redacted]"}
    # Records are the data: patterns are for what leaves.
    assert "twice 1" in (tmp_path / "night" / "records.jsonl").read_text()


HOSTILE = '''
from typing import Annotated
from pydantic import Field
from tool_registry.declare import annotate


@annotate(read_only=True, category="numbers")
def odd(number: Annotated[int, Field(description="A number.", examples=[1, 2, 3])]) -> str:
    """Return odd things."""
    if number == 2:
        raise ValueError("no \\ud800 " + "sk-proj-" + "abcdefghij0123456789")
    return "\\x00\\u202e</script>" + "x" * 100_000 + str(number)
'''


def test_hostile_results_and_failures_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(HOSTILE)
    with collecting() as traces:
        arguments = ["--tools", "python:odd.py:odd", "--samples", "3", "--calls", "1:100", "--turns", "1:100"]
        _, _, err = generate(tmp_path, traces.url, *arguments, **CONTENT)
        assert "OpenTelemetry" not in err
    calls = traces.operations("execute_tool")
    assert {span.is_error for span in calls} == {True, False}
    for span in calls:
        assert len(span.attributes.get("gen_ai.tool.call.result", "")) < 40_000
        if span.is_error:
            assert span.attributes["error.type"] == "tool_error"
            assert "[redacted]" in span.message
    assert b"abcdefghij0123456789" not in traces.everything()


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


@pytest.mark.parametrize("manner", ["dead", "silent", "refusing", "failing", "hanging"])
def test_a_collector_that_takes_nothing_costs_no_more_than_a_moment(tmp_path: Path, manner: str) -> None:
    with unwilling(manner) as url:
        code, out, err = generate(tmp_path, url, *OFFLINE)
        # Wall clock: when the last file of the run was written.
        delay = time.time() - (tmp_path / "night" / "summary.json").stat().st_mtime
    assert code == 0
    assert len(lines(tmp_path / "night" / "records.jsonl")) == 2
    assert delay < SOON_S
    assert err.count("OpenTelemetry: spans are not delivered; the run goes on without.") == 1
    assert "Traceback" not in err
    assert found(tmp_path, out, err) == []  # the one that refuses repeats its key


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL=grpc: there is http/protobuf"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "OTEL_TRACES_EXPORTER=console: there is otlp, or none"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "nowhere"}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is no URL such as"),
        ({"OTEL_BSP_MAX_QUEUE_SIZE": "20"}, "max_queue_size"),
    ],
)
def test_an_environment_that_cannot_be_met_is_told_once(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    code, _, err = generate(tmp_path, "http://127.0.0.1:9", *OFFLINE, **variables)
    assert code == 0
    assert err.count("OpenTelemetry: ") == 1
    assert words in err


@pytest.mark.parametrize(
    "variables",
    [{"OTEL_SDK_DISABLED": "true"}, {"OTEL_TRACES_EXPORTER": "none"}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}],
)
def test_without_the_environment_nothing_is_sent(tmp_path: Path, variables: dict[str, str]) -> None:
    with collecting() as traces:
        code, _, err = generate(tmp_path, traces.url, *OFFLINE, **variables)
        assert (code, traces.paths) == (0, [])
    assert "OpenTelemetry" not in err


def test_what_is_off_is_not_imported() -> None:
    # LangSmith's client imports some of the SDK for itself.
    code = "import sys, graph.app; print({'graph.otel.handler', 'opentelemetry.exporter'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(""), capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "set()"


def records_of(folder: Path) -> list[dict[str, Any]]:
    """The records without what a clock says."""
    records = lines(folder / "night" / "records.jsonl")
    text = json.dumps(records)
    for record in json.loads(text):
        assert "trace" not in record["meta"]
    return [_timeless(record) for record in json.loads(text)]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _timeless(member)
            for name, member in value.items()
            if name not in ("elapsed_ms", "latency_ms", "started_at", "finished_at", "created_at")
        }
    return [_timeless(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("workers", [1, 2])
def test_records_are_the_same_with_spans_in_one_process_and_in_several(tmp_path: Path, workers: int) -> None:
    arguments = ["--samples", "6", "--seed", "5", "--workers", str(workers)]
    with collecting() as traces:
        (tmp_path / "on").mkdir()
        (tmp_path / "off").mkdir()
        assert generate(tmp_path / "on", traces.url, *arguments)[0] == 0
    assert generate(tmp_path / "off", "", *arguments)[0] == 0
    assert records_of(tmp_path / "on") == records_of(tmp_path / "off")
    done = len(records_of(tmp_path / "on"))
    assert Counter(root.attributes["toolgrad.status"] for root in traces.roots())["accepted"] >= done
    assert len({root.attributes["toolgrad.record.id"] for root in traces.roots()}) == 6
    assert_nested(traces)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_was_under_way_is_sent_when_a_person_ends_the_run(tmp_path: Path, workers: str) -> None:
    def slow(asked: Asked, before: int) -> Reply | None:
        return Reply(hang_s=30) if before > 8 else None

    with collecting() as traces, served(Doubling(slow)) as model:
        running = subprocess.Popen(
            command(*with_model(model.url, "--samples", "8", "--concurrency", "2", "--workers", workers)),
            cwd=tmp_path,
            env=environment(traces.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        wait_until(lambda: len(model.asked) > 9, 60)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert_nested(traces)
    cancelled = [span for span in traces.spans if span.is_error]
    assert cancelled
    assert all("ancel" in span.attributes["error.type"] for span in cancelled)
    assert {span.name for span in cancelled} >= {"invoke_workflow toolgrad", "chat m"}


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
