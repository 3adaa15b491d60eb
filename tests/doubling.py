"""A model that doubles numbers: scripted answers over HTTP that make good records, each of another number."""

import asyncio
import contextlib
import itertools
import re
import threading
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from tests.model_server import Asked, ModelServer, Reply, answer
from tool_registry.declare import annotate

SPEC = f"python:{__file__}:double"


@annotate(read_only=True, deterministic=True, category="numbers")
def double(number: Annotated[int, Field(description="The number to double.")]) -> int:
    """Double a number."""
    return 2 * number


class Doubling:
    """Answers as a model would; `instead` may answer first, by the request and the number of those before."""

    def __init__(self, instead: Any = None) -> None:
        self._numbers = itertools.count(1001)
        self._instead = instead
        self._before = itertools.count()

    def __call__(self, asked: Asked) -> Reply:
        if self._instead is not None and (reply := self._instead(asked, next(self._before))) is not None:
            return reply
        match role(asked):
            case "propose":
                call = {"why": "Useful.", "tool": "double", "arguments": {"number": next(self._numbers)}}
                return answer({"calls": [call]})
            case "critique":
                verdict = {"proposal": "p1", "reason": "Good.", "keep": True, "chain": None}
                return answer({"verdicts": [verdict], "gradient": "Go on with another number."})
        number = int(re.findall(r"number=(\d+)", asked.user)[-1])
        query = f"I wonder [what twice [{number}](s1/number) makes](s1)."
        return answer({"query": query, "response": f"It makes [{2 * number}](s1)."})


def role(asked: Asked) -> str:
    return str(asked.body["response_format"]["json_schema"]["name"])


@contextlib.contextmanager
def served(script: Any) -> Iterator[ModelServer]:
    """A model server in a thread of its own, for tests that are not asynchronous or start processes."""
    server = ModelServer(script)
    loop = asyncio.new_event_loop()
    ready, ended = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with server:
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(10)
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
