"""What LangGraph Studio does with the workflow, done to a real `langgraph dev` over its API."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from tests.integration.command import without_times
from tests.integration.dev_server import DevServer, Outside, project
from tests.integration.workflow import NODES, SOMETIMES
from tool_registry.sources.config import SourceConfig

pytestmark = pytest.mark.studio

INPUT = {"seed": 7, "index": 1, "target_calls": 4}
#: Proof that the server would complain: an async node that blocks its loop.
BLOCKING = """
import time
from typing import TypedDict
from langgraph.graph import START, StateGraph

class State(TypedDict):
    value: int

async def block(state: State) -> State:
    time.sleep(0.01)
    return {"value": 1}

graph = StateGraph(State).add_node(block).add_edge(START, "block").compile()
"""
Json = dict[str, Any]


@pytest.fixture(scope="module")
def outside() -> Iterator[Outside]:
    outside = Outside()
    yield outside
    outside.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, outside: Outside) -> Iterator[DevServer]:
    folder = project(tmp_path_factory.mktemp("studio") / "project", blocking="./blocking.py:graph")
    (folder / "blocking.py").write_text(BLOCKING)
    calls = {"CALL_LOG": str(folder / "calls.log"), "CALL_SECONDS": "0.05"}
    server = DevServer(folder, **outside.variables, **calls)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
async def client(server: DevServer) -> AsyncIterator[LangGraphClient]:
    async with get_client(url=server.url, timeout=120) as client:
        yield client


async def assistant(client: LangGraphClient) -> str:
    found = await client.assistants.search(graph_id="toolgrad")
    return found[0]["assistant_id"]


async def new_thread(client: LangGraphClient) -> str:
    thread = await client.threads.create()
    return str(thread["thread_id"])


async def run(client: LangGraphClient, thread: str, **more: Any) -> Json:
    output = await client.runs.wait(thread, "toolgrad", **more)
    assert isinstance(output, dict)
    return output


async def history(client: LangGraphClient, thread: str) -> list[Json]:
    """The checkpoints, oldest first."""
    newest_first = await client.threads.get_history(thread, limit=500)
    return [dict(state) for state in reversed(newest_first)]


def tools_tried(values: Json, iteration: int) -> list[str]:
    return [attempt["tool"] for attempt in values["attempts"] if attempt["iteration"] == iteration]


def after_first_critique(checkpoints: list[Json]) -> Json:
    return next(state for state in checkpoints if state["values"].get("gradients"))


async def test_the_forms_have_descriptions_bounds_and_defaults(client: LangGraphClient) -> None:
    schemas = cast(Json, await client.assistants.get_schemas(await assistant(client)))
    settings = schemas["context_schema"]
    assert settings == Context.model_json_schema()
    assert all(field["description"] and "default" in field for field in settings["properties"].values())
    assert settings["properties"]["max_iterations"].items() >= {"minimum": 1, "maximum": 200, "default": 10}.items()
    assert settings["properties"]["sampling"]["enum"] == ["uniform", "stratified", "composable"]
    given = schemas["input_schema"]["properties"]
    assert set(given) == {"seed", "index", "target_calls", "target_turns", "without"}
    assert all(field["description"] for field in given.values())
    assert given["seed"].items() >= {"type": "integer", "minimum": 0, "default": 0}.items()
    assert given["target_calls"]["anyOf"][0] == {"type": "integer", "minimum": 1, "maximum": 100}
    assert set(schemas["output_schema"]["properties"]) == {"status", "record", "reasons"}
    assert set(schemas["state_schema"]["properties"]) >= {
        "steps",
        "chains",
        "gradients",
        "attempts",
        "reserve",
        "stop_reason",
    }


async def test_studio_draws_the_nodes(client: LangGraphClient) -> None:
    drawn = await client.assistants.get_graph(await assistant(client))
    assert {node["id"] for node in drawn["nodes"]} >= {*NODES, *SOMETIMES}


async def test_a_run_streams_node_by_node_and_blocks_nowhere(client: LangGraphClient, server: DevServer) -> None:
    since = len(server.log)
    thread = await new_thread(client)
    seen: list[str] = []
    async for part in client.runs.stream(thread, "toolgrad", input=INPUT, stream_mode="updates"):
        assert part.event != "error", part.data
        if part.event == "updates":
            seen += part.data
    assert set(seen) == set(NODES)
    iteration = "sample_tools propose_calls (execute_call )*critique_calls (update_chain )?check_stop "
    ending = "prune_chain plan_turns (synthesize_query verify_record )+"
    assert re.fullmatch(f"({iteration})+{ending}", " ".join(seen) + " ")
    values = (await client.threads.get_state(thread))["values"]
    assert isinstance(values, dict)
    assert seen.count("execute_call") == len(values["attempts"])
    # A crash of a branch is data, so a blocking call in one would not fail the run.
    assert "Blocking" not in json.dumps(values)
    assert "Blocking" not in server.log[since:]
    assert "Traceback" not in server.log[since:]


async def test_the_server_would_have_reported_a_blocking_node(client: LangGraphClient) -> None:
    with pytest.raises(Exception, match="Blocking"):
        await client.runs.wait(None, "blocking", input={"value": 0})


async def test_own_blocking_tools_run_beside_the_loop(client: LangGraphClient) -> None:
    tools = f"python:{Path(__file__).parent}/slow_tools.py:TOOLS"
    context = {"tools": [tools], "allow_unannotated": True}
    output = await run(client, await new_thread(client), input={"seed": 5, "target_calls": 2}, context=context)
    assert output["status"] == "accepted"
    assert {tool["name"] for tool in output["record"]["tools"]} <= {"parcel_weight", "depot_manager", "letter_postage"}


async def test_stateful_tools_keep_their_state_in_the_server_and_after_a_fork(
    client: LangGraphClient, server: DevServer
) -> None:
    since = len(server.log)
    desk = SourceConfig(
        kind="python", target="tool_registry.builtin.ticket_desk:TicketDesk", stateful=True, allow_writes=True
    )
    context = {"tools": [desk.as_spec()]}
    thread = await new_thread(client)
    output = await run(client, thread, input={"seed": 5, "index": 2, "target_calls": 4}, context=context)
    assert output["status"] == "accepted"
    assert any(
        not step["tool"].startswith(("get", "agent", "waiting")) for step in output["record"]["turns"][0]["steps"]
    )
    in_a_script = (
        await build_graph()
        .compile()
        .ainvoke({"seed": 5, "index": 2, "target_calls": 4}, context=Context.model_validate(context))
    )
    assert without_times(output["record"]) == without_times(in_a_script["record"])
    # From the middle: the session is not the one that ended with the sample.
    middle = [state for state in await history(client, thread) if state["next"] == ["critique_calls"]][-1]
    again = await run(client, thread, checkpoint=middle["checkpoint"], input=None, context=context)
    assert without_times(again["record"]) == without_times(output["record"])
    assert "Blocking" not in server.log[since:]


async def test_the_history_shows_the_chain_growing(client: LangGraphClient) -> None:
    thread = await new_thread(client)
    output = await run(client, thread, input=INPUT)
    checkpoints = await history(client, thread)
    record = Record.model_validate(output["record"])
    for name in ("steps", "gradients", "attempts"):
        lists = [state["values"].get(name, []) for state in checkpoints]
        for older, newer in pairwise(lists):
            # The words of a critique name its calls as steps once they are.
            same = max(len(older) - (name == "gradients"), 0)
            assert newer[:same] == older[:same]
    grown = {len(state["values"].get("steps", [])) for state in checkpoints}
    assert {0, 4} < grown  # and lengths between
    final = checkpoints[-1]["values"]
    assert [step["id"] for step in final["steps"]] == [step.id for step in record.turns[0].steps]
    assert [gradient["text"] for gradient in final["gradients"]] == [gradient.text for gradient in record.gradients]


async def test_state_is_json_and_the_same_as_in_a_script(client: LangGraphClient) -> None:
    thread = await new_thread(client)
    served = await run(client, thread, input=INPUT)
    workflow = build_graph().compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "one"}}
    output = await workflow.ainvoke({"seed": 7, "index": 1, "target_calls": 4}, config, context=Context())
    assert without_times(served["record"]) == without_times(output["record"])
    async for snapshot in workflow.aget_state_history(config):
        for name, value in snapshot.values.items():
            assert_json_native(value, name)
    final = (await workflow.aget_state(config)).values
    served_final = (await client.threads.get_state(thread))["values"]
    assert isinstance(served_final, dict)
    assert served_final.keys() == final.keys()


def assert_json_native(value: Any, where: str) -> None:
    """Exact types: a pydantic model, a tuple or an enum would pass as equal."""
    assert value is None or type(value) in (str, int, float, bool, list, dict), f"{where}: {type(value)}"
    if type(value) is dict:
        for name, member in value.items():
            assert type(name) is str
            assert_json_native(member, f"{where}/{name}")
    if type(value) is list:
        for position, item in enumerate(value):
            assert_json_native(item, f"{where}/{position}")


async def fork(client: LangGraphClient, thread: str, state: Json, gradient: str) -> Json:
    """Edit the gradient of a checkpoint as its critique, run from there, and return the final values."""
    edited = {**state["values"]["gradients"][-1], "text": gradient}
    update = {"gradients": [edited]}
    forked = await client.threads.update_state(thread, update, as_node="critique_calls", checkpoint=state["checkpoint"])
    await run(client, thread, input=None, checkpoint=forked["checkpoint"])
    values = (await client.threads.get_state(thread))["values"]
    assert isinstance(values, dict)
    return values


async def test_a_fork_with_an_edited_gradient_changes_what_follows(client: LangGraphClient, server: DevServer) -> None:
    thread = await new_thread(client)
    original = await run(client, thread, input=INPUT)
    checkpoints = await history(client, thread)
    state = after_first_critique(checkpoints)
    first = tools_tried(checkpoints[-1]["values"], 1)
    second = tools_tried(checkpoints[-1]["values"], 2)
    words = state["values"]["gradients"][-1]["text"]

    unchanged = await fork(client, thread, state, words)
    assert without_times(unchanged["record"]) == without_times(original["record"])

    advice = "\n".join(f"Tool {tool} failed, avoid it." for tool in second)
    edited = await fork(client, thread, state, advice)
    assert tools_tried(edited, 1) == first
    assert not set(tools_tried(edited, 2)) & set(second)
    assert [gradient["iteration"] for gradient in edited["gradients"]] == list(range(1, edited["iteration"] + 1))
    assert edited["gradients"][0]["text"] == advice
    assert edited["record"]["gradients"][0]["text"] == advice
    assert edited["status"] in ("accepted", "rejected")

    # The branch that was left is still there.
    later = await history(client, thread)
    kept = {state["checkpoint"]["checkpoint_id"]: state["values"] for state in later}
    assert all(kept[state["checkpoint"]["checkpoint_id"]] == state["values"] for state in checkpoints)

    server.stop()
    server.start()
    async with get_client(url=server.url, timeout=120) as again:
        restored = await history(again, thread)
        assert [(state["checkpoint"], state["values"]) for state in restored] == [
            (state["checkpoint"], state["values"]) for state in later
        ]
        repeated = await fork(again, thread, after_first_critique(restored), advice)
    assert without_times(repeated["record"]) == without_times(edited["record"])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"context": {"max_iterations": 500}}, ["max_iterations", "less than or equal to 200"]),
        ({"context": {"calls": "0:100"}}, ["calls", "lengths go from 1 to 100"]),
        ({"context": {"sampling": "random"}}, ["sampling", "'uniform', 'stratified' or 'composable'"]),
        ({"context": {"writer": "oracle"}}, ["oracle", "allowed: offline"]),
        # By itself the server drops these without a word, and says nothing but the class of a failed load.
        ({"context": {"max_iteration": 5}}, ["max_iteration'", "did you mean 'max_iterations'"]),
        ({"context": {"tools": ["python:missing.py:TOOLS"]}}, ["missing.py", "LoadError"]),
        ({"context": {"tools": ["builtin:nowhere"]}}, ["nowhere", "LoadError"]),
        ({"input": {"index": -1}}, ["index", "greater than or equal to 0"]),
        ({"input": {"target_calls": 101}}, ["target_calls", "less than or equal to 100"]),
        ({"input": {"seed": "seven"}}, ["seed", "valid integer"]),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else "",
)
async def test_a_bad_setting_is_refused_with_what_is_allowed(
    client: LangGraphClient, more: Json, words: list[str]
) -> None:
    with pytest.raises(Exception, match=words[0]) as refusal:
        await run(client, await new_thread(client), **{"input": INPUT, **more})
    said = f"{refusal.value}\n{''.join(getattr(refusal.value, '__notes__', ()))}"
    assert [word for word in words if word not in said] == []


async def test_an_assistant_with_an_unknown_setting_is_refused(client: LangGraphClient) -> None:
    with pytest.raises(Exception, match="did you mean 'calls'"):
        await client.assistants.create("toolgrad", context={"callss": "1:100"})
    with pytest.raises(Exception, match="unknown setting 'x'"):
        await client.runs.wait(await new_thread(client), await assistant(client), input=INPUT, context={"x": 1})


async def test_nothing_asks_for_the_network(client: LangGraphClient, server: DevServer, outside: Outside) -> None:
    await run(client, await new_thread(client), input=INPUT)
    assert server.environment["HTTPS_PROXY"] == outside.url
    assert outside.requests == []
