"""Unknown settings are refused by the development server too: by itself it drops them without a word.

It hands a run only those members of `context` that the form has, so the workflow never sees a misspelt one. This
middleware reads the requests before; `graph/shadowing.py` gives it to the server.
"""

import json
from typing import Any
from uuid import UUID

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graph.context import unknown_settings

_GRAPHS = ("toolgrad", "baseline")


class RefuseUnknownSettings:
    """ASGI middleware: a request with a `context` that has unknown members is answered with 422 and a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or pass it on with its body."""
        if scope["type"] != "http" or scope["method"] not in ("POST", "PATCH") or not _takes_context(scope["path"]):
            await self._app(scope, receive, send)
            return
        read: list[Message] = []
        while not read or (read[-1]["type"] == "http.request" and read[-1].get("more_body")):
            read.append(await receive())
        wrong = _wrong(b"".join(message.get("body", b"") for message in read))
        if wrong is not None:
            await JSONResponse({"detail": wrong}, status_code=422)(scope, receive, send)
            return

        async def again() -> Message:
            return read.pop(0) if read else await receive()

        await self._app(scope, again, send)


def _takes_context(path: str) -> bool:
    """Say whether runs, schedules of runs or assistants are made or changed there."""
    return any(part in ("runs", "assistants", "crons") for part in path.split("/"))


def _wrong(body: bytes) -> str | None:
    try:
        data = json.loads(body)
    except ValueError:
        return None  # the server says so
    for one in data if isinstance(data, list) else [data]:
        if isinstance(one, dict) and isinstance(one.get("context"), dict) and _is_ours(one):
            wrong = unknown_settings(one["context"])
            if wrong is not None:
                return wrong
    return None


def _is_ours(data: dict[str, Any]) -> bool:
    """Say whether it is about our graph: an assistant that is named by an id is taken for one of ours."""
    named = str(data.get("graph_id") or data.get("assistant_id") or _GRAPHS[0])
    try:
        UUID(named)
    except ValueError:
        return named in _GRAPHS
    return True
