"""Threads that a run has kept, handed to a LangGraph server, so that a report can lead from a record to Studio.

Studio shows what a server has; a run's checkpoints lie in its folder. A thread is copied there step by step, as far as
its history was kept (`--keep-checkpoints all`), else in its last state (`last`). Its id follows from the run and the
record, so a thread that is there already is left as it is.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx
from langgraph_sdk import get_sync_client
from langgraph_sdk.client import SyncLangGraphClient
from langgraph_sdk.errors import LangGraphError, NotFoundError

from graph.context import check_url
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.checkpoints import checkpoints
from toolgrad_data.runs.run_info import RunInfo
from toolgrad_data.runs.sample import Graph, sample_of
from toolgrad_data.runs.workflow import compile_graph

_GRAPHS = {"answer-first": "toolgrad", "dfs": "baseline"}
_WAIT_S = 60.0

Json = dict[str, Any]


class KeptThreads:
    """The kept threads of a run, by record. `copy` puts one on the server."""

    def __init__(self, info: RunInfo, graphs: list[Graph], client: SyncLangGraphClient, url: str) -> None:
        self._info = info
        self._client = client
        self._url = url
        self._graphs: dict[str, tuple[Graph, str]] = {}
        for graph in graphs:
            # Of a sample that was made anew the last one; ids of earlier ones are shorter, or smaller.
            for thread in sorted(graph.checkpointer.threads(), key=_age):  # type: ignore[union-attr]
                self._graphs[sample_of(thread)] = graph, thread

    def __len__(self) -> int:
        return len(self._graphs)

    def copy(self, record: str) -> str | None:
        """Return the record's thread on the server, put there if it is not; None where none is kept.

        Raises UsageError: the server does not answer, or will not have it.
        """
        if record not in self._graphs:
            return None
        graph, thread = self._graphs[record]
        id = str(uuid5(NAMESPACE_URL, f"{self._info.fingerprint}/{self._info.created_at}/{thread}"))
        try:
            if self._is_there(id):
                return id
            metadata = {"record_id": record, "run_seed": self._info.seed}
            name = _GRAPHS[self._info.method]
            create = partial(self._client.threads.create, thread_id=id, graph_id=name, metadata=metadata)
            create(supersteps=list(_supersteps(graph, thread)))
        except (httpx.HTTPError, LangGraphError) as error:
            raise UsageError(f"--studio {self._url}: {record} cannot be put there: {_words(error)}") from error
        return id

    def _is_there(self, id: str) -> bool:
        try:
            self._client.threads.get(id)
        except NotFoundError:
            return False
        return True


@contextmanager
def kept_threads(folder: Path, info: RunInfo, url: str) -> Iterator[KeptThreads]:
    """Yield the run's kept threads, for a server at the address. Raises UsageError: no server there, no address."""
    try:
        url = (check_url(url) or "").rstrip("/")
    except ValueError as error:
        raise UsageError(f"--studio {url}: {str(error).replace('base_url', 'it')}") from error
    with ExitStack() as opened:
        client = opened.enter_context(get_sync_client(url=url, timeout=_WAIT_S))
        try:
            found = client.assistants.search(graph_id=_GRAPHS[info.method])
        except (httpx.HTTPError, LangGraphError) as error:
            raise UsageError(
                f"--studio {url}: no LangGraph server answers there: {_words(error)}\n"
                "Start one with make studio, and give its address, such as http://127.0.0.1:2024"
            ) from error
        if not found:
            raise UsageError(
                f"--studio {url}: the server has no graph {_GRAPHS[info.method]}. Start it with make studio"
            )
        paths = sorted(folder.glob("checkpoints*.sqlite"))
        graphs = [compile_graph(opened.enter_context(checkpoints(path)), info.method) for path in paths]
        yield KeptThreads(info, graphs, client, url)


def _supersteps(graph: Graph, thread: str) -> Iterator[Json]:
    """Yield what was written in each superstep, oldest first; of a thread without its history all in one."""
    config: Any = {"configurable": {"thread_id": thread}}
    snapshots = list(graph.get_state_history(config))
    if len(snapshots) > 1:
        for snapshot in reversed(snapshots):
            updates = [
                {"values": task.result, "as_node": task.name} for task in snapshot.tasks if task.result is not None
            ]
            if updates:
                yield {"updates": updates}
        return
    values = graph.get_state(config).values
    last = "verify_record" if values.get("status") != "rejected" else "reject_sample"
    yield {"updates": [{"values": values, "as_node": last}]}


def _age(thread: str) -> int:
    return int(thread.partition("~")[2] or 0)


def _words(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:300] or type(error).__name__
