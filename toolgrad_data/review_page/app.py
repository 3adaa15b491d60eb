"""The page's server as an ASGI application: routes, bodies as JSON, refusals as JSON."""

import json
import logging
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from toolgrad_data.errors import CliError
from toolgrad_data.report.blocks import json_line
from toolgrad_data.review_page.desk import Desk, Json, Refusal
from toolgrad_data.review_page.guard import Guard
from toolgrad_data.review_page.page import review_page

#: Bytes of a request. A mended draft of many turns has some ten thousand.
_BODY_MAX = 2 * 1024 * 1024

logger = logging.getLogger(__name__)


def review_app(desk: Desk, token: str, port: int) -> ASGIApp:
    """Return the application of a desk, which answers on that port of this machine alone."""
    text, policy = review_page(desk.name)

    async def page(_: Request) -> Response:
        return HTMLResponse(text)

    def route(name: str, work: Callable[[Json], Json]) -> Route:
        async def answer(request: Request) -> Response:
            try:
                given = await _body(request)
                return _json(await run_in_threadpool(work, given))
            except Refusal as refusal:
                return _json(refusal.body, refusal.status)
            except (OSError, CliError) as error:
                logger.warning("review: %s", error)
                return _json({"error": "failed", "message": str(error)}, 500)

        return Route(f"/api/{name}", answer, methods=["POST"])

    routes = [
        Route("/", page, methods=["GET"]),
        route("run", lambda _: desk.run()),
        route("queue", lambda given: desk.queue(given.get("reviewer", ""))),
        route("state", lambda given: desk.state(given.get("reviewer", ""))),
        route("record", lambda given: desk.entry(given.get("reviewer", ""), str(given.get("record", "")))),
        route("prove", lambda given: desk.prove(str(given.get("record", "")), given.get("mended"))),
        route("decide", desk.decide),
    ]
    hosts = [f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")]
    return Guard(Starlette(routes=routes), token, hosts, policy)


async def _body(request: Request) -> Json:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refusal(415, "not_json", "A request's body is JSON.")
    data = b""
    try:
        async for chunk in request.stream():
            data += chunk
            if len(data) > _BODY_MAX:
                raise Refusal(413, "too_large", f"A request has at most {_BODY_MAX:,} bytes.")
    except ClientDisconnect as error:
        raise Refusal(400, "gone", "The request was cut off.") from error
    try:
        given = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "not_json", "The request's body is no JSON.") from error
    if not isinstance(given, dict):
        raise Refusal(400, "not_json", "The request's body is no JSON object.")
    return given


def _json(value: Any, status: int = 200) -> Response:
    return Response(json_line(value), status, media_type="application/json")
