"""LangSmith by its standard environment alone, against a server of its protocol: what arrives, and what must not."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.doubling import SPEC, Doubling, role, served
from tests.integration.command import lines
from tests.langsmith_server import PROJECT, LangSmithServer, Manner, langsmith, wait_until
from tests.model_server import Asked, Reply, failing
from toolgrad_data.runs.traces import read_traces

KEY = "sk-test-0123456789abcdefghij"
TRACE_KEY = "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"
ROOT = Path(__file__).parents[2]
NODES = ["sample_tools", "propose_calls", "execute_call", "critique_calls", "update_chain", "check_stop"]
ENDING = ["prune_chain", "plan_turns", "synthesize_query", "verify_record"]
OFFLINE = ["--tools", "builtin:moon", "--samples", "2", "--calls", "1:100"]


# Five seconds on a machine that does nothing else. Without the bound they are 49 for one that is dead and over 120
# for one that hangs.
SOON_S = 25


def environment(url: str, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OPENAI"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": KEY,
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": TRACE_KEY,
        "LANGSMITH_ENDPOINT": url,
        "LANGSMITH_PROJECT": "doubling",
        **more,
    }


def generate(folder: Path, url: str, *arguments: str, **more: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "toolgrad_data", "generate", "--out", "night", "--keep-checkpoints", "all", *arguments],
        cwd=folder,
        env=environment(url, **more),
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def with_model(url: str, *arguments: str) -> list[str]:
    asked = ["--model", "m", "--base-url", url, "--tools", SPEC, "--seed", "7"]
    return [*asked, "--turns", "1:100", "--calls", "1:100", "--max-iterations", "1", "--max-repairs", "0", *arguments]


def names_inside(server: LangSmithServer, root: dict[str, Any]) -> list[str]:
    inside = sorted(server.inside(root), key=lambda run: str(run["dotted_order"]))
    return [str(run["name"]) for run in inside if run["run_type"] == "chain" and not run["name"].startswith("route_")]


def test_a_sample_is_a_trace_with_its_nodes_and_model_calls(tmp_path: Path) -> None:
    with langsmith() as traces, served(Doubling()) as model:
        code, _, err = generate(tmp_path, traces.url, *with_model(model.url, "--samples", "3"))
        assert code == 0, err
        assert "LangSmith" not in err
    assert set(traces.encodings) == {"zstd"}
    roots = sorted(traces.roots(), key=lambda run: str(run["name"]))
    assert [root["name"] for root in roots] == [f"toolgrad s7-00000{index}" for index in range(3)]
    records = lines(tmp_path / "night" / "records.jsonl")
    for index, (root, record) in enumerate(zip(roots, records, strict=True)):
        assert set(root["tags"]) == {"run:night", "seed:7", "policy:openai", "model:m"}
        metadata = root["extra"]["metadata"]
        assert metadata["record_id"] == record["id"]
        assert (metadata["run_seed"], metadata["index"], metadata["run"]) == (7, index, "night")
        assert (metadata["synthesize_policy"], metadata["synthesize_model"]) == ("openai", "m")
        assert root["session_name"] == "doubling"
        assert names_inside(traces, root) == [*NODES, *ENDING]
        calls = sorted(
            (run for run in traces.inside(root) if run["run_type"] == "llm"), key=lambda run: run["start_time"]
        )
        assert [call["name"] for call in calls] == ["propose", "critique", "synthesize"]
        for call in calls:
            usage = call["extra"]["metadata"]["usage_metadata"]
            assert (usage["input_tokens"], usage["output_tokens"]) == (100, 20)
            assert call["extra"]["metadata"]["record_id"] == record["id"]
        asked = {run["id"]: run["name"] for run in traces.inside(root)}
        assert [asked[call["parent_run_id"]] for call in calls] == [
            "propose_calls",
            "critique_calls",
            "synthesize_query",
        ]
    assert all(run.get("end_time") for run in traces.runs.values()), "every run came to its end"
    assert "LANGSMITH_" not in traces.everything()


def found(folder: Path, *texts: str) -> list[str]:
    """Where a good part of a key stands: files of the run, checkpoints included, and what was told."""
    places = []
    for secret in (KEY, TRACE_KEY):
        part = secret[8:24]
        files = [path for path in folder.rglob("*") if path.is_file()]
        places += [str(path) for path in files if part.encode() in path.read_bytes()]
        places += [text[:200] for text in texts if part in text]
    return places


def test_keys_and_patterns_are_nowhere_even_when_a_server_repeats_them(tmp_path: Path) -> None:
    def echo(asked: Asked, before: int) -> Reply | None:
        told = f"Incorrect key {asked.headers['authorization']} of project falcon-{1000 + before}"
        if before == 3:
            return failing(400, told, code="context_length_exceeded")  # the sample is lost, the run goes on
        return failing(401, told) if before >= 12 else None

    secrets = {"MY_VAULT_TOKEN": "plain-words-as-a-secret", "LANGSMITH_VAULT": "another-secret-word"}
    with langsmith() as traces, served(Doubling(echo)) as model:
        arguments = with_model(model.url, "--samples", "9", "--concurrency", "1", "--debug")
        redact = ["--redact", r"falcon-\d+", "--redact", r"twice \d+", "--redact", "plain-words"]
        code, out, err = generate(tmp_path, traces.url, *arguments, *redact, **secrets)
        sent = traces.everything()
    assert code == 1
    assert "refused the key" in err
    assert found(tmp_path, out, err, sent) == []
    assert "another-secret-word" not in sent
    assert "falcon-1" not in sent
    assert "[redacted]" in sent
    errors = [run["error"] for run in traces.runs.values() if run["run_type"] == "llm" and run.get("error")]
    assert len(errors) == 2
    assert all("Incorrect key Bearer [redacted] of project [redacted]" in error for error in errors)
    writers = [run for run in traces.runs.values() if run["name"] == "synthesize_query"]
    assert writers
    assert "I wonder what [redacted] makes." in json.dumps([run["outputs"] for run in writers])
    assert "twice 1" not in sent
    # Records are the data: patterns are for what leaves.
    assert "twice 1" in (tmp_path / "night" / "records.jsonl").read_text()


@contextmanager
def unwilling(manner: Manner | str) -> Iterator[str]:
    """An endpoint that takes no traces; `dead` refuses connections, `silent` accepts them and says nothing."""
    if manner in ("dead", "silent"):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            if manner == "silent":
                held.listen(64)
            yield f"http://127.0.0.1:{held.getsockname()[1]}"
        return
    with langsmith(manner) as server:  # type: ignore[arg-type]
        yield server.url


@pytest.mark.parametrize("manner", ["dead", "silent", "refusing", "failing", "hanging"])
def test_a_langsmith_that_takes_nothing_costs_no_more_than_a_moment(tmp_path: Path, manner: str) -> None:
    with unwilling(manner) as url:
        code, out, err = generate(tmp_path, url, *OFFLINE)
        # Wall clock: when the last file of the run was written.
        delay = time.time() - (tmp_path / "night" / "summary.json").stat().st_mtime
    assert code == 0
    assert len(lines(tmp_path / "night" / "records.jsonl")) == 2
    assert delay < SOON_S
    assert json.loads((tmp_path / "night" / "summary.json").read_text())["session"]["seconds"] < SOON_S
    assert err.count("LangSmith: traces are not delivered; the run goes on without.") == 1
    assert "Traceback" not in err
    assert found(tmp_path, out, err) == []


SCRIPT = """
import asyncio, time
from graph.app import build_graph, graph
from graph.context import Context
from graph.tracing import trace_config

