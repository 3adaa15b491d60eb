"""The gradient works by its words: a checkpoint is edited, nothing but the text of the last critique changes."""

from typing import Any

import pytest
from langgraph.types import StateSnapshot

from tests.integration.workflow import Graph, Json, compiled, history, sample, settings, thread

CONTEXT = settings(proposals=2, accept_per_iteration=1)
INDEXES = range(5)
#: A chain whose two results are of one kind: which of them is used next is open.
STEPS = [
    {"id": f"s{n}", "tool": "find_parcel", "arguments": {"parcel_number": number}, "result": result}
    for n, (number, result) in enumerate(
        [
            (1001, {"depot": "Harbour Depot", "weight_kg": 2.5}),
            (1003, {"depot": "Valley Depot", "weight_kg": 4.5}),
        ],
        start=1,
    )
]
Calls = list[Json]


class Fork:
    """A thread with a first iteration behind it, to go on from again and again with other words."""

    def __init__(self, graph: Graph, name: str, start: StateSnapshot, also: Json) -> None:
        self.graph, self.name, self.start, self.also = graph, name, start, also

    async def proposals(self, text: str) -> Calls:
        """Return what the second iteration proposes when the first critique's words are `text`."""
        edited = {**self.also, "gradients": [{**self.start.values["gradients"][-1], "text": text}]}
        fork = await self.graph.aupdate_state(self.start.config, edited, as_node="check_stop")
        await self.graph.ainvoke(None, fork, context=CONTEXT, interrupt_after=["propose_calls"])
        values = (await self.graph.aget_state(thread(self.name))).values
        assert [gradient["text"] for gradient in values["gradients"]] == [text]
        assert values["iteration"] == 2
        return list(values["proposals"])


async def grown(index: int, **also: Any) -> Fork:
    graph, name = compiled(), f"sample {index}"
    await sample(CONTEXT, graph, name, index=index, target_calls=6)
    states = await history(graph, name)
    start = next(s for s in states if s.next == ("sample_tools",) and s.values.get("gradients"))
    return Fork(graph, name, start, also)


def tools_of(calls: Calls) -> list[str]:
    return [call["tool"] for call in calls]


def used_steps(calls: Calls) -> list[str]:
    return [source["step"] for call in calls for source in call["sources"].values()]


def placebo(length: int) -> str:
    """Words about nothing, of that length."""
    return ("It was a mild and quiet evening by the sea, and nobody spoke for a long while" * 2)[: length - 1] + "."


@pytest.mark.parametrize("index", INDEXES)
async def test_a_tool_that_failed_is_avoided(index: int) -> None:
    fork = await grown(index)
    usual = await fork.proposals("")
    assert usual
    for tool in tools_of(usual):
        words = f"The tool {tool} failed."
        assert tool not in tools_of(await fork.proposals(words))
        assert await fork.proposals(placebo(len(words))) == usual


async def test_an_unused_result_is_used() -> None:
    usual: list[str] = []
    for index in INDEXES:
        fork = await grown(index, steps=STEPS, chains=[["s1"], ["s2"]])
        without_words = await fork.proposals("")
        usual += used_steps(without_words)
        assert await fork.proposals(placebo(len("Result s1 is unused."))) == without_words
        for step in ("s1", "s2"):
            assert set(used_steps(await fork.proposals(f"Result {step} is unused."))) == {step}
    assert set(usual) == {"s1", "s2"}
