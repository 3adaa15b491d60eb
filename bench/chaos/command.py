"""The `toolgrad` command as bench.chaos.trials starts it: forked from a server, `child.py`."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Self

_SECONDS = 900.0  # on a busy machine


class Command:
    """Starts `toolgrad generate` again and again, in processes forked from one that has imported everything."""

    def __init__(self) -> None:
        self._server: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.chaos.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None and self._server.stdin is not None:
            self._server.stdin.close()
            await self._server.wait()

    async def __call__(
        self,
        settings: dict[str, Any],
        url: str,
        folder: Path,
        chaos: dict[str, Any],
        *options: str,
        under_way: Callable[[int], Awaitable[None]] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        """Run it with its run in the folder; return how it ended (minus the signal's number) and what it said.

        `under_way` is called with the process's number while it runs.
        """
        # Beside the folder, whose disk may be full.
        config, told = folder.with_name(f"{folder.name}.toml"), folder.with_name(f"{folder.name}.txt")
        config.write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
        order = {
            "arguments": [
                "generate",
                "--config",
                str(config),
                "--out",
                str(folder / "run"),
                "--base-url",
                url,
                *options,
            ],
            "environment": {"LANGSMITH_TRACING": "false", "OPENAI_API_KEY": "simulated", **(environment or {})},
            "chaos": chaos,
            "told": str(told),
        }
        server = self._server
        assert server is not None
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(order).encode() + b"\n")
        pid = int(await server.stdout.readline())
        disturbing = asyncio.create_task(under_way(pid)) if under_way else None
        try:
            code = int(await asyncio.wait_for(server.stdout.readline(), _SECONDS))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            await server.stdout.readline()
            raise AssertionError(f"still running after {_SECONDS} s: {told.read_text()}") from None
        finally:
            if disturbing is not None:
                disturbing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await disturbing
        return code, told.read_text()