context = Context(tools=["builtin:moon"], calls="1:100")
config = {"configurable": {"thread_id": "one"}, **trace_config(3, 5, context)}
out = asyncio.run(graph.ainvoke({"seed": 3, "index": 5}, config, context=context))
print(out["status"], time.time())
"""


def run_script(folder: Path, url: str, **more: str) -> tuple[float, str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=folder,
        env=environment(url, **more),
        capture_output=True,
        text=True,
        timeout=120,
    )
    ended = time.time()
    assert done.returncode == 0, done.stderr
    status, at = done.stdout.split()
    assert status in ("accepted", "rejected")
    return ended - float(at), done.stderr


def test_a_script_is_traced_by_the_environment_alone(tmp_path: Path) -> None:
    with langsmith() as traces:
        run_script(tmp_path, traces.url, TOOLGRAD_REDACT="moon", MY_SECRET="builtin-or-not")
        (root,) = traces.roots()
    assert root["name"] == "toolgrad s3-000005"
    assert set(root["tags"]) == {"seed:3", "policy:offline"}
    assert root["extra"]["metadata"]["record_id"] == "s3-000005"
    assert set(NODES) <= set(names_inside(traces, root))
    assert root["outputs"]["record"]["id"] == "s3-000005"
    assert all(run.get("end_time") for run in traces.runs.values()), "what was left was sent at the end"
    values = json.dumps([[run.get("inputs"), run.get("outputs")] for run in traces.runs.values()])
    assert "moon" not in values
    assert "[redacted]" in values


@pytest.mark.parametrize("manner", ["dead", "hanging"])
def test_a_script_ends_soon_whatever_langsmith_does(tmp_path: Path, manner: str) -> None:
    with unwilling(manner) as url:
        delay, err = run_script(tmp_path, url)
    assert delay < SOON_S
    assert found(tmp_path, err) == []


@pytest.mark.studio
def test_the_development_server_is_traced_and_redacted_too(tmp_path: Path) -> None:
    from langgraph_sdk import get_sync_client

    from tests.integration.dev_server import DevServer, project

    with langsmith() as traces:
        variables = {name: value for name, value in environment(traces.url).items() if name.startswith("LANGSMITH_")}
        server = DevServer(
            project(tmp_path / "served"), **variables, MY_TOKEN="Tell me the moon", TOOLGRAD_REDACT="moon"
        )
        server.start()
        try:
            context = {"tools": ["builtin:moon"], "calls": "1:100"}
            with get_sync_client(url=server.url) as client:
                out = client.runs.wait(None, "toolgrad", input={"seed": 1, "index": 2}, context=context)
            assert out["status"] in ("accepted", "rejected"), server.log
            wait_until(lambda: any(run.get("end_time") for run in traces.roots()), 20)
        finally:
            server.stop()
        (root,) = traces.roots()
        assert root["inputs"]["seed"] == 1
        assert set(NODES) <= set(names_inside(traces, root))
        values = json.dumps([[run.get("inputs"), run.get("outputs")] for run in traces.runs.values()])
    assert "moon" not in values
    assert TRACE_KEY[8:24] not in server.log


def test_without_the_environment_nothing_is_sent(tmp_path: Path) -> None:
    with langsmith() as traces:
        code, _, _ = generate(tmp_path, traces.url, *OFFLINE, LANGSMITH_TRACING="false")
        assert (code, traces.paths) == (0, [])


def test_an_environment_that_contradicts_itself_is_told(tmp_path: Path) -> None:
    more = {"LANGSMITH_RUNS_ENDPOINTS": '[{"api_url": "http://127.0.0.1:9", "api_key": "x"}]'}
    code, _, err = generate(tmp_path, "http://127.0.0.1:9", *OFFLINE, **more)
    assert code == 2
    assert err.startswith("Error: LangSmith: ")
    assert "LANGSMITH_TRACING=false" in err
    assert not (tmp_path / "night").exists()


def test_a_role_names_its_model_call(tmp_path: Path) -> None:
    with langsmith() as traces, served(Doubling()) as model:
        generate(tmp_path, traces.url, *with_model(model.url, "--samples", "1"))
        asked = [role(one) for one in model.asked]
    assert sorted(asked) == sorted(run["name"] for run in traces.runs.values() if run["run_type"] == "llm")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_knows_the_trace_of_each_record(tmp_path: Path, workers: str) -> None:
    with langsmith() as traces:
        code, _, err = generate(tmp_path, traces.url, *OFFLINE, "--workers", workers)
        assert code == 0, err
    found = read_traces(tmp_path / "night")
    ids = {record: [str(trace.trace) for trace in each] for record, each in found.by_record.items()}
    assert ids == {root["extra"]["metadata"]["record_id"]: [root["id"]] for root in traces.roots()}
    assert len(ids) == 2
    [trace] = found.by_record["s0-000000"]
    page = f"http://localhost/o/{PROJECT['tenant_id']}/projects/p/{PROJECT['id']}"
    assert found.url(trace) == f"{page}/r/{trace.trace}?poll=true"
    assert "traces" not in (tmp_path / "night" / "run.json").read_text()


def test_a_sample_that_goes_on_has_a_trace_more(tmp_path: Path) -> None:
    def refuse(asked: Asked, before: int) -> Reply | None:
        return failing(401, "no") if before == 4 else None

    with langsmith() as traces, served(Doubling(refuse)) as model:
        arguments = with_model(model.url, "--samples", "2", "--concurrency", "1")
        assert generate(tmp_path, traces.url, *arguments)[0] == 1
        code, _, err = generate(tmp_path, traces.url, *arguments)
        assert code == 0, err
    found = read_traces(tmp_path / "night").by_record
    assert {record: len(each) for record, each in found.items()} == {"s7-000000": 1, "s7-000001": 2}
    ids = [str(trace.trace) for each in found.values() for trace in each]
    assert sorted(ids) == sorted(root["id"] for root in traces.roots())


def test_what_a_run_keeps_of_traces_holds_no_secret(tmp_path: Path) -> None:
    with langsmith("refusing") as traces:
        host = traces.url.removeprefix("http://")
        generate(tmp_path, f"http://me:password-of-mine@{host}/api", *OFFLINE)
    text = (tmp_path / "night" / "traces.jsonl").read_text()
    assert "password-of-mine" not in text
    assert TRACE_KEY[8:24] not in text
    assert len(text.splitlines()) == 2


def test_without_traces_a_run_has_no_such_file(tmp_path: Path) -> None:
    generate(tmp_path, "http://127.0.0.1:9", *OFFLINE, LANGSMITH_TRACING="false")
    assert not (tmp_path / "night" / "traces.jsonl").exists()
    assert read_traces(tmp_path / "night").by_record == {}
