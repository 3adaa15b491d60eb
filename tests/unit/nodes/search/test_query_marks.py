"""Which words of a query that was there first ask for a step."""

from typing import Any

from graph.marks import Tell
from graph.record import Step, Turn
from graph.sources import StepSource, UserSource
from nodes.policies.base import MarkedText
from nodes.search.query_marks import with_asks
from tool_registry.spec import ToolSpec

QUERY = "Hi there. Where is Lagos? And what is the time there?"


def spec(name: str, read_only: bool = True) -> ToolSpec:
    return ToolSpec.model_validate(
        {
            "name": name,
            "description": name,
            "source": "python",
            "parameters": {},
            "annotations": {"read_only": read_only},
        }
    )


def step(id: str, tool: str, **sources: Any) -> Step:
    return Step(id=id, tool=tool, arguments={}, sources=sources, result={"a": 1})


def said(words: str) -> UserSource:
    return UserSource(turn=0, start=QUERY.index(words), end=QUERY.index(words) + len(words), quote=words)


def asked(*steps: Step, told: tuple[str, ...], writes: tuple[str, ...] = ()) -> dict[str, str]:
    tells = [Tell(start=0, end=1, quote="x", source=StepSource(step=name, pointer="/a")) for name in told]
    turn = Turn(query=QUERY, asks=[], steps=list(steps), chains=[], response="x", tells=tells)
    specs = {each.tool: spec(each.tool, read_only=each.tool not in writes) for each in steps}
    return {mark.references[0]: mark.quote for mark in with_asks(MarkedText(text=QUERY), turn, specs).marks}


def test_the_sentence_that_says_an_argument_asks_for_the_step() -> None:
    assert asked(step("s1", "place", **{"/city": said("Lagos")}), told=("s1",)) == {"s1": "Where is Lagos?"}


def test_a_step_without_words_of_its_own_is_asked_for_where_what_it_builds_on_is() -> None:
    first = step("s1", "place", **{"/city": said("Lagos")})
    second = step("s2", "clock", **{"/zone": StepSource(step="s1", pointer="/a")})
    assert asked(first, second, told=("s2",)) == {"s2": "Where is Lagos?"}


def test_a_step_that_takes_nothing_is_asked_for_by_the_whole_query() -> None:
    assert asked(step("s1", "list_all"), told=("s1",)) == {"s1": QUERY}


def test_a_read_that_is_not_told_is_not_asked_for_and_a_write_is() -> None:
    assert asked(step("s1", "place"), told=()) == {}
    assert asked(step("s1", "note"), told=(), writes=("note",)) == {"s1": QUERY}
