"""LangSmith: a trace a sample, without secrets, from a LangSmith that may be slow, dead or refusing.

Tracing is switched on by LangSmith's own environment alone (LANGSMITH_TRACING, LANGSMITH_API_KEY,
LANGSMITH_ENDPOINT, LANGSMITH_PROJECT). What is sent leaves through one client of the process, made here before
anything is traced.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableConfig

from graph.context import Context
from graph.record import record_id
from graph.trace_redaction import Redactor
from nodes.policies.lookup import model_names, policy_names

if TYPE_CHECKING:
    from langsmith import Client

#: Environment variable with a regular expression of what must not be sent, for scripts and the server.
REDACT_VARIABLE = "TOOLGRAD_REDACT"

#: Seconds in which what is left may be sent when the process ends.
END_S = 2.5
_CONNECT_S, _READ_S = 1.5, 2.5
#: After so many failures in a row nothing is tried for a while, so that what waits is dropped, not piled up.
_FAILURES = 3
_REST_S = 30.0
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
    extra = os.environ.get(REDACT_VARIABLE)
    redactor = Redactor([*patterns, *([extra] if extra else [])], key_names)

    def tell(error: Exception) -> None:
        if on_failure is not None:
            on_failure(redactor.text(" ".join(str(error).split()))[:300])

    session = _session()
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
    _session().end()
    client.flush(timeout=END_S)
    return client.tracing_queue is None or not client.tracing_queue.unfinished_tasks


@cache
def _session() -> Any:
    # Not at the top: requests takes a while to import.
    import requests

    class BoundedSession(requests.Session):
        """A session whose requests take seconds, and none when the process has ended some seconds ago."""

        def __init__(self) -> None:
            super().__init__()
            self._deadline: float | None = None
            self._failures = 0
            self._rests_until = 0.0
            # The client's threads outlive the main one: they send what is left.
            threading.Thread(target=self._watch, daemon=True).start()

        def _watch(self) -> None:
            threading.main_thread().join()
            self.end()

        def begin(self) -> None:
            """Be without an end again, as a second run in the same process is."""
            self._deadline = None

        def end(self) -> None:
            """Begin the last seconds."""
            self._deadline = self._deadline or time.monotonic() + END_S

        def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> Any:
            """Send the request, unless the time is over or LangSmith does not answer. Raises ConnectionError."""
            now = time.monotonic()
            deadline = self._deadline
            left = deadline - now if deadline is not None else _READ_S
            if left <= 0:
                raise requests.ConnectionError("not sent: the process ends")
            if now < self._rests_until:
                raise requests.ConnectionError("not sent: LangSmith did not answer before")
            kwargs["timeout"] = (min(_CONNECT_S, left), min(_READ_S, left))
            try:
                response = super().request(method, url, *args, **kwargs)
            except (requests.ConnectionError, requests.Timeout):
                self._failures += 1
                if self._failures % _FAILURES == 0:
                    self._rests_until = time.monotonic() + _REST_S
                raise
            self._failures = 0
            return response

    return BoundedSession()
