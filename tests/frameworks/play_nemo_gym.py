"""Plays a file of plays with NeMo Gym: its configuration reader, its agent, the written server, and a scripted model.

Run in an environment with nemo-gym, from the folder with resources_servers/: python play_nemo_gym.py PLAYS NAME
Prints a JSON line a play.
"""

import asyncio
import importlib.util
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from nemo_gym.config_types import BaseServerConfig, DatasetConfig
from nemo_gym.global_config import GlobalConfigDictParser
from nemo_gym.server_utils import ServerClient, get_response_json, raise_for_status
from omegaconf import OmegaConf
from responses_api_agents.gymnasium_agent.app import GymnasiumAgent, GymnasiumAgentConfig

Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


class Policy:
    """A model whose answers are those of the play that the request's metadata names, one at a time."""

    def __init__(self, plays: dict[str, list[Json]]) -> None:
        self.plays = {(task, each["name"]): each for task, some in plays.items() for each in some}
        self.seen: dict[tuple[str, str], Json] = {}

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/responses")
        async def responses(request: Request) -> Json:
            body = await request.json()
            play = (body["metadata"]["task"], body["metadata"]["play"])
            self.seen[play] = {key: body[key] for key in ("input", "tools")}
            own = [item for item in body["input"] if item.get("type") == "function_call" or self.is_own(item)]
            answers = list(self.answers(self.plays[play]["turns"]))
            output = [answers[len(own)]] if len(own) < len(answers) else []
            return {
                "id": "r",
                "object": "response",
                "created_at": 0,
                "model": "scripted",
                "output": output,
                "parallel_tool_calls": True,
                "tool_choice": "auto",
                "tools": [],
            }

        return app

    @staticmethod
    def is_own(item: Json) -> bool:
        return item.get("type") == "message" and item.get("role") == "assistant"

    @staticmethod
    def answers(turns: list[Json]) -> Any:
        for turn in turns:
            for number, call in enumerate(turn["calls"]):
                arguments = json.dumps(call["arguments"])
                ids = {"id": f"f{number}", "call_id": f"c{number}", "status": "completed"}
                yield {"type": "function_call", "name": call["tool"], "arguments": arguments, **ids}
            content = [{"type": "output_text", "text": turn["message"], "annotations": []}]
            message = {"type": "message", "role": "assistant", "status": "completed", "id": "m"}
            yield {**message, "content": content}


async def main(plays: dict[str, list[Json]], name: str) -> None:
    home = Path("resources_servers") / name
    model = {"responses_api_models": {"scripted": {"entrypoint": "app.py"}}}
    given = OmegaConf.create({"config_paths": [str(home / "configs" / f"{name}.yaml")], "policy_model": model})
    parsed = GlobalConfigDictParser().parse_no_environment(initial_global_config_dict=given)
    os.environ["NEMO_GYM_CONFIG_DICT"] = OmegaConf.to_yaml(parsed)
    client = ServerClient(
        head_server_config=BaseServerConfig(host="127.0.0.1", port=free_port()), global_config_dict=parsed
    )

    def config_of(server: str) -> Any:
        (((_, kinds),)) = OmegaConf.to_container(parsed[server], resolve=True).items()
        ((_, config),) = kinds.items()
        return config

    # The server's own file is run as Gym runs it: as a script of that folder.
    spec = importlib.util.spec_from_file_location("written_app", home / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    config_class = module.ToolGradServer.model_fields["config"].annotation
    resources = module.ToolGradServer(config=config_class(name=name, **config_of(name)), server_client=client)
    agent_config = GymnasiumAgentConfig(name=f"{name}_agent", **config_of(f"{name}_agent"))
    agent = GymnasiumAgent(config=agent_config, server_client=client)
    datasets = {each["name"]: DatasetConfig.model_validate(each) for each in config_of(f"{name}_agent")["datasets"]}
    policy = Policy(plays)
    apps = {
        name: resources.setup_webserver(),
        f"{name}_agent": agent.setup_webserver(),
        "policy_model": policy.app(),
    }
    servers = [
        uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=config_of(server)["port"], log_level="warning"))
        for server, app in apps.items()
    ]
    running = [asyncio.create_task(server.serve()) for server in servers]
    while not all(server.started for server in servers):
        await asyncio.sleep(0.05)
        for task in running:
            if task.done():
                task.result()
    for row in rows_of(datasets["train"]):
        assert row["agent_ref"]["name"] == agent_config.name
        for each in plays[row["task_id"]]:
            print(json.dumps(await rollout(client, row, each["name"], policy)), flush=True)
    assert resources.session_state == {}
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*running)


def rows_of(dataset: DatasetConfig) -> list[Json]:
    return [json.loads(line) for line in Path(dataset.jsonl_fpath).read_text().splitlines()]


async def rollout(client: ServerClient, row: Json, play: str, policy: Policy) -> Json:
    asked = json.loads(json.dumps(row))
    asked["responses_create_params"]["metadata"] = {"task": row["task_id"], "play": play}
    response = await client.post(server_name=row["agent_ref"]["name"], url_path="/run", json=asked)
    await raise_for_status(response)
    result = await get_response_json(response)
    assert result["terminated"], result
    assert result["info"]["toolgrad"]["total"] == result["reward"]
    seen = "\n".join(texts(policy.seen[row["task_id"], play]))
    return {"task": row["task_id"], "name": play, "total": result["reward"], "seen": seen}


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text()), sys.argv[2]))
