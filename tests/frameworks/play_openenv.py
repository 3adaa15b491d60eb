"""Plays a file of plays with OpenEnv: its server around the written environment, or another, and the written client.

Run in an environment with openenv and the written package: python play_openenv.py PLAYS NAME [URL]
A server that is given is asked with the token of TOOLGRAD_SERVE_TOKEN. Prints a JSON line a play.
"""

import importlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@contextmanager
def serving(name: str) -> Iterator[str]:
    """Give the address of the written server, as a process of its own."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", f"{name}.server.app", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                assert process.poll() is None
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5)
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def main(plays: dict[str, list[Json]], name: str, url: str) -> None:
    """Play them all over one connection after another."""
    package = importlib.import_module(name)
    action = package.ToolGradAction
    token = os.environ.get("TOOLGRAD_SERVE_TOKEN", "")
    headers = {"Authorization": f"Bearer {token}"} if token else None
    for task, some in plays.items():
        with package.ToolGradEnv(base_url=url, headers=headers).sync() as env:
            for each in some:
                came = [env.reset(task=task)]
                assert came[0].reward is None
                for turn in each["turns"]:
                    calls = [action.call(call["tool"], call["arguments"]) for call in turn["calls"]]
                    came += [env.step(call) for call in calls]
                    came.append(env.step(action.message(turn["message"])))
                came.append(env.step(action.submit()))
                state = env.state()
                assert (state.done, state.task) == (True, task)
                assert came[-1].done
                seen = json.dumps([one.observation.model_dump() for one in came], ensure_ascii=False)
                seen = f"{seen}\n{came[0].observation.message}"
                print(json.dumps({"task": task, "name": each["name"], "total": came[-1].reward, "seen": seen}))


if __name__ == "__main__":
    read = json.loads(Path(sys.argv[1]).read_text())
    if len(sys.argv) > 3:
        main(read, sys.argv[2], sys.argv[3])
    else:
        with serving(sys.argv[2]) as own:
            main(read, sys.argv[2], own)
