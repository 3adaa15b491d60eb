"""Plays a file of plays with verifiers: its loaders, its rollouts and its interception, and a scripted endpoint.

Run in an environment with verifiers and the written package: python play_verifiers.py PLAYS NAME
Prints a JSON line a play.
"""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
import verifiers.v1 as vf
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

Json = dict[str, Any]


def texts(value: Any) -> list[str]:
    """All strings of a value, keys too."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for pair in value.items() for part in pair for text in texts(part)]
        case list():
            return [text for part in value for text in texts(part)]
    return []


class Endpoint:
    """Answers as the play does that the model's name tells, one message a request."""

    def __init__(self, plays: dict[str, list[Json]]) -> None:
        self.plays = {f"{task}/{each['name']}": each["turns"] for task, some in plays.items() for each in some}
        self.seen: dict[str, Json] = {}

    async def answer(self, request: Request) -> JSONResponse:
        body = await request.json()
        self.seen[body["model"]] = {key: body[key] for key in ("messages", "tools")}
        made = sum(message["role"] == "assistant" for message in body["messages"])
        answers = list(self.answers(self.plays[body["model"]]))
        message = answers[made] if made < len(answers) else {"content": ""}
        choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        about = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
        return JSONResponse({**about, "choices": [choice], "usage": usage})

    @staticmethod
    def answers(turns: list[Json]) -> Any:
        for turn in turns:
            for number, call in enumerate(turn["calls"]):
                function = {"name": call["tool"], "arguments": json.dumps(call["arguments"])}
                yield {"content": None, "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}]}
            yield {"content": turn["message"]}


async def main(plays: dict[str, list[Json]], name: str) -> None:
    endpoint = Endpoint(plays)
    app = Starlette(routes=[Route("/v1/chat/completions", endpoint.answer, methods=["POST"])])
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        env = vf.load_environment(vf.resolve_env_config({"taskset": {"id": name.replace("_", "-")}}))
        async with env.serving():
            for task in env.taskset:
                for each in plays[str(task.data.id)]:
                    print(json.dumps(await rollout(env, task, each["name"], url, endpoint)), flush=True)
        server.should_exit = True
        await serving


async def rollout(env: vf.Env, task: vf.Task, play: str, url: str, endpoint: Endpoint) -> Json:
    model = f"{task.data.id}/{play}"
    client = vf.EvalClientConfig(base_url=url, api_key_var="NO_KEY")
    context = vf.ModelContext(model=model, client=client, sampling=vf.SamplingConfig())
    episode = await env.run_slot(env.slots(task)[0], context)
    assert episode.ok, (episode.errors, [trace.errors for trace in episode.traces])
    (trace,) = episode.traces
    data = trace.task.data.model_dump_json(exclude_none=True)
    seen = "\n".join([*texts(endpoint.seen[model]), data])
    return {"task": task.data.id, "name": play, "total": trace.reward, "seen": seen}


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
