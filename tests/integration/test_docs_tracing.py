"""Every command and script of docs/tracing.md, against a LangSmith and a collector on loopback."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_langsmith import ROOT
from tests.langsmith_server import langsmith
from tests.otel_collector import collecting
from toolgrad_data.runs.traces import read_traces

PAGE = (ROOT / "docs" / "tracing.md").read_text()
BLOCKS = re.findall(r"^```(.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
ENDPOINT = "http://localhost:4318"


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def run_block(text: str, folder: Path, variables: dict[str, str], endpoint: str = "") -> None:
    """Run a block's commands in their order; what it exports holds for those that follow. Nothing is installed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OTEL"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), **variables}
    for line in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        program, *arguments = shlex.split(line)
        if program == "export":
            told = (each.partition("=") for each in arguments)
            environment |= {name: value.replace(ENDPOINT, endpoint) for name, _, value in told}
        elif program == "toolgrad":
            command = [sys.executable, "-m", "toolgrad_data", *arguments]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stderr
            assert "not delivered" not in done.stderr
        else:
            assert line == "pip install 'toolgrad-langgraph[otel]'"


def console(title: str) -> str:
    [block] = re.findall(r"^```console\n((?:.*\n)*?)```$", section(title), re.MULTILINE)
    return str(block)


def test_the_commands_for_langsmith(tmp_path: Path) -> None:
    with langsmith() as traces:
        # A key of this form is made of what HTTP headers hold.
        run_block(console("LangSmith").replace("…", "none"), tmp_path, {"LANGSMITH_ENDPOINT": traces.url})
        assert len(traces.roots()) == 3
        assert {run["session_name"] for run in traces.roots()} == {"toolgrad"}
        found = read_traces(tmp_path / "runs" / "smith")
        assert {str(each.trace) for of in found.by_record.values() for each in of} == {
            root["id"] for root in traces.roots()
        }
    assert (tmp_path / "runs" / "smith" / "report.html").exists()


def test_the_commands_for_opentelemetry(tmp_path: Path) -> None:
    with collecting() as traces:
        run_block(console("OpenTelemetry"), tmp_path, {}, traces.url)
    assert len(traces.roots()) == 3
    told = section("OpenTelemetry")
    for span in traces.spans:
        for name in span.attributes:
            assert f"`{name}`" in told or name.rpartition(".")[0] in ("toolgrad.policy", "toolgrad.model"), name


def test_the_script(tmp_path: Path) -> None:
    [script] = [text for language, text in BLOCKS if language == "python"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OTEL"))}
    with collecting() as traces:
        environment |= {"PYTHONPATH": str(ROOT), "OTEL_EXPORTER_OTLP_ENDPOINT": traces.url}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
    [root] = traces.roots()
    assert root.attributes["toolgrad.record.id"] == "s7-000012"


@pytest.mark.parametrize("language", sorted({language for language, _ in BLOCKS}))
def test_no_block_of_the_page_is_overlooked(language: str) -> None:
    assert language in ("console", "python", "")
    if not language:  # of reviews, which people make: tests/unit/toolgrad_data/publish/push/test_feedback.py
        assert [text for each, text in BLOCKS if not each] == ["toolgrad push runs/smith --to langsmith --reviews\n"]
