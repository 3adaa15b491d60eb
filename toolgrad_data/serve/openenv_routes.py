"""OpenEnv over the wire: a connection plays an episode at a time (`/ws`), requests name theirs (`/reset`, `/step`)."""

import asyncio
import json
from collections import OrderedDict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from toolgrad_data.errors import CliError
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.errors import ServeError, UnknownEpisodeError, WrongRequestError
from toolgrad_data.serve.openenv import OpenEnvEpisode, schemas
from toolgrad_data.serve.shelf import SPLIT, Shelf

#: What the environment is called.
NAME = "toolgrad"


class OpenEnvRoutes:
    """The routes of one server."""

    def __init__(self, desk: EpisodeDesk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        #: Episodes of requests, by id, the oldest first.
        self._held: OrderedDict[str, OpenEnvEpisode] = OrderedDict()

    def routes(self) -> list[BaseRoute]:
        """Return them, without a prefix."""
        return [
            WebSocketRoute("/ws", self._connection),
            Route("/reset", self._reset, methods=["POST"]),
            Route("/step", self._step, methods=["POST"]),
            Route("/state", self._state),
            Route("/health", _health),
            Route("/metadata", _metadata),
            Route("/schema", _schema),
            Route("/list_environments", _environments),
            Route(f"/{NAME}/splits", _splits),
            Route(f"/{NAME}/tasks", self._tasks, methods=["POST"]),
            Route(f"/{NAME}/num_tasks", self._number, methods=["POST"]),
            Route(f"/{NAME}/task", self._task, methods=["POST"]),
            Route(f"/{NAME}/task_range", self._range, methods=["POST"]),
        ]

    async def _connection(self, socket: WebSocket) -> None:
        await socket.accept()
        episode = OpenEnvEpisode(self._desk, self._shelf)
        try:
            while True:
                async with asyncio.timeout(self._desk.limits.idle_seconds):
                    text = await _text(socket)
                if text is None:
                    return
                answer = await self._answer(episode, text)
                if answer is None:
                    await socket.close()
                    return
                await socket.send_text(json.dumps(answer))
        except TimeoutError:
            await socket.close(1001, "idle for too long")
        except (WebSocketDisconnect, RuntimeError):
            pass  # the client has gone while it was answered
        finally:
            await asyncio.shield(episode.leave())

    async def _answer(self, episode: OpenEnvEpisode, text: str) -> dict[str, Any] | None:
        """Return what is answered; None for `close`."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as error:
            return _error("INVALID_JSON", f"Invalid JSON: {error}")
        if not isinstance(said, dict):
            return _error("VALIDATION_ERROR", "a message is an object with a type")
        try:
            match said.get("type"):
                case "reset":
                    return {"type": "observation", "data": await episode.reset(said.get("data") or {})}
                case "step":
                    return {"type": "observation", "data": await episode.step(said.get("data"))}
                case "state":
                    return {"type": "state", "data": episode.state.model_dump()}
                case "close":
                    return None
                case other:
                    return _error("UNKNOWN_TYPE", f"Unknown message type: {str(other)[:80]}")
        except ServeError as error:
            return _error(error.code, str(error))
        except CliError as error:
            return _error("EXECUTION_ERROR", str(error))

    async def _reset(self, request: Request) -> JSONResponse:
        episode = OpenEnvEpisode(self._desk, self._shelf)
        told = await episode.reset(await body_of(request))
        id_ = episode.state.episode_id
        assert id_ is not None  # noqa: S101 - for the type: it has begun
        self._held[id_] = episode
        await self._let_go()
        return JSONResponse(told)

    async def _let_go(self) -> None:
        """Forget the oldest beyond the limit: those that are over first, whatever their age."""
        for is_over in (True, False):
            for id_ in [id_ for id_, each in self._held.items() if not is_over or not self._desk.is_playing(id_)]:
                if len(self._held) <= self._desk.limits.connections:
                    return
                if (episode := self._held.pop(id_, None)) is not None:
                    await episode.leave()

    async def _step(self, request: Request) -> JSONResponse:
        body = await body_of(request)
        return JSONResponse(await self._held_one(body.get("episode_id")).step(body.get("action")))

    async def _state(self, request: Request) -> JSONResponse:
        return JSONResponse(self._held_one(request.query_params.get("episode_id")).state.model_dump())

    def _held_one(self, id_: Any) -> OpenEnvEpisode:
        if not isinstance(id_, str):
            raise WrongRequestError("episode_id: is missing: name the one that reset gave, or play over /ws")
        if (episode := self._held.get(id_)) is None:
            raise UnknownEpisodeError(f"no episode {id_[:80]!r} was begun by /reset. Its reward: GET /episodes/ID")
        return episode

    async def _tasks(self, request: Request) -> JSONResponse:
        await _split(request)
        return JSONResponse({"tasks": self._specs(0, None), "env_name": NAME})

    async def _number(self, request: Request) -> JSONResponse:
        await _split(request)
        return JSONResponse({"num_tasks": len(self._shelf)})

    async def _task(self, request: Request) -> JSONResponse:
        body = await _split(request)
        index = _whole(body, "index")
        if index is None:
            raise WrongRequestError("index: is missing")
        return JSONResponse({"task": {"id": self._shelf.choose(index=index).task.id, "index": index}})

    async def _range(self, request: Request) -> JSONResponse:
        body = await _split(request)
        return JSONResponse({"tasks": self._specs(_whole(body, "start"), _whole(body, "stop"))})

    def _specs(self, start: int | None, stop: int | None) -> list[dict[str, Any]]:
        specs = [{"id": id_, "index": index} for index, id_ in enumerate(self._shelf.ids)]
        return specs[start:stop]


async def body_of(request: Request) -> dict[str, Any]:
    """Return the request's JSON object; an empty body is an empty one. Raises WrongRequestError."""
    raw = await request.body()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError) as error:
        raise WrongRequestError(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise WrongRequestError("the body is no JSON object")
    return body


async def _text(socket: WebSocket) -> str | None:
    """Return the next message's text; None when the client has gone."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        return None
    text = message.get("text")
    return text if isinstance(text, str) else bytes(message.get("bytes") or b"").decode("utf-8", "replace")


async def _split(request: Request) -> dict[str, Any]:
    body = await body_of(request)
    if body.get("split") != SPLIT:
        raise WrongRequestError(f"split: there is one, {SPLIT!r}")
    return body


def _whole(body: dict[str, Any], name: str) -> int | None:
    value = body.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise WrongRequestError(f"{name}: is no whole number")
    return value


def _error(code: str, message: str) -> dict[str, Any]:
    return {"type": "error", "data": {"message": message, "code": code}}


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": "healthy"})


async def _metadata(_: Request) -> JSONResponse:
    words = "Tool-calling tasks with computed rewards: call tools, answer the person, turn by turn."
    return JSONResponse({"name": NAME, "description": words, "version": "1"})


async def _schema(_: Request) -> JSONResponse:
    return JSONResponse(schemas())


async def _environments(_: Request) -> JSONResponse:
    return JSONResponse([NAME])


async def _splits(_: Request) -> JSONResponse:
    return JSONResponse([{"name": SPLIT, "type": SPLIT}])
