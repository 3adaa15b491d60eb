"""The id of one thing is never another's, in chains that the offline policy grows over numbered things."""

import asyncio
import re
from typing import Any

import pytest

from graph.app import build_graph
from graph.context import Context

SAMPLES = 30
#: Which place of which result may feed which parameter of which tool.
RIGHT = {
    ("find_reader", "/id", "list_reader_loans", "reader_id"),
    ("find_reader", "/id", "update_reader", "reader_id"),
    ("get_loan", "/book_id", "get_book", "book_id"),
    ("get_loan", "/reader/id", "list_reader_loans", "reader_id"),
    ("get_loan", "/reader/id", "update_reader", "reader_id"),
    ("get_loan", "/reader/name", "find_reader", "name"),
    ("list_book_ids", "/*", "get_book", "book_id"),
    ("list_reader_loans", "/*/id", "get_loan", "id"),
    ("list_reader_loans", "/*/book/id", "get_book", "book_id"),
    ("update_reader", "/id", "list_reader_loans", "reader_id"),
}


@pytest.fixture(scope="module")
def steps() -> list[dict[str, Any]]:
    """All steps of the chains, with the tool of each step that they take from in `givers`."""
    context = Context(tools=["python:tests.fixtures.numbered_tools:TOOLS"], allow_writes=True, calls="2-4:100")
    graph = build_graph().compile()

    async def run() -> list[dict[str, Any]]:
        return [dict(await graph.ainvoke({"seed": 3, "index": index}, context=context)) for index in range(SAMPLES)]

    found: list[dict[str, Any]] = []
    for out in asyncio.run(run()):
        chain = [step for turn in out["record"]["turns"] for step in turn["steps"]]
        tools = {step["id"]: step["tool"] for step in chain}
        found += [{**step, "givers": tools} for step in chain]
    return found


def test_only_a_thing_s_own_id_feeds_it(steps: list[dict[str, Any]]) -> None:
    links = {
        (step["givers"][source["step"]], re.sub(r"/\d+", "/*", source["pointer"]), step["tool"], pointer[1:])
        for step in steps
        for pointer, source in step["sources"].items()
        if source["kind"] == "step"
    }
    assert links <= RIGHT
    assert len(links) >= 5, "what fits is found"


def test_an_update_changes_something(steps: list[dict[str, Any]]) -> None:
    updates = [step["arguments"] for step in steps if step["tool"] == "update_reader"]
    assert updates
    assert all(arguments.keys() & {"phone", "city"} for arguments in updates)
