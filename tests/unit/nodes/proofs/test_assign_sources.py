from copy import deepcopy
from typing import Any

from graph.record import RecordContext, Step
from graph.sources import UserSource
from nodes.proofs import prove
from nodes.proofs.assign_sources import assign_sources
from tests.unit.nodes.proofs.records import example, gave, spec

SPEC = spec(
    "probe_call",
    {
        "it": {"default": "d"},
        "code": {"oneOf": [{"const": "FR", "title": "France"}]},
        "vip": {"type": "boolean"},
    },
)
STEP_SOURCE = {"kind": "step", "step": "e", "pointer": "/a"}


def traced(
    query: str,
    arguments: dict[str, Any],
    sources: dict[str, Any] | None = None,
    quotes: dict[str, str] | None = None,
    context: RecordContext | None = None,
) -> dict[str, Any]:
    step = Step.model_validate(
        {"id": "x", "tool": "probe_call", "arguments": arguments, "sources": sources or {}, "result": 1}
    )
    steps = [gave({"a": "v"}), step]
    before = deepcopy(steps)
    marked = {
        pointer: UserSource(start=query.find(quote), end=query.find(quote) + len(quote), quote=quote)
        for pointer, quote in (quotes or {}).items()
    }
    result = assign_sources([query], steps, context or RecordContext(), {"probe_call": SPEC}, {"x": marked})
    assert steps == before
    return {
        pointer: source.model_dump(exclude={"turn", "start", "end", "paraphrase"})
        for pointer, source in result[1].sources.items()
    }


def test_the_example_is_traced_from_its_step_sources_alone() -> None:
    record = example()
    turn = record.turns[0]
    bare = [
        step.model_copy(update={"sources": {name: one for name, one in step.sources.items() if one.kind == "step"}})
        for step in turn.steps
    ]
    assert bare[0].sources == {}
    specs = {one.name: one for one in record.tools}
    steps = assign_sources([turn.query], bare, record.context, specs, {})
    assert steps == turn.steps
    assert prove(
        record.model_copy(update={"turns": [turn.model_copy(update={"steps": steps})]})
    ).findings == []  # fmt: skip


def test_a_step_source_that_holds_is_kept_even_when_the_query_says_the_value() -> None:
    assert traced("Take v", {"it": "v"}, {"/it": STEP_SOURCE}) == {"/it": {**STEP_SOURCE, "span": None}}


def test_a_step_source_that_does_not_hold_gives_way() -> None:
    assert traced("Take w", {"it": "w"}, {"/it": STEP_SOURCE}) == {"/it": {"kind": "user", "quote": "w"}}


def test_a_derived_source_that_holds_is_kept() -> None:
    source = {"kind": "derived", "op": "upper", "of": [{**STEP_SOURCE, "span": None}], "params": {}}
    assert traced("Take V", {"it": "V"}, {"/it": source}) == {"/it": source}


def test_a_given_quote_comes_before_a_found_one() -> None:
    found = traced("France, yes, FR", {"code": "FR"})
    given = traced("France, yes, FR", {"code": "FR"}, quotes={"/code": "FR"})
    assert (found["/code"]["quote"], given["/code"]["quote"]) == ("France", "FR")


def test_a_given_quote_that_does_not_hold_is_replaced_by_a_found_one() -> None:
    assert traced("To France, please", {"code": "FR"}, quotes={"/code": "To"})["/code"]["quote"] == "France"


def test_the_context_comes_before_the_default() -> None:
    context = RecordContext(user={"home": "d"})
    pointer = {"kind": "context", "pointer": "/user/home"}
    assert traced("Go", {"it": "d"}, context=context) == {"/it": pointer}
    assert traced("Go", {"it": "d"}) == {"/it": {"kind": "default"}}


def test_a_flag_of_the_context_counts_under_its_own_name_only() -> None:
    assert traced("Go", {"vip": True}, context=RecordContext(user={"likes_tea": True})) == {}
    pointer = {"kind": "context", "pointer": "/user/vip"}
    assert traced("Go", {"vip": True}, context=RecordContext(user={"vip": True})) == {"/vip": pointer}


def test_what_cannot_be_traced_gets_no_source() -> None:
    assert traced("Go", {"it": ["a", "d"], "code": "FR"}) == {}


def test_a_user_source_of_another_query_is_not_kept() -> None:
    other = {"kind": "user", "start": 0, "end": 1, "quote": "w"}
    assert traced("Go", {"it": "w"}, {"/it": other}) == {}


def test_a_step_of_an_unknown_tool_is_traced_as_far_as_it_goes() -> None:
    step = Step(id="x", tool="unknown", arguments={"it": "Rome", "n": "Oslo"}, result=1)
    (result,) = assign_sources(["To Rome"], [step], RecordContext(), {}, {})
    assert list(result.sources) == ["/it"]
