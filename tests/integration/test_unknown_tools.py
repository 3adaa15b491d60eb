"""Tools that the offline policy was not written with: it asks for them in English and keeps every promise."""

import asyncio
import re

import pytest

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from nodes.proofs import prove
from tests.fixtures import everyday_tools

SAMPLES = 60
ACCEPTED_MIN = 0.8
MODULE = "python:tests.fixtures.everyday_tools"
NAMES = {getattr(tool, "name", getattr(tool, "__name__", "")) for tool in everyday_tools.TOOLS} | {
    "capwords",
    "letter_name",
    "fraction",
}


#: Words said twice, articles and placeholders left over, spaces before stops.
CLUMSY = re.compile(r"\b(\w+) \1\b|\ba (the|that)\b|\b(given|specified)\b|\s[?.,]|\(\)|\bNone\b")


@pytest.fixture(scope="module")
def outcomes() -> list[dict]:
    """What a run gives, a third of it single calls, for those tools alone."""
    tools = [f"{MODULE}:TOOLS", f"{MODULE}:words"]
    context = Context(tools=tools, allow_unannotated=True, calls="1:35,2:20,3-4:25,5-6:15,7-8:5")
    graph = build_graph().compile()

    async def run() -> list[dict]:
        return [await graph.ainvoke({"seed": 5, "index": index}, context=context) for index in range(SAMPLES)]

    return asyncio.run(run())


@pytest.fixture(scope="module")
def accepted(outcomes) -> list[Record]:
    return [Record.model_validate(out["record"]) for out in outcomes if out["status"] == "accepted"]


def test_the_tools_come_without_help():
    assert len(NAMES) >= 20
    source = everyday_tools.__loader__.get_source(everyday_tools.__name__)
    assert "x-phrases" not in source
    assert "examples" not in source.partition('"""\n\n')[2]


def test_most_samples_are_accepted(accepted):
    assert len(accepted) >= ACCEPTED_MIN * SAMPLES


def test_accepted_records_are_proved(accepted):
    for record in accepted:
        proof = prove(record)
        assert proof.findings == [], record.turns[0]


def test_most_of_the_tools_are_used(accepted):
    used = {step.tool for record in accepted for step in record.turns[0].steps}
    assert len(used) >= 18, NAMES - used


def test_queries_are_english_without_names_of_tools(accepted):
    for record in accepted:
        query = record.turns[0].query
        for name in NAMES:
            # "median" is a word that says what is wanted; `b64encode` is not.
            assert name.isalpha() or not re.search(rf"\b{name}\b", query), query
        assert not CLUMSY.search(query), query
        assert query[0].isupper()
        assert query.endswith((".", "?", "!"))


def test_values_stand_where_they_belong(accepted):
    """A text is set off from the words around it, numbers stand in the sentence, not at its end."""
    by_tool: dict[str, list[str]] = {}
    for record in accepted:
        if len(record.turns[0].steps) == 1:
            by_tool.setdefault(record.turns[0].steps[0].tool, []).append(record.turns[0].query)
    texts = [query for tool in ("crc32", "b64encode", "quote_url", "shorten") for query in by_tool.get(tool, [])]
    assert texts
    assert all(re.search(r'"[^"]+"', query) for query in texts)
    for query in by_tool.get("add", []):
        assert re.search(r"adding \S+ and \S+ together", query)


def test_responses_say_what_they_answer(accepted):
    for record in accepted:
        assert "The result is" not in record.turns[0].response
