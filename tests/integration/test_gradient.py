"""The gradient works by its words and by what it looks for: nothing but the last critique of a checkpoint is edited."""

from typing import Any

import pytest
from langgraph.types import StateSnapshot

from bench.steering import counted, deciding
from graph.context import Context
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


async def continued(text: str, index: int = 0, **members: list[str]) -> Json:
    """Return the state of a second batch of built-in tools whose gradient was edited, in words or members."""
    graph, context = compiled(), Context()
    await sample(context, graph, index=index, target_calls=6)
    states = await history(graph)
    start = next(s for s in states if s.next == ("sample_tools",) and s.values.get("gradients"))
    edited = {"gradients": [{**start.values["gradients"][-1], "text": text, "tools": [], "wishes": [], **members}]}
    fork = await graph.aupdate_state(start.config, edited, as_node="check_stop")
    await graph.ainvoke(None, fork, context=context, interrupt_after=["sample_tools"])
    return dict((await graph.aget_state(thread())).values)


@pytest.mark.parametrize("index", range(3))
async def test_the_next_batch_begins_with_what_the_gradient_looks_for(index: int) -> None:
    named = await continued("", index, tools=["caesar_cipher", "moon_at_moment"], wishes=["tip for a restaurant bill"])
    assert named["batch"][:3] == ["caesar_cipher", "moon_at_moment", "split_bill"]
    said = await continued("Next somebody would want caesar_cipher of the name.", index)
    assert said["batch"][0] == "caesar_cipher"
    usual = await continued("", index)
    for state in (named, said, usual):
        assert len(state["batch"]) == len(set(state["batch"])) == 50
    # The rest is drawn as ever.
    assert len(set(usual["batch"]) & set(said["batch"])) > 30


async def test_what_is_looked_for_in_vain_is_told_in_the_gradient() -> None:
    state = await continued("Go on.", tools=["cipher_of_caesar"], wishes=["zorgl quux"])
    [gradient] = state["gradients"]
    assert gradient["text"] == "Go on."
    told = {note["kind"]: note["message"] for note in gradient["notes"]}
    assert told["unknown_tool"].startswith("there is no tool 'cipher_of_caesar'; nearest are caesar_cipher")
    assert told["nothing_found"] == "no tool was found for the wish 'zorgl quux'"
    assert "caesar_cipher" in state["batch"]


async def test_critiques_look_beyond_the_batch_and_get_what_they_look_for() -> None:
    counts = await counted(12, seed=1, context=Context(calls="4-6:100"))
    assert counts.accepted == 12
    assert counts.critiques > 12
    assert counts.looking_outside >= 0.7 * counts.critiques
    assert counts.named_at_hand >= 0.95 * counts.named > 0
    assert counts.wishes_that_bring >= 0.6 * counts.wishes > 0
    assert counts.wishes_kept > 0


async def test_the_simulated_model_looks_beyond_the_batch_as_well() -> None:
    async with deciding(["builtin"], endpoint=True) as roles:
        counts = await counted(6, seed=1, context=Context(calls="4-6:100", **roles))
    assert counts.accepted == 6
    assert counts.looking_outside >= 0.7 * counts.critiques > 0
    assert counts.named_outside > 0
    assert counts.named_at_hand >= 0.95 * counts.named
    assert counts.wishes_that_bring >= 0.6 * counts.wishes > 0
