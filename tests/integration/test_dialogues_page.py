"""The dialogues that docs/dialogues.md shows are those that the command beside them makes."""

import re
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from toolgrad_data.runs.sample import run_sample

PAGE = (Path(__file__).parents[2] / "docs" / "dialogues.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^s11-(\d{6}) .*\n((?:  .*\n)+)", PAGE, re.MULTILINE)


def transcript(record: Record) -> list[str]:
    """Return the turns as the page writes them, every run of spaces as one."""
    lines = []
    for turn in record.turns:
        lines += [f"{turn.kind}: {turn.query}", f"→ {turn.response}"]
    return [" ".join(line.split()) for line in lines]


def test_the_page_shows_each_kind() -> None:
    assert len(SHOWN) >= 3
    kinds = {"request", "follow_up", "clarification", "correction", "refusal", "chat"}
    assert all(f"  {kind}:" in PAGE for kind in kinds)


@pytest.mark.parametrize(("number", "text"), SHOWN)
async def test_a_dialogue_of_the_page_is_what_is_made(number: str, text: str) -> None:
    graph = build_graph().compile(checkpointer=InMemorySaver())
    record = await run_sample(graph, Context(turns="2-4:100"), 11, int(number), resume=False)
    assert isinstance(record, Record)
    told = " ".join(text.split())
    assert told == " ".join(transcript(record))
