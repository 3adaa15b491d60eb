"""OpenTelemetry by its standard environment alone, against a collector: what arrives, and what must not."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.doubling import Doubling, served
from tests.integration.command import lines
from tests.integration.spans import (
    CONTENT,
    HEADER,
    KEY,
    OFFLINE,
    WORDS,
    assert_nested,
    command,
    environment,
    generate,
    nodes_of,
    unwilling,
    with_model,
)
from tests.integration.test_langsmith import ENDING, NODES, SOON_S, wait_until
from tests.model_server import Asked, Reply, failing
from tests.otel_collector import collecting


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
