"""A script that runs one sample of the gated tools with checkpoints in the file that it is given."""

import asyncio
import sys
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from tests.integration.workflow import compiled, settings, thread, tools

CONTEXT = settings(tools=tools(module="gated"), accept_per_iteration=1)
SAMPLE = {"seed": 4, "index": 2, "target_calls": 3}


async def go_on(database: str) -> dict[str, Any]:
    """Run the sample, or what is left of it, and return its output."""
    async with AsyncSqliteSaver.from_conn_string(database) as saver:
        graph = compiled(saver)
        begun = (await graph.aget_state(thread())).next
        return dict(await graph.ainvoke(None if begun else SAMPLE, thread(), context=CONTEXT))


if __name__ == "__main__":
    asyncio.run(go_on(sys.argv[1]))
