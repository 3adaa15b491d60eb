"""Traces around a command: what they must not hold, what a person hears of them, and their last seconds."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graph.context import Context
from graph.otel.setup import begin_spans, end_spans
from graph.tracing import end_traces, protect_traces, tracing_is_on
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import RunSettings


@contextmanager
def tracing(settings: RunSettings, say: Callable[[str], None], *, quiet: bool = True) -> Iterator[None]:
    """Trace what is inside, to LangSmith and to OpenTelemetry, each as its environment says.

    Enter it before the workflow is imported. `say` is told once of each that traces cannot be delivered to. Leaving
    takes a few seconds at most. Raises UsageError as `langsmith_tracing` does.
    """
    with langsmith_tracing(settings, say, quiet=quiet):
        try:
            begin_spans(settings.redact, key_names=key_names(settings.context), on_failure=say)
            yield
        finally:
            end_spans()


@contextmanager
def langsmith_tracing(settings: RunSettings, say: Callable[[str], None], *, quiet: bool = True) -> Iterator[None]:
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
        if client is not None and not end_traces(client):
            tell("The rest was not taken in time.")


def key_names(context: Context) -> set[str]:
    """Return the environment variables that hold the models' keys."""
    own = {settings.api_key_env for settings in context.model_settings.values() if settings.api_key_env}
    return {context.api_key_env, *own}
