"""LangSmith: a trace a sample, without secrets, from a LangSmith that may be slow, dead or refusing.

Tracing is switched on by LangSmith's own environment alone (LANGSMITH_TRACING, LANGSMITH_API_KEY,
LANGSMITH_ENDPOINT, LANGSMITH_PROJECT). What is sent leaves through one client of the process, made here before
anything is traced.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig

from graph.bounded_session import END_S, bounded_session
from graph.context import Context
from graph.record import record_id
from graph.trace_redaction import trace_redactor
from nodes.policies.lookup import model_names, policy_names

if TYPE_CHECKING:
    from langsmith import Client

_QUEUE_BYTES = 128 * 1024 * 1024


def trace_config(seed: int, index: int, context: Context, *, run: str | None = None) -> RunnableConfig:
    """Return the part of a sample's config that names its trace, tags it and links it to the record.

    Merge it into your own: `{"configurable": {"thread_id": "one"}, **trace_config(7, 0, context)}`.
    """
    id = record_id(seed, index)
    policies, models = policy_names(context), model_names(context)
    tags = [f"seed:{seed}"]
    tags += [f"policy:{name}" for name in dict.fromkeys(policies.values())]
    tags += [f"model:{name}" for name in dict.fromkeys(models.values())]
    metadata: dict[str, Any] = {"record_id": id, "run_seed": seed, "index": index}
    metadata.update({f"{role}_policy": name for role, name in policies.items()})
    metadata.update({f"{role}_model": name for role, name in models.items()})
    if run is not None:
        tags.insert(0, f"run:{run}")
        metadata["run"] = run
    return {"run_name": f"toolgrad {id}", "tags": tags, "metadata": metadata}


def tracing_is_on() -> bool:
    """Say whether the environment, or a script, has switched tracing on."""
    if not any(os.environ.get(name) for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2")):
        return False  # without an import that takes a while
    from langsmith.utils import tracing_is_enabled

    return bool(tracing_is_enabled())


def protect_traces(
    patterns: Sequence[str] = (),
    *,
    key_names: Iterable[str] = (),
    on_failure: Callable[[str], None] | None = None,
) -> "Client | None":
    """Make the process's LangSmith client one that redacts and never waits long; None without tracing.

    Always redacted are secrets of the environment (by their variables' names, and of the variables
    `key_names`) and what looks like a key; `patterns` are regular expressions of more. A client that a script
    has configured before stays. `on_failure` is told, redacted, when traces cannot be delivered.
    """
    if not tracing_is_on():
        return None
    from langsmith.run_trees import get_cached_client
    from urllib3 import Retry

    # The client's own bound is a gigabyte.
    os.environ.setdefault("LANGSMITH_MAX_INGEST_MEMORY_BYTES", str(_QUEUE_BYTES))
    redactor = trace_redactor(patterns, key_names)

    def tell(error: Exception) -> None:
        if on_failure is not None:
            on_failure(redactor.text(" ".join(str(error).split()))[:300])

    session = bounded_session("LangSmith")
    session.begin()
    return get_cached_client(
        anonymizer=redactor.value,
        session=session,
        # Trials of its transport sleep, `Retry-After` included, and hold up the process's end.
        retry_config=Retry(total=0),
        tracing_error_callback=tell,
    )


def end_traces(client: "Client") -> bool:
    """Send what is left for at most `END_S` seconds; say whether all of it was taken from the queue."""
    bounded_session("LangSmith").end()
    client.flush(timeout=END_S)
    return client.tracing_queue is None or not client.tracing_queue.unfinished_tasks
