from pathlib import Path
from uuid import UUID

import pytest

from toolgrad_data.runs.traces import TRACES, Trace, add_project, new_trace, read_traces

ID = "01a22e9f-f9f1-744f-ac9f-c8cdebebc171"


def write(folder: Path, *lines: Trace | str) -> None:
    texts = [line if isinstance(line, str) else line.model_dump_json() for line in lines]
    (folder / TRACES).write_text("".join(f"{text}\n" for text in texts))


def trace(project: str | None = "a b/c", host: str | None = "https://smith.example") -> Trace:
    return Trace(record="s0-000000", trace=UUID(ID), project=project, host=host)


def test_a_link_is_made_of_the_endpoint_and_the_project_until_langsmith_has_told_its_own(tmp_path: Path) -> None:
    write(tmp_path, trace())
    traces = read_traces(tmp_path)
    assert traces.url(trace()) == f"https://smith.example/o/-/projects/p/a%20b%2Fc/r/{ID}?poll=true"
    for _ in range(2):
        add_project(tmp_path, "a b/c", "https://smith.example/o/t/projects/p/1")
    assert len((tmp_path / TRACES).read_text().splitlines()) == 2
    assert read_traces(tmp_path).url(trace()) == f"https://smith.example/o/t/projects/p/1/r/{ID}?poll=true"


def test_a_trace_that_is_not_at_langsmith_has_no_link(tmp_path: Path) -> None:
    assert read_traces(tmp_path).url(trace(None, None)) is None


def test_lines_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "{}", trace(), "[1", '{"kind": "of a later version"}', trace())
    assert len(read_traces(tmp_path).by_record["s0-000000"]) == 2


def test_a_run_without_traces_gets_no_file(tmp_path: Path) -> None:
    add_project(tmp_path, "a", "https://smith.example")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://api.smith.langchain.com", "https://smith.langchain.com"),
        ("https://eu.api.smith.langchain.com", "https://eu.smith.langchain.com"),
        ("https://me:secret-of-mine@smith.example:8443/base/api/v1", "https://smith.example:8443/base"),
    ],
)
def test_where_people_look_is_told_by_the_endpoint_alone(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, host: str
) -> None:
    from langsmith import utils

    for name, value in {"TRACING": "true", "ENDPOINT": endpoint, "PROJECT": "p", "API_KEY": "none"}.items():
        monkeypatch.setenv(f"LANGSMITH_{name}", value)
    utils.get_env_var.cache_clear()
    utils.get_tracer_project.cache_clear()
    found = new_trace("s0-000000")
    utils.get_env_var.cache_clear()
    utils.get_tracer_project.cache_clear()
    assert found is not None
    assert (found.host, found.project) == (host, "p")


def test_spans_alone_have_an_id_and_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LANGSMITH_TRACING", raising=False)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    found = new_trace("s0-000000")
    assert found is not None
    assert (found.host, found.project) == (None, None)
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert new_trace("s0-000000") is None
