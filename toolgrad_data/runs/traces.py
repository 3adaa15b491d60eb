"""`traces.jsonl`: which trace shows how a record was made, where traces are sent.

Beside the run and not in its records, which are the same with traces and without. A line a trace: a sample that was
interrupted, or made again, has several. Nothing here is needed to go on with a run, so that lines are not waited for,
and one that cannot be read is passed over.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit
from uuid import UUID

from langchain_core.utils.uuid import uuid7
from pydantic import Field, TypeAdapter, ValidationError

from graph.otel.setup import spans_are_on
from graph.strict_model import StrictModel
from graph.tracing import tracing_is_on
from toolgrad_data.files.jsonl import DurableWriter, encode_line

TRACES = "traces.jsonl"


class Trace(StrictModel):
    """A trace of a sample: LangSmith's id of its run, without dashes OpenTelemetry's id of the trace."""

    kind: Literal["trace"] = "trace"
    record: str = Field(description="The id of the record that the sample makes.")
    trace: UUID
    project: str | None = Field(default=None, description="LangSmith's project, where it was sent there.")
    host: str | None = Field(default=None, description="Where people look at LangSmith, without user or password.")


class Project(StrictModel):
    """The page of a project at LangSmith, as it has told it."""

    kind: Literal["project"] = "project"
    project: str
    url: str


Line = Annotated[Trace | Project, Field(discriminator="kind")]
_LINE: TypeAdapter[Trace | Project] = TypeAdapter(Line)


class Traces:
    """What a run's file says."""

    def __init__(self, lines: Iterator[Trace | Project]) -> None:
        self.by_record: dict[str, list[Trace]] = {}
        self._projects: dict[str, str] = {}
        for line in lines:
            if isinstance(line, Project):
                self._projects[line.project] = line.url
            else:
                self.by_record.setdefault(line.record, []).append(line)

    def url(self, trace: Trace) -> str | None:
        """Return the trace's page at LangSmith, None where it was not sent there.

        Under the project's own address where LangSmith has told it, else under the one that stands for whoever looks.
        """
        if trace.project is None or trace.host is None:
            return None
        project = self._projects.get(trace.project) or f"{trace.host}/o/-/projects/p/{quote(trace.project, safe='')}"
        return f"{project}/r/{trace.trace}?poll=true"


def new_trace(record: str) -> Trace | None:
    """Return what is to be known of a trace that begins in this process now; None where traces are sent nowhere."""
    if tracing_is_on():
        from langsmith.utils import get_api_url, get_host_url, get_tracer_project

        host = _without_user(get_host_url(None, get_api_url(None)))
        return Trace(record=record, trace=uuid7(), project=get_tracer_project(), host=host)
    return Trace(record=record, trace=uuid7()) if spans_are_on() else None


def read_traces(folder: Path) -> Traces:
    """Return the traces of the run, none where it has no such file. Raises OSError."""
    path = folder / TRACES
    return Traces(_lines(path) if path.exists() else iter(()))


def add_project(folder: Path, project: str, url: str) -> None:
    """Note where the project's page is, for the traces that stand there; once. Raises OSError."""
    path = folder / TRACES
    line = Project(project=project, url=url)
    if path.exists() and line not in _lines(path):
        with closing(DurableWriter(path)) as file:
            file.append(encode_line(line.model_dump(mode="json")), durable=False)


def _lines(path: Path) -> Iterator[Trace | Project]:
    with open(path, "rb") as file:
        for line in file:
            try:
                yield _LINE.validate_json(line)
            except ValidationError:
                continue


def _without_user(url: str) -> str | None:
    """Return the URL without who asks, and without a slash at its end; None for what is no web page's."""
    try:
        parts = urlsplit(url)
        netloc = parts.netloc.rpartition("@")[2]
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not netloc:
        return None
    return f"{parts.scheme}://{netloc}{parts.path}".rstrip("/")
