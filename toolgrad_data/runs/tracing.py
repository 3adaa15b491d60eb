"""Traces around a command: what they must not hold, what a person hears of them, and their last seconds."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from graph.context import Context
from graph.otel.setup import begin_spans, end_spans
from graph.tracing import end_traces, protect_traces, tracing_is_on
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.runs.traces import add_project

if TYPE_CHECKING:
    from langsmith import Client

log = logging.getLogger(__name__)


@contextmanager
def tracing(
    settings: RunSettings, say: Callable[[str], None], *, quiet: bool = True, is_command: bool = False
) -> Iterator[None]:
    """Trace what is inside, to LangSmith and to OpenTelemetry, each as its environment says.

    Enter it before the workflow is imported. `say` is told once of each that traces cannot be delivered to. Leaving
    takes a few seconds at most. `is_command` says that this is the process that writes the run's files.
    Raises UsageError as `langsmith_tracing` does.
    """
    with langsmith_tracing(settings, say, quiet=quiet, is_command=is_command):
        try:
            begin_spans(settings.redact, key_names=key_names(settings.context), on_failure=say)
            yield
        finally:
            end_spans()


@contextmanager
def langsmith_tracing(
    settings: RunSettings, say: Callable[[str], None], *, quiet: bool, is_command: bool
) -> Iterator[None]:
    """Trace what is inside to LangSmith, if its environment says so.

    `say` is told once when traces cannot be delivered; with `quiet` LangSmith's own log is not shown. Leaving
    takes a few seconds at most, whatever LangSmith does. Raises UsageError for an environment that contradicts
    itself.
    """
    if not tracing_is_on():
        yield
        return
    from langsmith.utils import LangSmithError

    told = False

    def tell(failure: str) -> None:
        nonlocal told
        if not told:
            told = True
            say(f"LangSmith: traces are not delivered; the run goes on without. {failure}")

    if quiet:
        # Its warnings have tracebacks, and would stand in the middle of the progress display.
        log = logging.getLogger("langsmith")
        log.addHandler(logging.NullHandler())
        log.propagate = False
    try:
        client = protect_traces(settings.redact, key_names=key_names(settings.context), on_failure=tell)
    except LangSmithError as error:
        raise UsageError(f"LangSmith: {error}\nTo run without: LANGSMITH_TRACING=false") from error
    try:
        yield
    finally:
        if client is not None:
            if not end_traces(client):
                tell("The rest was not taken in time.")
            elif is_command:
                _learn_project(client, settings.out)


def _learn_project(client: "Client", folder: Path) -> None:
    """Note where the traces' page is, which LangSmith alone knows; without it links go a way round."""
    from langsmith.utils import get_tracer_project

    name = get_tracer_project()
    try:
        url = client.read_project(project_name=name).url
        if name and url:
            add_project(folder, name, url)
    except Exception as error:  # whatever it is, the run is made
        log.debug("LangSmith does not tell where %s is: %s", name, type(error).__name__)


def key_names(context: Context) -> set[str]:
    """Return the environment variables that hold the models' keys."""
    own = {settings.api_key_env for settings in context.model_settings.values() if settings.api_key_env}
    return {context.api_key_env, *own}
