"""The server's application: the guard before OpenEnv's routes, MCP's, and those of finished episodes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from toolgrad_data.errors import CliError
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.errors import ServeError
from toolgrad_data.serve.guard import Guard
from toolgrad_data.serve.mcp import McpTasks
from toolgrad_data.serve.openenv_routes import OpenEnvRoutes
from toolgrad_data.serve.shelf import Shelf


def make_app(desk: EpisodeDesk, shelf: Shelf, token: str) -> ASGIApp:
    """Return the application. Its lifespan enters the desk."""
    mcp = McpTasks(desk, shelf)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with desk, mcp.manager.run():
            yield

    async def episode(request: Request) -> JSONResponse:
        return JSONResponse(desk.finished(request.path_params["id"]).told())

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "healthy", "playing": desk.playing, "tasks": len(shelf)})

    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/episodes/{id}", episode),
            Mount("/openenv", routes=OpenEnvRoutes(desk, shelf).routes()),
            Route("/mcp", endpoint=mcp),
        ],
        exception_handlers={CliError: _told},
        lifespan=lifespan,
    )
    return Guard(app, token, desk.limits.body_bytes)


async def _told(_: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, ServeError) else 409
    headers = {"Retry-After": "1"} if status in (429, 503) else None
    return JSONResponse({"error": str(error)}, status, headers)
